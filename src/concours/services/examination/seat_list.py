"""A session's seats and its waiting list, as the staff see them: by code, never by name."""

from dataclasses import dataclass
from datetime import datetime

from concours.records.models import ExaminationStanding, Seat, SeatWait, SessionStanding
from concours.selection.authority import Actor, require
from concours.services.examination.seat_rows import OFFERED, WAITING
from concours.services.examination.sessions import MANAGE, SessionRow, session_rows_of
from concours.services.files import unknown_file


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCell:
    """One seat: ``state`` is free, held, offered, taken, inside or absent; whose it is, if anybody's."""

    label: str
    accessible: bool
    state: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWait:
    """One candidacy on the waiting list, in its order."""

    place: int
    code: str
    accessible: bool
    joined_at: datetime
    seat: str
    answer_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatListPage:
    """The seats row by row, and who waits."""

    session: SessionRow
    rows: tuple[tuple[str, tuple[SeatCell, ...]], ...]
    waiting: tuple[ListedWait, ...]


def seat_list(actor: Actor, session: str, *, at: datetime) -> SeatListPage:
    """Every seat of a session and everybody on its list."""
    require(actor, "examination.check_in" if "proctor" in actor.roles else MANAGE)
    standing = list(SessionStanding.objects.filter(pk=session))
    found = session_rows_of(standing, at=at)
    if not found:
        raise unknown_file()
    files = ExaminationStanding.objects.filter(session=session)
    known = {row.file: row for row in files}
    rows: dict[str, list[SeatCell]] = {}
    for seat in Seat.objects.filter(session=session).order_by("id"):
        row = seat.label.rstrip("0123456789")
        rows.setdefault(row, []).append(_cell(seat, known.get(str(seat.holder)), at))
    waits = SeatWait.objects.filter(session=session, state__in=(WAITING, OFFERED)).order_by("id")
    open_now = [w for w in waits if w.state == WAITING or (w.answer_by and w.answer_by > at)]
    return SeatListPage(
        session=found[0],
        rows=tuple((row, tuple(cells)) for row, cells in rows.items()),
        waiting=tuple(
            ListedWait(
                place=place,
                code=w.candidacy,
                accessible=w.accessible,
                joined_at=w.joined_at,
                seat=w.seat,
                answer_by=w.answer_by,
            )
            for place, w in enumerate(open_now, start=1)
        ),
    )


def _cell(seat: Seat, holder: ExaminationStanding | None, at: datetime) -> SeatCell:
    kept = seat.kept_until is not None and seat.kept_until > at
    state, code = "free", ""
    if seat.holder:
        state, code = "taken", seat.holder
        if holder is not None and holder.outcome == "no_show":
            state = "absent"
        elif holder is not None and holder.checked_in:
            state = "inside"
    elif kept:
        state, code = ("offered" if seat.kept_as == "offer" else "held"), str(seat.kept_for)
    return SeatCell(label=seat.label, accessible=seat.accessible, state=state, code=code)
