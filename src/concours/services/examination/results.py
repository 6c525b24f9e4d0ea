"""Results: decided one by one where needed, reversed, appealed, and shown to their candidate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concours.kernel.citation import Citation
from concours.ledger.draft import Draft
from concours.policy.t_scale import TScale
from concours.selection import examination_reversal as reversal
from concours.selection import examination_seats, examination_sitting
from concours.selection.application_appeals import appeal_lapses_at
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.selection.examination_result import correct_score, decide_examination
from concours.services.appeal_grounds import keep_grounds
from concours.services.appeals import require_other
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.keys import (
    key_digest,
    key_of,
    raw_scores,
    require_measured_again,
)
from concours.services.examination.late import LateNotice, late_notice
from concours.services.examination.sat_forms import form_of, scale_of_form
from concours.services.examination.seat_rows import free_seat
from concours.services.examination.sessions import test_step
from concours.services.persons import read_person


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """One section's scaled score, beside the mean of the base scale."""

    section: str
    title: str
    scaled: str
    mean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreVersion:
    """One scoring of the answers. ``reason`` is the code of why it was done again; "" the first."""

    number: int
    at: datetime
    total: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """The result as its candidate is told it, with the numbers and rules behind it."""

    code: str
    version: str
    competition: str
    outcome: str
    decided_at: datetime | None
    sections: tuple[SectionScore, ...]
    total: str
    cut: str
    essay: str
    essay_cut: str
    essay_marked: bool
    rule: str
    question: str
    cite: Citation | None
    next_by: datetime | None
    retake_from: str
    appeal_until: datetime | None
    appealed: bool
    submitted_at: datetime | None
    results_by: datetime | None
    reversed: bool
    late: LateNotice | None
    versions: tuple[ScoreVersion, ...]


def result_page(actor: Actor, code: str, *, at: datetime) -> ResultPage:
    """The result, or where it stands: built from what the reader has been told alone."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = test_step(case.edition)
    file = case.as_shown()
    state = file.state(step, Examination)
    body = _decision(case)
    rule = str(body.get("rule", ""))
    known = case.edition.rules.get(rule)
    told = file.told.get(state.decided_seq)
    person = read_person(file.person)
    lapse = None
    if state.outcome == "failed" and state.appeal is None:
        lapse = appeal_lapses_at(file, case.edition, step=step, about=state.decided_seq)
    return ResultPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        outcome=state.outcome,
        decided_at=state.decided_at,
        sections=_sections(case, step, state),
        total=state.scores.total if state.scores else "",
        cut=state.scores.cut if state.scores else "",
        essay=state.essay_total,
        essay_cut=str(body.get("essay_cut", "")),
        essay_marked=state.scores.essay_marked if state.scores else False,
        rule=rule,
        question=known.question if known else "",
        cite=known.cite if known else None,
        next_by=told.due_on if told else None,
        retake_from=person.wait.next_window if person.wait else "",
        appeal_until=lapse,
        appealed=state.appeal is not None,
        submitted_at=state.answers_at,
        results_by=state.results_by,
        reversed=any(f.kind == "examination.reversed" for f in case.visible),
        late=late_notice(case, step=step),
        versions=_versions(case) if state.scores else (),
    )


def _versions(case: Case) -> tuple[ScoreVersion, ...]:
    """Every scoring the reader may see, oldest first: scores are never edited."""
    kinds = ("choice.scored", "choice.corrected", "choice.rescored")
    return tuple(
        ScoreVersion(
            number=number,
            at=fact.on,
            total=str(fact.body.get("total", "")),
            reason=str(fact.body.get("reason", "")),
        )
        for number, fact in enumerate((f for f in case.visible if f.kind in kinds), start=1)
    )


def _decision(case: Case) -> Mapping[str, Any]:
    for fact in reversed(case.visible):
        if fact.kind == "examination.decided":
            return fact.body
    return {}


def _sections(case: Case, step: str, state: Examination) -> tuple[SectionScore, ...]:
    if state.scores is None:
        return ()
    mean = str(case.edition.value(f"{step}.scale", TScale).mean)
    return tuple(
        SectionScore(section=name, title=about.title, scaled=state.scores.scaled[name], mean=mean)
        for name, about in sections_of(case.edition, step).items()
        if name in state.scores.scaled
    )


def decide_result(actor: Actor, code: str, *, at: datetime, seen: str | None) -> Case:
    """Decide one candidate's result. Refused while measured scores must be measured again."""
    case = open_candidacy(actor, code, "examination.decide", at=at)
    require_measured_again(case.candidacy.competition, test_step(case.edition))
    return _act(actor, code, "examination.decide", decide_examination, at, seen)


def reverse_result(
    actor: Actor, code: str, *, passed: bool, at: datetime, seen: str | None, **why: str
) -> Case:
    """Reverse a result. Refused to whoever decided it or marked for it."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        seq = case.candidacy.state(step, Examination).decided_seq
        require_other(actor, case, step=step, seq=seq)
        return reversal.reverse_examination(
            case.candidacy, case.edition, step=step, at=at, passed=passed, **why
        )

    return decide(actor, code, "examination.reverse", command, at=at, seen=seen)


def void_sitting(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Declare a sitting void; its seat is free again."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        free_seat(code, step=step)
        rule = examination_sitting.void_sitting
        return rule(case.candidacy, case.edition, step=step, at=at, **why)

    return decide(actor, code, "examination.reverse", command, at=at, seen=seen)


def excuse_no_show(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Excuse an absence; the candidate may take another seat in the window."""
    rule = examination_seats.excuse_no_show

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        free_seat(code, step=step)
        return rule(case.candidacy, case.edition, step=step, at=at, **why)

    return decide(actor, code, "examination.reverse", command, at=at, seen=seen)


def rescore(actor: Actor, code: str, *, at: datetime, seen: str | None, **why: str) -> Case:
    """Score one candidate again by the key and base scale that stand now."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        key = key_of(case.candidacy.competition, step)
        return correct_score(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            raw=raw_scores([code], step, key)[code],
            base_scale=scale_of_form(case.competition, form_of(case, step)),
            key=key_digest(key),
            keep_measured=True,
            **why,
        )

    return decide(actor, code, "examination.score", command, at=at, seen=seen)


def appeal_result(actor: Actor, code: str, *, grounds: str, at: datetime, seen: str | None) -> Case:
    """Appeal against a failed result, with the grounds in the candidate's own words."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return reversal.appeal_examination(
            case.as_shown(),
            case.edition,
            step=step,
            at=at,
            commitment=keep_grounds(case, grounds, step=step, at=at),
        )

    return decide(actor, code, "appeal.lodge", command, at=at, seen=seen)


def decide_appeal(
    actor: Actor, code: str, *, upheld: bool, at: datetime, seen: str | None, **why: str
) -> Case:
    """Decide an appeal against the result."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        state = case.candidacy.state(step, Examination)
        require_other(actor, case, step=step, seq=state.decided_seq)
        return reversal.decide_examination_appeal(
            case.candidacy, case.edition, step=step, at=at, upheld=upheld, **why
        )

    return decide(actor, code, "appeal.decide", command, at=at, seen=seen)


def _act(
    actor: Actor,
    code: str,
    action: str,
    rule: Callable[..., tuple[Draft, ...]],
    at: datetime,
    seen: str | None,
    /,
    **plain: Any,
) -> Case:
    def command(case: Case) -> Sequence[Draft]:
        return rule(case.candidacy, case.edition, step=test_step(case.edition), at=at, **plain)

    return decide(actor, code, action, command, at=at, seen=seen)
