"""The chair's decision on the oral assessment, and what undoes it: reversal and appeal."""

from dataclasses import dataclass
from datetime import datetime

from concours.ledger.draft import Draft
from concours.policy.exercises import Exercises
from concours.records.models import CandidacyStanding, PanelStanding
from concours.selection.assessment_result import (
    appeal,
    decide_assessment,
    exercise_scores,
    reverse_result,
    settle_appeal,
)
from concours.selection.assessment_state import Assessment
from concours.selection.authority import Actor, require
from concours.selection.panel import Panel
from concours.services.appeal_grounds import keep_grounds
from concours.services.appeals import require_other
from concours.services.case import Case, decide
from concours.services.casefile import open_file
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.narratives.desk import edition_of
from concours.services.narratives.writing import step_of

KIND = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One candidate whose exercises are all integrated, for the chair."""

    candidacy: str
    panel: str
    scores: tuple[tuple[str, str], ...]


def to_decide(actor: Actor) -> tuple[DecisionRow, ...]:
    """The candidates of this chair's groups whose exercises are all integrated."""
    require(actor, "assessment.decide")
    waiting = CandidacyStanding.objects.filter(owner="chair", closed_on__isnull=True)
    codes = set(waiting.values_list("file", flat=True))
    found = []
    for standing in PanelStanding.objects.filter(chair=actor.code).order_by("file"):
        panel: Panel = open_file(actor, "panel", standing.file, "assessment.decide").state
        edition = edition_of(read_competition(panel.competition))
        if not edition.has(f"{panel.step}.exercises"):
            continue
        titles = {
            i.code: i.title for i in edition.value(f"{panel.step}.exercises", Exercises).items
        }
        for candidacy in sorted({c for c, part in panel.settled if part} & codes):
            scores = exercise_scores(panel, edition, step=panel.step, candidacy=candidacy)
            found.append(
                DecisionRow(
                    candidacy=candidacy,
                    panel=standing.file,
                    scores=tuple((titles[part], str(score)) for part, score in scores.items()),
                )
            )
    return tuple(found)


def decide_result(actor: Actor, candidacy: str, *, at: datetime, seen: str | None = None) -> Case:
    """Decide one candidate's result the day it was earned; only the chair of their group."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        code = case.candidacy.state(step, Assessment).panel
        if not code:
            raise unknown_file()
        panel: Panel = open_file(actor, "panel", code, "assessment.decide").state
        if panel.chair != actor.code:
            raise unknown_file()
        case.relies_on[code] = panel.seq
        return decide_assessment(panel, case.candidacy, case.edition, step=step, at=at)

    return decide(actor, candidacy, "assessment.decide", command, at=at, seen=seen)


def reverse(
    actor: Actor,
    code: str,
    *,
    outcome: str,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> Case:
    """Decide the result again, for a coded ground."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        require_other(
            actor, case, step=step, seq=case.candidacy.state(step, Assessment).decided_seq
        )
        return reverse_result(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            outcome=outcome,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "assessment.reverse", command, at=at, seen=seen)


def lodge(actor: Actor, code: str, *, grounds: str, at: datetime, seen: str | None) -> Case:
    """The candidate appeals against the result."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        return appeal(
            case.as_shown(),
            case.edition,
            step=step,
            at=at,
            commitment=keep_grounds(case, grounds, step=step, at=at),
        )

    return decide(actor, code, "appeal.lodge", command, at=at, seen=seen)


def settle(
    actor: Actor,
    code: str,
    *,
    upheld: bool,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> Case:
    """Decide an appeal against the result; upheld, the result is reversed with it."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition, KIND)
        state = case.candidacy.state(step, Assessment)
        require_other(actor, case, step=step, seq=state.decided_seq)
        return settle_appeal(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            upheld=upheld,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "appeal.decide", command, at=at, seen=seen)
