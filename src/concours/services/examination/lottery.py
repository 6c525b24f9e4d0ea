"""The lottery of seats: opened with a committed seed, tickets taken, drawn, and published.

The drawing is one transaction: the revealed seed and the digest of the published file in the
competition's entries, every ticket's lot and seat in its candidate's entries, the rows of the
seats and the letters stand or fall together.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concours.kernel.errors import BadInput, Refusal, RuleRefused
from concours.kernel.period import instant_text
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.policy.seat_opening import SeatOpening, wishes_close_at
from concours.policy.seat_rules import SeatRules, seats_open_at
from concours.records.models import Seat, SeatLottery, SeatTicket, SessionStanding
from concours.selection import seat_lottery as rules
from concours.selection.authority import SYSTEM, Actor, require
from concours.selection.come_due import passed
from concours.selection.examination import Examination
from concours.selection.examination_seats import reserve_seat
from concours.selection.examination_waiting import draw_ticket, take_ticket
from concours.services.case import Case, decide, open_candidacy, open_group
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.examination.seat_group import (
    RESERVE,
    birth_date_missing,
    birth_dates,
    session_value,
)
from concours.services.examination.seat_rows import FREE_OF_KEEPING, put_holders
from concours.services.examination.sessions import (
    SessionRow,
    edition_of,
    sessions_of,
    test_step,
)
from concours.services.files import new_code, unknown_file
from concours.services.groups import Decided, record_group

DRAW = "examination.draw_seats"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryPage:
    """A competition's lottery as anybody may see it; ``drawing`` is empty before the drawing."""

    competition: str
    title: str
    way: str
    opens_at: datetime | None
    closes_at: datetime | None
    tickets: int
    seed_digest: str
    seed: str
    file_digest: str
    seated: int
    version: str = ""
    may_draw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesPage:
    """What a candidate needs to register wishes: the sessions, and those wished for so far."""

    code: str
    version: str
    competition: str
    competition_file: str
    opens_at: datetime | None
    closes_at: datetime | None
    open_now: bool
    most: int
    sessions: tuple[SessionRow, ...]
    wishes: tuple[str, ...]
    accessible: bool
    ticket: str
    lot: int


def open_lottery(actor: Actor, competition: str, *, at: datetime, seen: str | None) -> OpenFile:
    """Choose the lottery for a competition: a seed is made and its digest published at once.

    Wishes are taken from the day seats open, for the rulebook's days.
    """

    def command(found: OpenFile) -> Sequence[Draft]:
        edition = edition_of(found.state)
        step = test_step(edition)
        if Seat.objects.filter(session__in=_sessions(competition), holder__isnull=False).exists():
            raise RuleRefused(
                "seats_taken", remedy="Seats are taken already: a lottery would come too late."
            )
        calendar = found.state.calendar
        if calendar is None:
            raise RuleRefused("no_calendar", remedy="Give the window its dates first.")
        opens = seats_open_at(
            edition.value(f"{step}.seats", SeatRules),
            first_day=calendar.test_starts,
            zone=edition.zone,
        )
        closes = wishes_close_at(
            edition.value(f"{step}.seat_opening", SeatOpening), opens_at=max(opens, at)
        )
        seed = secrets.token_hex(32)
        drafts = rules.open_lottery(
            found.state,
            edition,
            step=step,
            seed_digest=rules.digest_of_seed(seed),
            opens_at=instant_text(max(opens, at)),
            closes_at=instant_text(closes),
        )
        SeatLottery.objects.create(
            competition=competition, step=step, seed=seed, opens_at=max(opens, at), closes_at=closes
        )
        return drafts

    return decide_on(actor, "competition", competition, DRAW, command, at=at, seen=seen)


def register_wishes(
    actor: Actor,
    code: str,
    *,
    wishes: Sequence[str],
    accessible: bool,
    at: datetime,
    seen: str | None,
) -> None:
    """Register or change a candidate's wishes while the lottery takes them."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        lottery = SeatLottery.objects.filter(pk=case.competition.file).first()
        if lottery is None or at < lottery.opens_at:
            raise case.edition.refusal(
                f"{step}.seat_opening", "wishes_not_open", remedy="Wishes are not taken yet."
            )
        known = {row.code for row in sessions_of(case.competition.file, after=at)}
        if not set(wishes) <= known:
            raise BadInput(
                "no_such_session", remedy="Choose among the sessions shown.", field="wish_1"
            )
        draws = _Draws({code: case}, step=step, at=at)
        for wish in wishes:
            draws.require(code, wish)
        row = SeatTicket.objects.filter(candidacy=code, competition=lottery.pk).first()
        row = row or SeatTicket(candidacy=code, competition=lottery.pk, ticket=new_code())
        row.wishes, row.accessible, row.at = list(wishes), accessible, at
        drafts = take_ticket(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            ticket=row.ticket,
            wishes=tuple(wishes),
            digest=wishes_digest(row),
            closes_at=lottery.closes_at,
        )
        row.save()
        return drafts

    decide(actor, code, RESERVE, command, at=at, seen=seen)


def wishes_digest(row: SeatTicket) -> str:
    """What a candidate's entry says of their wishes: a digest of the ticket as it is published."""
    text = canonical(
        {"ticket": row.ticket, "wishes": list(row.wishes), "accessible": row.accessible}
    )
    return hashlib.sha256(text.encode()).hexdigest()


def draw_seats(actor: Actor, competition: str, *, at: datetime, seen: str | None) -> OpenFile:
    """Draw: reveal the seed, give each ticket its lot and seat, publish the file; all or nothing."""

    def command(found: OpenFile) -> Sequence[Draft]:
        edition = edition_of(found.state)
        step = test_step(edition)
        lottery = SeatLottery.objects.select_for_update().filter(pk=competition).first()
        if lottery is None or lottery.drawn_at is not None:
            raise edition.refusal(
                f"{step}.seat_opening", "nothing_to_draw", remedy="No lottery waits to be drawn."
            )
        if at < lottery.closes_at:
            raise edition.refusal(
                f"{step}.seat_opening",
                "wishes_still_open",
                remedy="Draw when the time for wishes has passed.",
                until=instant_text(lottery.closes_at),
            )
        rows = {t.ticket: t for t in SeatTicket.objects.filter(competition=competition)}
        # Whoever may not take a seat any more takes no part; the file says who took part.
        cases = open_group({row.candidacy: SYSTEM for row in rows.values()}, DRAW)
        found_cases = {
            t: case
            for t, r in rows.items()
            if isinstance(case := cases[r.candidacy], Case) and _takes_part(case, step, at=at)
        }
        seats = _free_seats(competition)
        draws = _Draws(found_cases, step=step, at=at)
        tickets = [
            rules.Ticket(
                ticket=t,
                wishes=tuple(w for w in rows[t].wishes if draws.allowed(t, w)),
                accessible=rows[t].accessible,
            )
            for t in found_cases
        ]
        supplies = _supplies(competition, seats)
        drawn = rules.draw(lottery.seed, tickets, supplies)
        text = rules.published_text(
            competition=competition,
            seed=lottery.seed,
            tickets=tickets,
            supplies=supplies,
            drawn=drawn,
        )
        draws.record(drawn, seats)
        lottery.drawn_at, lottery.published = at, text
        lottery.save(update_fields=["drawn_at", "published"])
        return rules.reveal_drawing(
            found.state,
            edition,
            step=step,
            seed=lottery.seed,
            published=text,
            tickets=len(drawn),
            seated=sum(bool(d.seat) for d in drawn),
        )

    return decide_on(actor, "competition", competition, DRAW, command, at=at, seen=seen)


def _takes_part(case: Case, step: str, *, at: datetime) -> bool:
    """Whether this candidacy may still take a seat: open, without one, no date against it."""
    state = case.candidacy.state(step, Examination)
    open_now = case.candidacy.closed is None and not passed(case.candidacy, case.edition, at=at)
    return open_now and state.seat is None and not state.outcome


class _Draws:
    """The drawing's candidacies by ticket: which wish each may have, and what is recorded."""

    def __init__(self, cases: Mapping[str, Case], *, step: str, at: datetime) -> None:
        self.cases, self.step, self.at = cases, step, at
        self.births = birth_dates([case.candidacy.person for case in cases.values()])
        competitions = {case.competition.file for case in cases.values()}
        rows = SessionStanding.objects.filter(competition__in=competitions)
        self.sessions = {row.file: row for row in rows}

    def require(self, ticket: str, session: str) -> None:
        """Refuse what reserving there would refuse."""
        self._reserve(ticket, session, "")

    def allowed(self, ticket: str, session: str) -> bool:
        """Whether the rules let this ticket's candidate sit there (age on the day, its hour)."""
        try:
            self.require(ticket, session)
        except Refusal:
            return False
        return True

    def record(self, drawn: Sequence[rules.Drawn], seats: Mapping[tuple[str, str], Seat]) -> None:
        """Put each drawn ticket's candidate on their row, and say so in their file."""
        taken: list[tuple[Seat, str]] = []
        decided: list[Decided] = []
        for one in drawn:
            case = self.cases[one.ticket]
            seat = self._reserve(one.ticket, one.session, one.seat) if one.seat else ()
            if one.seat:
                taken.append((seats[one.session, one.seat], case.code))
            drafts = draw_ticket(
                case.candidacy, case.edition, step=self.step, lot=one.lot, of=len(drawn), seat=seat
            )
            decided.append(Decided(case=case, actor=SYSTEM.code, drafts=drafts))
        put_holders(taken, at=self.at)
        record_group(decided, at=self.at)

    def _reserve(self, ticket: str, session: str, seat: str) -> tuple[Draft, ...]:
        case = self.cases[ticket]
        born = self.births.get(case.candidacy.person)
        if born is None:
            raise birth_date_missing()
        return reserve_seat(
            case.candidacy,
            case.edition,
            step=self.step,
            at=self.at,
            session=session_value(self.sessions.get(session), case),
            seat=seat,
            born=born,
        )


def _sessions(competition: str) -> list[str]:
    rows = SessionStanding.objects.filter(competition=competition, status="planned")
    return list(rows.order_by("file").values_list("file", flat=True))


def _free_seats(competition: str) -> dict[tuple[str, str], Seat]:
    """Every free seat of the competition, locked; what was kept for a while is let go of."""
    free = Seat.objects.filter(session__in=_sessions(competition), holder__isnull=True)
    free.filter(kept_for__isnull=False).update(**FREE_OF_KEEPING)
    return {(s.session, s.label): s for s in free.order_by("id").select_for_update()}


def _supplies(competition: str, seats: dict[tuple[str, str], Seat]) -> list[rules.Supply]:
    return [
        rules.Supply(
            session=code,
            seats=tuple(s.label for s in seats.values() if s.session == code and not s.accessible),
            accessible=tuple(s.label for s in seats.values() if s.session == code and s.accessible),
        )
        for code in _sessions(competition)
    ]


def wishes_page(actor: Actor, code: str, *, at: datetime) -> WishesPage:
    """What a candidate sees of the lottery."""
    case = open_candidacy(actor, code, RESERVE, at=at)
    step = test_step(case.edition)
    lottery = SeatLottery.objects.filter(pk=case.competition.file).first()
    row = SeatTicket.objects.filter(candidacy=code, competition=case.competition.file).first()
    state = case.as_shown().state(step, Examination)
    return WishesPage(
        code=code,
        version=case.version,
        competition=case.competition.title,
        competition_file=case.competition.file,
        opens_at=lottery.opens_at if lottery else None,
        closes_at=lottery.closes_at if lottery else None,
        open_now=lottery is not None and lottery.opens_at <= at < lottery.closes_at,
        most=case.edition.value(f"{step}.seat_opening", SeatOpening).wishes_most,
        sessions=sessions_of(case.competition.file, statuses=("planned",), after=at),
        wishes=tuple(row.wishes) if row else (),
        accessible=row is not None and row.accessible,
        ticket=row.ticket if row else "",
        lot=state.lot,
    )


def drawing_page(competition: str) -> LotteryPage:
    """The lottery of a competition, for anybody. Raises the answer for an unknown file."""
    running = read_competition(competition)
    if not running.process or running.status not in ("approved", "published", "closed", "archived"):
        raise unknown_file()
    edition = edition_of(running)
    lottery = SeatLottery.objects.filter(pk=competition).first()
    drawing = rules.drawing_of(running)
    return LotteryPage(
        competition=competition,
        title=running.title,
        way=rules.way_of(running, edition, step=test_step(edition)),
        opens_at=lottery.opens_at if lottery else None,
        closes_at=lottery.closes_at if lottery else None,
        tickets=SeatTicket.objects.filter(competition=competition).count(),
        seed_digest=str(rules.lottery_of(running).get("seed_digest", "")),
        seed=str(drawing.get("seed", "")),
        file_digest=str(drawing.get("file", "")),
        seated=int(str(drawing.get("seated", 0))),
    )


def drawing_desk(actor: Actor, competition: str, *, at: datetime) -> LotteryPage:
    """The same for the test administrator, with what may be done now."""
    require(actor, DRAW)
    page = drawing_page(competition)
    closed = page.closes_at is not None and at >= page.closes_at
    return replace(
        page,
        version=open_file(actor, "competition", competition, DRAW).version,
        may_draw=closed and not page.seed,
    )


def published_drawing(competition: str) -> str:
    """The published file of a drawing. Raises the answer for an unknown file before it."""
    found = SeatLottery.objects.filter(pk=competition, drawn_at__isnull=False).first()
    if found is None:
        raise unknown_file()
    return str(found.published)
