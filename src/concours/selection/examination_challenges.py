"""A candidate's challenge to an item, a request to be scored again, and scores after a key change."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.application import moment, require_code
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Apply, Candidacy
from concours.selection.examination import Examination, Request, sections_of
from concours.selection.examination_result import measured_before, score_body
from concours.selection.opening import Opening

CHALLENGE_GROUNDS = frozenset({"wrong_key", "two_right_answers", "no_right_answer", "outdated"})


def challenge_until(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """The instant at which it is too late to challenge an item; None before the answers are in."""
    state, rule = file.state(step, Examination), f"{step}.challenge"
    if state.answers_at is None or not edition.has(rule):
        return None
    return _lapse(edition, rule, state.answers_at)


def challenge_item(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    section: str,
    item: int,
    ground: str,
    argument: str,
) -> tuple[Draft, ...]:
    """Challenge one item, once each, in time. ``argument`` is the digest of what was written."""
    rule = f"{step}.challenge"
    until = challenge_until(file, edition, step=step)
    if until is None:
        raise edition.refusal(
            rule, "no_answers_yet", remedy="An item is challenged after the sitting."
        )
    if at >= until:
        raise edition.refusal(
            rule,
            "challenge_too_late",
            remedy="The time for a challenge has passed.",
            lapsed=instant_text(until),
        )
    require_code(ground, CHALLENGE_GROUNDS, field="ground")
    sections = {s: a for s, a in sections_of(edition, step).items() if a.answer == "choice"}
    about = sections.get(section)
    if about is None or not 1 <= item <= about.items:
        raise BadInput(
            "no_such_item",
            remedy=f"Name a section of {', '.join(sections)} and the number of its item.",
            field="item",
        )
    if any(
        (c.section, c.item) == (section, item) for c in file.state(step, Examination).challenges
    ):
        raise edition.refusal(
            rule,
            "challenged_already",
            remedy="You have challenged this item already.",
            field="item",
        )
    body: dict[str, Json] = {
        "rule": rule,
        "section": section,
        "item": item,
        "ground": ground,
        "argument": argument,
        "due_on": instant_text(_lapse(edition, f"{step}.challenge_answer", at)),
    }
    return (Draft(file=file.file, step=step, kind="item_challenge.lodged", body=body),)


def decide_challenge(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    about: int,
    upheld: bool,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Answer a challenge. Upheld, the key is changed for everybody, by a decision of its own."""
    found = next((c for c in file.state(step, Examination).challenges if c.seq == about), None)
    if found is None or found.outcome:
        raise edition.refusal(
            f"{step}.challenge_answer", "no_challenge_pending", remedy="No challenge waits here."
        )
    require_reason(reason, authority)
    body: dict[str, Json] = {
        "rule": f"{step}.challenge_answer",
        "about": about,
        "section": found.section,
        "item": found.item,
        "outcome": "upheld" if upheld else "dismissed",
        "reason": reason,
        "authority": authority,
    }
    return (Draft(file=file.file, step=step, kind="item_challenge.decided", body=body),)


def rescoring_until(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """The instant at which it is too late to ask for re-scoring; None while nobody was told."""
    told = file.told.get(file.state(step, Examination).decided_seq)
    rule = f"{step}.rescoring"
    if told is None or not edition.has(rule):
        return None
    return _lapse(edition, rule, told.at)


def request_rescoring(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Ask for one's answers to be scored again, once, in time, after the result was told."""
    state, rule = file.state(step, Examination), f"{step}.rescoring"
    until = rescoring_until(file, edition, step=step)
    if until is None or state.scores is None or state.rescoring is not None:
        raise edition.refusal(
            rule,
            "nothing_to_rescore",
            remedy="Scores are checked once, after you have been told the result.",
        )
    if at >= until:
        raise edition.refusal(
            rule,
            "request_too_late",
            remedy="The time for a request has passed.",
            lapsed=instant_text(until),
        )
    body: dict[str, Json] = {
        "rule": rule,
        "about": state.decided_seq,
        "due_on": instant_text(_lapse(edition, f"{step}.rescoring_answer", at)),
    }
    return (Draft(file=file.file, step=step, kind="rescoring.requested", body=body),)


def decide_rescoring(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
    key: str,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Answer a request: the answers are scored again, and differing scores are entered."""
    state = file.state(step, Examination)
    if state.rescoring is None or state.rescoring.outcome:
        raise edition.refusal(
            f"{step}.rescoring_answer", "no_request_pending", remedy="No request waits here."
        )
    require_reason(reason, authority)
    more = rescore(
        file,
        edition,
        step=step,
        raw=raw,
        base_scale=base_scale,
        key=key,
        reason=reason,
        authority=authority,
    )
    body: dict[str, Json] = {
        "rule": f"{step}.rescoring_answer",
        "about": state.rescoring.seq,
        "outcome": "corrected" if more else "confirmed",
        "reason": reason,
        "authority": authority,
    }
    return (*more, Draft(file=file.file, step=step, kind="rescoring.decided", body=body))


def rescore(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
    key: str,
    reason: str,
    authority: str,
    measured: Mapping[str, Decimal] | None = None,
    artefacts: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Draft, ...]:
    """The scores by another key as a new version; nothing where they stay what they are.

    Before the result they are corrected. After it: whoever failed by the cut and now
    stands at or above it has the result set aside, and the test goes on; a result of
    passed is never taken away by a mistake of the board. A section that was measured keeps
    its score until ``measured`` brings another, with the ``artefacts`` it comes from.
    """
    state = file.state(step, Examination)
    if state.scores is None:
        return ()
    held = dict(state.scores.measured)
    sources = {**held, **(artefacts or {})}
    body = score_body(
        state,
        edition,
        step=step,
        raw=raw,
        base_scale=base_scale,
        key=key,
        measured={**measured_before(state), **(measured or {})},
    )
    if sources:
        body["measured"] = {s: dict(digests) for s, digests in sorted(sources.items())}
    same = body["scaled"] == dict(state.scores.scaled) and body["total"] == state.scores.total
    if same and sources == held:
        return ()
    above = body["outcome"] != "below"
    if state.outcome == "passed" and not above:
        return ()
    more: dict[str, Json] = {**body, "reason": reason, "authority": authority}
    kind = "choice.rescored" if state.outcome else "choice.corrected"
    found = Draft(file=file.file, step=step, kind=kind, body=more)
    if state.outcome != "failed" or not above or state.scores.passed is not False:
        return (found,)
    if file.closed is None or file.closed.reason != "examination_failed":
        return (found,)
    aside = {name: more[name] for name in ("total", "cut", "rule", "reason", "authority")}
    aside["about"] = state.decided_seq
    return (
        found,
        Draft(file=file.file, step=step, kind="examination.set_aside", body=aside),
        Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason}),
    )


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Challenging and asking while there is time, and answering what was lodged."""
    state = file.state(step, Examination)
    found = []
    for challenge in state.challenges:
        if not challenge.outcome and challenge.due_on is not None:
            found.append(_awaited("examination.decide_challenge", step, challenge))
    if state.rescoring is not None and not state.rescoring.outcome:
        found.append(_awaited("examination.decide_rescoring", step, state.rescoring))
    until = challenge_until(file, edition, step=step)
    if until is not None and state.answers_at is not None and at < until:
        found.append(_offered("examination.challenge_item", step, state.answers_at, until))
    until = rescoring_until(file, edition, step=step)
    told = file.told.get(state.decided_seq)
    asked = state.rescoring is not None or state.scores is None
    if until is not None and told is not None and at < until and not asked:
        found.append(_offered("examination.request_rescoring", step, told.at, until))
    return tuple(found)


def _offered(command: str, step: str, since: datetime, until: datetime) -> Opening:
    return Opening(
        command=command, action=command, step=step, owner="candidate", since=since, due_on=until
    )


def _awaited(command: str, step: str, request: Request) -> Opening:
    return Opening(
        command=command,
        action=command,
        step=step,
        owner="test_administrator",
        since=request.lodged_at,
        awaited=request.due_on is not None,
        due_on=request.due_on,
    )


def _lapse(edition: Edition, rule: str, since: datetime) -> datetime:
    return lapses_at(edition.value(rule, Deadline), told_at=since, zone=edition.zone)


def _request(fact: Fact) -> Request:
    item: Any = fact.body.get("item", 0)
    return Request(
        seq=fact.seq,
        lodged_at=fact.on,
        due_on=moment(fact.body, "due_on"),
        section=str(fact.body.get("section", "")),
        item=item if isinstance(item, int) else 0,
        ground=str(fact.body.get("ground", "")),
    )


def _challenged(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    found = (*state.challenges, _request(fact))
    return file.with_state(fact.step, replace(state, challenges=found))


def _challenge_decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    outcome = str(fact.body.get("outcome", ""))
    found = tuple(
        replace(c, outcome=outcome) if c.seq == fact.body.get("about") else c
        for c in state.challenges
    )
    return file.with_state(fact.step, replace(state, challenges=found))


def _requested(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    return file.with_state(fact.step, replace(state, rescoring=_request(fact)))


def _rescoring_decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    known = state.rescoring or _request(fact)
    done = replace(known, outcome=str(fact.body.get("outcome", "")))
    return file.with_state(fact.step, replace(state, rescoring=done))


def _set_aside(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    fresh = replace(state, outcome="", decided_seq=0, decided_at=None)
    return file.with_state(fact.step, fresh)


APPLY: Mapping[str, Apply] = {
    "item_challenge.lodged": _challenged,
    "item_challenge.decided": _challenge_decided,
    "rescoring.requested": _requested,
    "rescoring.decided": _rescoring_decided,
    "examination.set_aside": _set_aside,
}

KINDS: Mapping[str, str] = {
    "item_challenge.lodged": "The candidate challenged an item of the test.",
    "item_challenge.decided": "The challenge to an item was answered.",
    "rescoring.requested": "The candidate asked for the answers to be scored again.",
    "rescoring.decided": "The request for re-scoring was answered.",
    "examination.set_aside": "The result was set aside; the test is decided again.",
}

TOLD: Mapping[str, str] = {
    "choice.rescored": "choice.rescored",
    "item_challenge.decided": "item_challenge.decided",
    "rescoring.decided": "rescoring.decided",
    "examination.set_aside": "examination.set_aside",
}

SAID_BY: Mapping[str, frozenset[str]] = {
    "choice.rescored": frozenset({"examination.set_aside", "rescoring.decided"}),
}
"""What needs no letter of its own where one of these is decided with it: theirs says it."""
