"""Late answers: who has some, what they would change, and the decision whether they count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.citation import Citation
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.models import Answer
from concours.selection import examination_answers as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.answers import (
    answers_digest,
    digest,
    held_answers,
    last_sitting,
    rows_digest,
)
from concours.services.examination.sessions import test_step


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """One late answer. ``seconds`` is how long after the section's last acknowledged save of its
    device it says it was given; what was answered is not shown."""

    section: str
    item: int
    given_at: datetime | None
    arrived_at: datetime
    changes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePage:
    """A sitting's late answers as the administrator sees them."""

    code: str
    version: str
    state: str
    rows: tuple[LateRow, ...]
    items_changed: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateNotice:
    """What a candidate is told of their late answers. ``outcome`` is waiting, taken or refused;
    ``reason`` the code of why it was decided so."""

    outcome: str
    count: int
    reason: str
    decided_at: datetime | None
    rule: str
    question: str
    cite: Citation | None


def late_notice(case: Case, *, step: str) -> LateNotice | None:
    """How a candidate's late answers stand, from what they have been told; None without any."""
    state = case.as_shown().state(step, Examination)
    if not state.late_answers:
        return None
    made = next((f for f in reversed(case.visible) if f.kind == "late_answers.decided"), None)
    rule = f"{step}.late_answers"
    known = case.edition.rules.get(rule)
    return LateNotice(
        outcome=state.late_answers,
        count=state.late_count,
        reason=str(made.body.get("reason", "")) if made else "",
        decided_at=made.on if made else None,
        rule=rule,
        question=known.question if known else "",
        cite=known.cite if known else None,
    )


def late_page(actor: Actor, code: str, *, at: datetime) -> LatePage:
    """What waits for a decision, without what was answered: nobody decides by the answers."""
    case = open_candidacy(actor, code, rules.DECIDE_LATE, at=at)
    step = test_step(case.edition)
    sitting = last_sitting(code, step)
    before = held_answers(code, step)
    after = held_answers(code, step, late=True)
    changed = {place for place in after if after[place] != before.get(place)}
    rows = Answer.objects.filter(sitting=sitting, late=True).order_by("epoch", "n")
    found = tuple(
        LateRow(
            section=row.section,
            item=row.item,
            given_at=row.given_at,
            arrived_at=row.at,
            changes=(row.section, row.item) in changed,
        )
        for row in rows
    )
    waits = [(r.at - r.given_at).total_seconds() for r in rows if r.given_at is not None]
    return LatePage(
        code=code,
        version=case.version,
        state=case.candidacy.state(step, Examination).late_answers,
        rows=found,
        items_changed=len(changed),
        minutes=round(max(waits, default=0) / 60),
    )


def decide_late(
    actor: Actor,
    code: str,
    *,
    take: bool,
    reason: str,
    authority: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Decide whether a sitting's late answers count; the record says what then counts."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        sitting = last_sitting(code, step)
        counting = answers_digest(held_answers(code, step, late=take))
        every = rows_digest(sitting) if sitting else ""
        return rules.decide_late(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            take=take,
            answers=digest(canonical([every, counting])),
            reason=reason,
            authority=authority,
        )

    return decide(actor, code, rules.DECIDE_LATE, command, at=at, seen=seen)
