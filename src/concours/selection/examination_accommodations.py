"""Accommodations at the test: asked for, decided, and a decision taken back, before the sitting.

The reasons of a request are somebody's health: the record commits to them and holds none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.accommodations import Accommodations, factor_of, require_accommodations
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.accommodation import Accommodation
from concours.selection.application import moment, require_code
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Apply, Candidacy, require_open
from concours.selection.examination import Examination
from concours.selection.opening import Opening

REASONS = frozenset({"need_shown", "need_not_shown", "other_means_serve", "not_possible_here"})
ASK = "examination.ask_accommodation"
DECIDE = "examination.decide_accommodation"
REVERSE = "examination.reverse_accommodation"


def ask_accommodation(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    wants: Iterable[str],
    commitment: str,
) -> tuple[Draft, ...]:
    """Ask for other conditions at the test. ``commitment`` is to the reasons given."""
    state = _before_the_sitting(file, edition, step)
    rule = f"{step}.accommodations"
    if state.accommodation.waits:
        raise edition.refusal(
            rule, "asked_already", remedy="Your request waits for its answer. Ask again after it."
        )
    found = require_accommodations(edition.value(rule, Accommodations), codes=wants, field="wants")
    if not found:
        raise BadInput("nothing_asked", remedy="Choose what you need.", field="wants")
    answer = edition.value(f"{step}.accommodation_answer", Deadline)
    body: dict[str, Json] = {
        "rule": rule,
        "wants": list(found),
        "commitment": commitment,
        "due_on": instant_text(lapses_at(answer, told_at=at, zone=edition.zone)),
    }
    return (Draft(file=file.file, step=step, kind="accommodation.requested", body=body),)


def decide_accommodation(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    granted: Iterable[str],
    reason: str,
) -> tuple[Draft, ...]:
    """Decide a request: everything, a part, or nothing of it.

    What an earlier decision granted stays in force, and of two grants of extra time the
    longer one: only `reverse_accommodation` takes something away.
    """
    state = _before_the_sitting(file, edition, step)
    asked = state.accommodation
    rule = f"{step}.accommodations"
    if not asked.waits:
        raise edition.refusal(rule, "no_request_pending", remedy="No request waits here.")
    require_code(reason, REASONS, field="reason")
    value = edition.value(rule, Accommodations)
    codes = require_accommodations(value, codes=granted, field="granted")
    both = added(value, asked.granted, codes)
    body = _grant(value, rule, both) | {
        "outcome": _outcome(codes and both, asked.wants),
        "of_request": list(codes),
        "about": asked.asked_seq,
        "reason": reason,
    }
    return (Draft(file=file.file, step=step, kind="accommodation.decided", body=body),)


def reverse_accommodation(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    granted: Iterable[str],
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Replace a decision by another one, with reason and authority; nothing may be left of it."""
    state = _before_the_sitting(file, edition, step)
    rule = f"{step}.accommodations"
    known = state.accommodation
    require_reason(reason, authority)
    value = edition.value(rule, Accommodations)
    codes = require_accommodations(value, codes=granted, field="granted")
    body = _grant(value, rule, codes) | {"outcome": _outcome(codes, known.wants)}
    if not known.outcome or body["granted"] == list(known.granted):
        raise edition.refusal(
            rule, "nothing_to_reverse", remedy="There is no decision to replace by this one."
        )
    body |= {"about": known.decided_seq, "reason": reason, "authority": authority}
    return (Draft(file=file.file, step=step, kind="accommodation.reversed", body=body),)


def added(rule: Accommodations, held: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """What is in force once ``more`` is granted beside what is ``held``: one extra time, the
    longest of them."""
    codes = {*held, *more}
    longest = max(
        (code for code in rule.extra_time if code in codes),
        key=lambda code: Fraction(rule.extra_time[code]),
        default="",
    )
    return tuple(
        code
        for code in rule.codes
        if code in codes and (code not in rule.extra_time or code == longest)
    )


def _grant(value: Accommodations, rule: str, codes: tuple[str, ...]) -> dict[str, Json]:
    return {"rule": rule, "granted": list(codes), "factor": str(factor_of(value, codes))}


def _outcome(codes: tuple[str, ...], wants: tuple[str, ...]) -> str:
    if not codes:
        return "refused"
    return "granted" if set(codes) >= set(wants) else "granted_in_part"


def _before_the_sitting(file: Candidacy, edition: Edition, step: str) -> Examination:
    require_open(file)
    state = file.state(step, Examination)
    rule = f"{step}.accommodations"
    if state.admitted_at is None:
        raise edition.refusal(
            rule, "not_eligible_yet", remedy="Only an eligible applicant may do this."
        )
    if state.sitting is not None or state.answers:
        raise edition.refusal(rule, "sitting_begun", remedy="The sitting has begun.")
    return state


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Asking, answering and replacing, while there is no sitting."""
    state = file.state(step, Examination)
    known = state.accommodation
    begun = state.sitting is not None or bool(state.answers) or bool(state.outcome)
    if file.closed is not None or begun or not edition.has(f"{step}.accommodations"):
        return ()
    if known.waits:
        return (_opening(DECIDE, step, "test_administrator", known.asked_at or at, known.due_on),)
    found = [_opening(ASK, step, "candidate", state.admitted_at or at)]
    if known.outcome:
        found.append(_opening(REVERSE, step, "appeals_officer", known.decided_at or at))
    return tuple(found)


def _opening(
    command: str, step: str, owner: str, since: datetime, due: datetime | None = None
) -> Opening:
    return Opening(
        command=command,
        action=command,
        step=step,
        owner=owner,
        since=since,
        awaited=due is not None,
        due_on=due,
    )


def _codes(fact: Fact, name: str) -> tuple[str, ...]:
    found = fact.body.get(name, ())
    return tuple(str(code) for code in found) if isinstance(found, (list, tuple)) else ()


def _asked(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    found = replace(
        state.accommodation,
        asked_seq=fact.seq,
        asked_at=fact.on,
        due_on=moment(fact.body, "due_on"),
        wants=_codes(fact, "wants"),
        outcome="",
    )
    return file.with_state(fact.step, replace(state, accommodation=found))


def _decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    found: Accommodation = replace(
        state.accommodation,
        outcome=str(fact.body.get("outcome", "")),
        granted=_codes(fact, "granted"),
        factor=Fraction(str(fact.body.get("factor", "1"))),
        decided_seq=fact.seq,
        decided_at=fact.on,
    )
    return file.with_state(fact.step, replace(state, accommodation=found))


APPLY: Mapping[str, Apply] = {
    "accommodation.requested": _asked,
    "accommodation.decided": _decided,
    "accommodation.reversed": _decided,
}

KINDS: Mapping[str, str] = {
    "accommodation.requested": "The candidate asked for other conditions at the test.",
    "accommodation.decided": "The request for other conditions at the test was decided.",
    "accommodation.reversed": "The decision on conditions at the test was replaced by another.",
}

TOLD: Mapping[str, str] = {
    "accommodation.decided": "accommodation.decided",
    "accommodation.reversed": "accommodation.reversed",
}
