"""Seats of a session live: state, open section, clock and what is granted, from the candidates' files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.ledger.draft import Fact
from concours.records.ledger_store import read_many
from concours.selection.examination import Examination
from concours.selection.fold import fold_candidacy
from concours.selection.sitting_clock import SectionClock, break_clock, section_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One candidate now. ``section`` is the open one, ``clock`` its, or the break's."""

    state: str
    section: str = ""
    clock: SectionClock | None = None
    accommodations: tuple[str, ...] = ()


def live_seats(codes: Sequence[str], step: str, *, at: datetime) -> dict[str, Live]:
    """Everybody of these files: one query, however many."""
    return {code: _live(facts, step, at) for code, facts in read_many(list(codes)).items()}


def _live(facts: Sequence[Fact], step: str, at: datetime) -> Live:
    state = fold_candidacy(facts).state(step, Examination)
    granted = state.accommodation.granted
    sitting = state.sitting
    if state.outcome == "no_show":
        return Live(state="no_show", accommodations=granted)
    if sitting is None or sitting.submitted_at is not None:
        waits = "allowed" if state.allowed_at else "inside" if state.checked_in_at else "expected"
        word = "submitted" if state.answers else waits
        return Live(state=word, accommodations=granted)
    word, clock = "sitting", None
    if sitting.on_break:
        word, clock = "on_break", break_clock(facts, step=step, section=sitting.on_break, at=at)
    elif sitting.current:
        clock = section_clock(facts, step=step, section=sitting.current, at=at)
    return Live(
        state="paused" if sitting.paused_at else word,
        section=sitting.current,
        clock=clock,
        accommodations=granted,
    )
