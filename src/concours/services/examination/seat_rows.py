"""Seats as rows: taken, kept for a while and freed, in the transaction of what decides it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from concours.kernel.errors import RuleRefused
from concours.records.bulk import update_rows
from concours.records.models import ExaminationStanding, Seat, SeatWait

OFFER, HOLD = "offer", "hold"
"""What a row may be kept as: from the waiting list, or while a candidate confirms."""

WAITING, OFFERED = "waiting", "offered"
"""How somebody stands on a waiting list while they stand on it."""

FREE_OF_KEEPING: Mapping[str, Any] = {"kept_for": None, "kept_as": "", "kept_until": None}


def free_rows(session: str, *, accessible: bool, at: datetime) -> "QuerySet[Seat]":
    """The free seats of a session, none kept for anybody, in their order."""
    open_now = Q(kept_until__isnull=True) | Q(kept_until__lte=at)
    found = Seat.objects.filter(open_now, session=session, holder__isnull=True)
    return found.filter(accessible=accessible).order_by("id")


def lock_free(
    session: str, *, accessible: bool, at: datetime, most: int, wait: bool = False
) -> list[Seat]:
    """Lock up to so many free seats. Rows that others are just taking are passed over, or
    their outcome is waited for: who waits must hold no seat yet, or two wait for each other."""
    rows = free_rows(session, accessible=accessible, at=at)
    return list(rows.select_for_update(skip_locked=not wait)[:most])


def take_seat(session: str, *, holder: str, step: str, accessible: bool, at: datetime) -> Seat:
    """Put a holder on one free seat's row, or on the one kept for them there.

    Raises RuleRefused `session_full` when none is free, `others_wait_first` when what
    becomes free belongs to those on the list.
    """
    seat = find_free(session, holder=holder, accessible=accessible, at=at)
    put_holders([(seat, holder)], at=at)
    return seat


def find_free(session: str, *, holder: str, accessible: bool, at: datetime) -> Seat:
    """One free seat's row, locked: the one kept for this holder there, or the first free one.

    Raises as `take_seat`.
    """
    kept = kept_rows([holder], at=at).get(holder)
    if kept is not None and (kept.session, kept.accessible) == (session, accessible):
        return kept
    if awaited(session, accessible=accessible):
        raise others_wait()
    for wait in (False, True):  # so that no seat stays empty
        rows = lock_free(session, accessible=accessible, at=at, most=1, wait=wait)
        if rows:
            return rows[0]
    raise session_full()


def kept_rows(holders: Sequence[str], *, at: datetime) -> dict[str, Seat]:
    """The seat kept for each of these candidacies at this moment, locked; by candidacy."""
    found = Seat.objects.filter(kept_for__any_of=holders, holder__isnull=True, kept_until__gt=at)
    return {str(seat.kept_for): seat for seat in found.order_by("id").select_for_update()}


def put_holders(taken: Sequence[tuple[Seat, str]], *, at: datetime) -> None:
    """Put each holder on their seat's row. The caller has locked these rows and found them free;
    the tables' constraints stand behind that: one holder a row, one seat a candidacy."""
    if not taken:
        return
    kept = Seat.objects.filter(kept_for__any_of=[holder for _, holder in taken])
    kept.update(**FREE_OF_KEEPING)
    rows = [(seat.pk, holder, at) for seat, holder in taken]
    update_rows(Seat, "id", ("holder", "taken_at"), rows)


def free_seat(holder: str, *, step: str) -> list[Seat]:
    """Take a holder off their seat's row, if they have one; returns the rows freed."""
    rows = list(Seat.objects.select_for_update().filter(holder=holder, step=step))
    for row in rows:
        row.holder = row.taken_at = None
        row.save(update_fields=["holder", "taken_at"])
    return rows


def awaited(session: str, *, accessible: bool) -> bool:
    """Whether anybody on the waiting list is still to be offered a seat of this kind: then
    what becomes free is theirs first."""
    waits = SeatWait.objects.filter(session=session, accessible=accessible, state=WAITING)
    return waits.exists()


def off_the_list(taken: Sequence[tuple[str, str]]) -> None:
    """Take candidacies that now hold a seat of a session off its waiting list."""
    if taken:
        rows = SeatWait.objects.filter(
            candidacy__any_of=[holder for holder, _ in taken], state__in=(WAITING, OFFERED)
        )
        wanted = set(taken)
        mine = [row.pk for row in rows if (row.candidacy, row.session) in wanted]
        SeatWait.objects.filter(pk__in=mine).update(state="accepted")


def unkeep(holder: str, *, step: str) -> None:
    """Let go of whatever seat is kept for this candidacy, expired or not."""
    Seat.objects.filter(kept_for=holder, step=step).update(**FREE_OF_KEEPING)


def keep_row(seat: Seat, holder: str, *, kept_as: str, until: datetime) -> None:
    """Keep a locked free row for one candidacy until an instant of service time."""
    unkeep(holder, step=seat.step)
    Seat.objects.filter(pk=seat.pk).update(kept_for=holder, kept_as=kept_as, kept_until=until)
    seat.kept_for, seat.kept_as, seat.kept_until = holder, kept_as, until


def free_abandoned() -> int:
    """Free the seats whose holder's file holds them no more, whatever ended it; returns how many.

    The acts of a candidate free their seat at once; corrections in bulk leave it to this.
    A holder without any standing row is left alone: rows may just be rebuilt.
    """
    rows = ExaminationStanding.objects.filter(file=OuterRef("holder"), step=OuterRef("step"))
    held = rows.filter(session=OuterRef("session"), seat=OuterRef("label"))
    abandoned = Seat.objects.filter(Exists(rows), holder__isnull=False).exclude(Exists(held))
    return int(abandoned.update(holder=None, taken_at=None))


def session_full() -> RuleRefused:
    """The answer of a session without a free seat."""
    return RuleRefused(
        "session_full",
        remedy="No seat is free in this session any more. Choose another one.",
        field="session",
    )


def others_wait() -> RuleRefused:
    """The answer of a session whose freed seats go to its waiting list first."""
    return RuleRefused(
        "others_wait_first",
        remedy="Others wait for a seat in this session. Join its waiting list, or choose another.",
        field="session",
    )
