"""A candidate's break between two sections: offered, running, ended early, or over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.policy.section_breaks import SectionBreaks, minutes_of_all
from concours.selection import examination_breaks as rules
from concours.selection.authority import Actor
from concours.selection.examination import Sitting
from concours.services.case import Case, decide
from concours.services.examination.sessions import test_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How it stands with the break before the next section.

    ``state`` is "" (none), offered, running, paused, ended (early) or over. ``minutes`` are
    what is left of a break that may be begun; at ``ends_at`` the next section's time begins,
    begun or not.
    """

    state: str = ""
    minutes: int = 0
    ends_at: datetime | None = None
    paused_at: datetime | None = None


def begin_break(actor: Actor, code: str, *, at: datetime) -> Case:
    """Begin the break after the section that was left last; it has run since then."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.begin_break(case.candidacy, case.edition, step=step, at=at)

    return decide(actor, code, "examination.sit", command, at=at)


def end_break(actor: Actor, code: str, *, at: datetime) -> Case:
    """End the break; the next section is opened by its candidate, not by this."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.end_break(case.candidacy, case.edition, step=step, at=at)

    return decide(actor, code, "examination.sit", command, at=at)


def rest_of(sitting: Sitting | None, edition: Edition, *, step: str, at: datetime) -> Rest:
    """How it stands with the break at an instant: from the folded sitting alone."""
    if sitting is None or sitting.submitted_at is not None or sitting.current:
        return Rest()
    rest = rules.rest_of(sitting, edition, step=step, at=at)
    if rest is None:
        return Rest()
    if sitting.paused_at is not None:
        return Rest(state="paused", ends_at=rest.ends_at, paused_at=sitting.paused_at)
    if at >= rest.ends_at:
        return Rest(state="over", ends_at=rest.ends_at)
    if rules.last_sat(sitting) not in sitting.breaks:
        left = ceil((rest.ends_at - at) / timedelta(minutes=1))
        return Rest(state="offered", minutes=left, ends_at=rest.ends_at)
    return Rest(state="running" if rest.ended_at is None else "ended", ends_at=rest.ends_at)


def break_minutes(edition: Edition, *, step: str) -> int:
    """The minutes of all breaks of the test together; 0 where the rulebook gives none."""
    rule = f"{step}.breaks"
    return minutes_of_all(edition.value(rule, SectionBreaks)) if edition.has(rule) else 0
