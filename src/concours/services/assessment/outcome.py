"""The result of the oral assessment as its candidate reads it."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.citation import Citation
from concours.kernel.exact import fraction
from concours.policy.catalogue import Catalogue
from concours.policy.exercises import Exercises
from concours.policy.mean_score import MeanScore, shown
from concours.selection.assessment_state import Assessment
from concours.selection.authority import Actor
from concours.services.appeals import appeal_state, open_until
from concours.services.case import open_candidacy
from concours.services.files import unknown_file
from concours.services.narratives.writing import step_of

KIND = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseOutcome:
    """One exercise of a result, with its dimensions."""

    title: str
    score: str
    shown: str
    dimensions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """The result of the oral assessment as its candidate reads it."""

    code: str
    passed: bool
    outcome: str
    decided_at: datetime
    score: str
    shown: str
    cut: str
    exercises: tuple[ExerciseOutcome, ...]
    ground: str
    rule: str
    cite: Citation
    edition: str
    version: str
    appeal_until: datetime | None
    appealed: str


def result_page(actor: Actor, code: str, *, at: datetime) -> ResultPage:
    """The candidate's own result with scores by exercise and dimension, once told."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = step_of(case.edition, KIND)
    state = case.as_shown().state(step, Assessment)
    decision = state.decision
    if decision is None:
        raise unknown_file()
    titles = {i.code: i.title for i in case.edition.value(f"{step}.exercises", Exercises).items}
    names = {i.code: i.title for i in case.edition.value(f"{step}.dimensions", Catalogue).items}
    rule = case.edition.rule(decision.rule or f"{step}.cut")
    places = case.edition.value(f"{step}.score", MeanScore)
    return ResultPage(
        code=code,
        passed=decision.outcome == "passed",
        outcome=decision.outcome,
        decided_at=decision.at,
        score=decision.score,
        shown=decision.shown,
        cut=decision.cut,
        exercises=tuple(
            ExerciseOutcome(
                title=titles.get(part, part),
                score=one.score,
                shown=str(shown(places, fraction(one.score))) if one.score else "",
                dimensions=tuple((names.get(d, d), r) for d, r in sorted(one.ratings.items())),
            )
            for part, one in sorted(
                decision.exercises.items(), key=lambda pair: list(titles).index(pair[0])
            )
        ),
        ground=decision.ground,
        rule=rule.id,
        cite=rule.cite,
        edition=case.edition.edition,
        version=case.version,
        appeal_until=open_until(case.as_shown(), case.edition, state, step=step, at=at),
        appealed=appeal_state(state),
    )
