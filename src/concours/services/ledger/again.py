"""Decisions made again: for each kind of entry that a rule decides, how its inputs give its findings.

Each function returns the parts of the body that follow from inputs by rule. Ratings,
marks and what people judged are inputs, never made again. An input that was erased
raises `InputErased`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from concours.kernel.exact import fraction, text_of
from concours.kernel.period import day_of, instant_text
from concours.ledger.draft import Fact, Json
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.double_marking import DoubleMarking, needs_another_reading, settled_total
from concours.policy.edition import Edition
from concours.policy.entry_table import EntryTable, entry_class
from concours.policy.register_clock import RegisterClock, ends_on
from concours.selection import assessment_result, examination_result, narratives_result
from concours.selection.application_eligibility import eligibility_verdicts
from concours.selection.assessment_state import Assessment
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.examination import Examination
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel
from concours.selection.person import Person
from concours.selection.register_clock import clock_end
from concours.selection.register_score import score_of, score_on
from concours.selection.register_state import Register
from concours.selection.service import offer_day
from concours.selection.steps import APPLY, DEADLINES

Findings = Mapping[str, Json]


class InputErased(Exception):
    """An input of this decision was personal data that has been erased; ``on`` is when."""

    def __init__(self, on: datetime | None) -> None:
        super().__init__(on)
        self.on = on


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One decision and what it was made from: the file before it, and the files its rule names.

    ``kinds`` are those of the file's entries so far, in order; ``panel`` and
    ``added`` (for its readers' severity) give a panel as known at the decision.
    """

    before: Candidacy
    fact: Fact
    edition: Edition
    competition: Competition
    person: Person
    panel: Callable[[str], Panel]
    added: Callable[[str], Mapping[str, str]]
    claim: Callable[[], Any]
    kinds: Sequence[str] = ()


Again = Callable[[Made], Findings]


def _eligibility(made: Made) -> Findings:
    if made.person.erased_on is not None:
        raise InputErased(made.person.erased_on)
    tested_on = date.fromisoformat(str(made.fact.body.get("reckoned_on", "")))
    verdicts = eligibility_verdicts(
        made.edition, step=made.fact.step, claim=made.claim(), tested_on=tested_on
    )
    return {
        "outcome": "eligible" if all(v.allowed for v in verdicts) else "not_eligible",
        "findings": [
            {
                "rule": v.rule,
                "allowed": v.allowed,
                "reason": v.reason,
                "found": v.found,
                "bound": v.bound,
            }
            for v in verdicts
        ],
    }


def _choice(made: Made) -> Findings:
    body: Any = made.fact.body
    step = made.fact.step
    found = examination_result.score_body(
        made.before.state(step, Examination),
        made.edition,
        step=step,
        raw={section: fraction(raw) for section, raw in body["raw"].items()},
        base_scale={s: (scale["mean"], scale["sd"]) for s, scale in body["base_scale"].items()},
        key=body["key"],
        # Measured scores are inputs: `concours score --again` works them out from their report.
        measured={s: Decimal(body["scaled"][s]) for s in body.get("measured", {})},
    )
    return {name: found[name] for name in ("outcome", "scaled", "total", "cut", "essay_marked")}


def _essay(made: Made) -> Findings:
    body: Any = made.fact.body
    marking = made.edition.value(f"{made.fact.step}.essay_marking", DoubleMarking)
    marks = list(body["marks"])
    if needs_another_reading(marking, marks):
        return {"outcome": "another_reading", "tolerance": marking.tolerance}
    total = text_of(settled_total(marking, marks))
    return {"outcome": "settled", "tolerance": marking.tolerance, "total": total}


def _examination(made: Made) -> Findings:
    decided = examination_result.decide_examination(
        made.before, made.edition, step=made.fact.step, at=made.fact.at
    )[0]
    return decided.body


def _narratives(made: Made) -> Findings:
    body: Any = made.fact.body
    panel, file = made.before.state(made.fact.step, Narratives).panel, made.before.file
    known = made.added(panel).get(file, "") if "adjustment" in body else ""
    found = narratives_result.file_score(made.panel(panel), candidacy=file, adjustment=known)
    inside = bool(body["cut"]) and found.score >= fraction(body["cut"])
    return {
        **({"adjustment": known} if known else {}),
        "outcome": "passed" if inside else "failed",
        "score": text_of(found.score),
        "themes": {theme: text_of(value) for theme, value in sorted(found.themes.items())},
    }


def _assessment(made: Made) -> Findings:
    panel = made.panel(made.before.state(made.fact.step, Assessment).panel)
    decided = assessment_result.decide_assessment(
        panel, made.before, made.edition, step=made.fact.step, at=made.fact.at
    )[0]
    return decided.body


def _placed(made: Made) -> Findings:
    body: Any = made.fact.body
    step = made.fact.step
    placed_on = date.fromisoformat(body["placed_on"])
    score = score_of(
        made.edition,
        step=step,
        oral=Fraction(body["oral"]),
        preference=body.get("preference", ""),
        languages=(),
        experience=False,
        on=placed_on,
    )
    end = ends_on(made.edition.value(f"{step}.clock", RegisterClock), placed_on=placed_on, stops=())
    return {"score": text_of(score.total), "ends_on": end.isoformat()}


def _points(made: Made) -> Findings:
    after = APPLY[made.fact.kind](made.before, made.fact)
    on = day_of(made.fact.on, made.edition.zone)
    step = made.fact.step
    return {
        "score": text_of(
            score_on(after.state(step, Register), made.edition, step=step, on=on).total
        )
    }


def _clock(made: Made) -> Findings:
    after = APPLY[made.fact.kind](made.before, made.fact).state(made.fact.step, Register)
    end = clock_end(after, made.edition, step=made.fact.step, stops=after.stops)
    return {"ends_on": end.isoformat()}


def _appointed(made: Made) -> Findings:
    body: Any = made.fact.body
    step = made.fact.step
    found = entry_class(
        made.edition.value(f"{step}.entry_class", EntryTable),
        education=body["education"],
        years=body["years"],
        on=offer_day(made.before, made.edition) or day_of(made.fact.at, made.edition.zone),
    )
    return {"grade": found.grade, "grade_step": found.step, "table": found.table}


def _told(made: Made) -> Findings:
    about = made.fact.body.get("about")
    kind = made.kinds[about - 1] if isinstance(about, int) and about <= len(made.kinds) else ""
    rule = DEADLINES.get(kind)
    if rule is None or not made.edition.has(rule):
        return {}
    deadline = made.edition.value(rule, Deadline)
    lapse = lapses_at(deadline, told_at=made.fact.at, zone=made.edition.zone)
    return {"due_on": instant_text(lapse)}


AGAIN: Mapping[str, Again] = {
    "eligibility.found": _eligibility,
    "choice.scored": _choice,
    "choice.corrected": _choice,
    "choice.rescored": _choice,
    "essay.compared": _essay,
    "examination.decided": _examination,
    "narratives.decided": _narratives,
    "assessment.decided": _assessment,
    "register.placed": _placed,
    "register.points_decided": _points,
    "register.clock_stopped": _clock,
    "register.clock_resumed": _clock,
    "register.rescinded": _clock,
    "register.time_restored": _clock,
    "service.appointed": _appointed,
    "candidacy.told": _told,
}
