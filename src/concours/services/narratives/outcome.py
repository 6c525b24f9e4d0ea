"""The panel's result as its candidate reads it."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.citation import Citation
from concours.kernel.exact import fraction
from concours.policy.catalogue import Catalogue
from concours.policy.mean_score import MeanScore, shown
from concours.selection.authority import Actor
from concours.selection.narratives_state import Decision, Narratives
from concours.services.appeals import appeal_state, open_until
from concours.services.case import open_candidacy
from concours.services.files import unknown_file
from concours.services.narratives.writing import step_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeScore:
    """One theme's score as the candidate reads it: exact text, and with the published places."""

    code: str
    title: str
    score: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePage:
    """The panel's result as its candidate reads it: numbers compared, rule, and what comes next."""

    code: str
    passed: bool
    outcome: str
    decided_at: datetime
    score: str
    shown: str
    cut: str
    cut_shown: str
    rank: int
    of: int
    need: int
    themes: tuple[ThemeScore, ...]
    adjustment: str
    severity_rule: str
    ground: str
    rule: str
    cite: Citation
    edition: str
    version: str
    appeal_until: datetime | None
    appealed: str


def _shown(rule: MeanScore, exact: str) -> str:
    """An exact score with the published places; "" for none."""
    return str(shown(rule, fraction(exact))) if exact else ""


def outcome_page(actor: Actor, code: str, *, at: datetime) -> OutcomePage:
    """The candidate's own result with its reasons, once told."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = step_of(case.edition)
    state = case.as_shown().state(step, Narratives)
    decision: Decision | None = state.decision
    if decision is None:
        raise unknown_file()
    catalogue = case.edition.value(f"{step}.themes", Catalogue)
    places = case.edition.value(f"{step}.score", MeanScore)
    rule = case.edition.rule(decision.rule or f"{step}.cut")
    return OutcomePage(
        code=code,
        passed=decision.outcome == "passed",
        outcome=decision.outcome,
        decided_at=decision.at,
        score=decision.score,
        shown=_shown(places, decision.score),
        cut=decision.cut,
        cut_shown=_shown(places, decision.cut),
        rank=decision.rank,
        of=decision.of,
        need=decision.need,
        themes=tuple(
            ThemeScore(
                code=item.code,
                title=item.title,
                score=decision.themes[item.code],
                shown=_shown(places, decision.themes[item.code]),
            )
            for item in catalogue.items
            if item.code in decision.themes
        ),
        adjustment=decision.adjustment if fraction(decision.adjustment or "0") else "",
        severity_rule=f"{step}.severity",
        ground=decision.ground,
        rule=rule.id,
        cite=rule.cite,
        edition=case.edition.edition,
        version=case.version,
        appeal_until=open_until(case.as_shown(), case.edition, state, step=step, at=at),
        appealed=appeal_state(state),
    )
