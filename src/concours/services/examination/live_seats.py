"""Seats of a session live: state, open section, clock and what is granted, from the candidates' files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max

from concours.ledger.draft import Fact
from concours.policy.edition import Edition
from concours.records.ledger_store import read_many
from concours.records.models import Answer
from concours.selection.examination import Examination
from concours.selection.examination_breaks import rest_of, running_time
from concours.selection.fold import fold_candidacy
from concours.selection.sitting_break import Break
from concours.selection.sitting_clock import SectionClock, break_clock, section_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One candidate now. ``section`` is the open one, ``clock`` its, or the break's; ``runs``
    says what a pause would stop: section, break, or "" for nothing. ``saved_at`` is when the
    service last kept an answer of a sitting that is not over."""

    state: str
    section: str = ""
    clock: SectionClock | None = None
    accommodations: tuple[str, ...] = ()
    runs: str = ""
    saved_at: datetime | None = None


def live_seats(
    codes: Sequence[str], edition: Edition, step: str, *, at: datetime
) -> dict[str, Live]:
    """Everybody of these files: two queries, however many."""
    files = read_many(list(codes))
    saved = _last_saved(list(codes), step)
    return {
        code: replace(_live(facts, edition, step, at), saved_at=saved.get(code))
        for code, facts in files.items()
    }


def _last_saved(codes: list[str], step: str) -> dict[str, datetime]:
    """When the service last kept an answer, by candidacy; sittings that are over are left out."""
    rows = Answer.objects.filter(
        sitting__candidacy__any_of=codes, sitting__step=step, sitting__state__in=("open", "paused")
    )
    last = rows.values("sitting__candidacy").annotate(last=Max("at")).order_by()
    return dict(last.values_list("sitting__candidacy", "last"))


def _live(facts: Sequence[Fact], edition: Edition, step: str, at: datetime) -> Live:
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
    elif rest := rest_of(sitting, edition, step=step, at=at):
        word, clock = "on_break", _unrecorded(rest, sitting.paused_at, at)
    if word == "on_break" and clock is not None and not clock.left:
        word = "break_over"
    return Live(
        state="paused" if sitting.paused_at else word,
        section=sitting.current,
        clock=clock,
        accommodations=granted,
        runs=running_time(sitting, edition, step=step, at=at),
    )


def _unrecorded(rest: Break, paused_at: datetime | None, at: datetime) -> SectionClock:
    """The clock of a break that nobody has begun: it runs, but not while the sitting is paused."""
    none = timedelta(0)
    return SectionClock(
        base=rest.ends_at - rest.begun_at,
        granted=none,
        incident=none,
        used=max(none, (paused_at or at) - rest.begun_at),
        paused=paused_at is not None,
    )
