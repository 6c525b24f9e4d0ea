"""The confirmation of a seat: as values for the page, as a calendar file, as a QR code."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from icalendar import Calendar, Event, vText

from concours.kernel.errors import RuleRefused
from concours.policy.door_times import DoorTimes, check_in_opens_at
from concours.policy.identity_check import IdentityCheck
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.services.case import open_candidacy
from concours.services.examination.accommodations import with_extra_time
from concours.services.examination.breaks import break_minutes
from concours.services.examination.seats import SeatHeld, held_seat
from concours.services.examination.sessions import test_step
from concours.services.receipts import Receipt, receipt_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Everything the letter, the calendar file and the page say, so that they say the same."""

    code: str
    competition: str
    seat: SeatHeld
    check_in_opens: datetime
    door_closes: datetime
    ends_about: datetime
    sections: tuple[tuple[str, int], ...]
    minutes: int
    breaks: int
    accommodations: tuple[str, ...]
    documents: tuple[str, ...]
    receipt: Receipt | None
    changed: bool


def confirmation(actor: Actor, code: str, *, at: datetime) -> Confirmation:
    """The confirmation of the seat a candidate holds. Raises RuleRefused where they hold none."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = test_step(case.edition)
    state = case.as_shown().state(step, Examination)
    seat = held_seat(state)
    if seat is None:
        raise RuleRefused("no_seat", remedy="You hold no seat. Reserve one first.")
    times = case.edition.value(f"{step}.attendance", DoorTimes)
    granted = state.accommodation
    sections = tuple(
        (s.title, with_extra_time(s.minutes, granted.factor))
        for s in sections_of(case.edition, step).values()
    )
    minutes = sum(m for _, m in sections)
    breaks = break_minutes(case.edition, step=step)
    return Confirmation(
        code=code,
        competition=case.competition.title,
        seat=seat,
        check_in_opens=check_in_opens_at(times, starts_at=seat.starts_at),
        door_closes=seat.door_closes or seat.starts_at,
        ends_about=seat.starts_at + timedelta(minutes=minutes + breaks),
        sections=sections,
        minutes=minutes,
        breaks=breaks,
        accommodations=granted.granted,
        documents=tuple(case.edition.value(f"{step}.door", IdentityCheck).documents),
        receipt=receipt_of(case, "seat."),
        changed=seat.sequence > 0,
    )


def calendar_file(found: Confirmation, *, link: str, title: str, made_at: datetime) -> bytes:
    """The seat as a calendar entry. Its UID stays the same for the candidacy, and SEQUENCE
    rises with each change, so that a later file moves the entry instead of adding one."""
    event = Event()
    event.add("uid", f"seat-{found.code}@concours")
    event.add("sequence", found.seat.sequence)
    event.add("dtstamp", made_at)
    event.add("dtstart", found.seat.starts_at)
    event.add("dtend", found.ends_about)
    event.add("summary", title)
    event["location"] = vText(f"{found.seat.centre}, {found.seat.address}")
    event.add("description", f"{found.seat.seat}, {found.seat.room}\n{link}")
    event.add("url", link)
    event.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Concours//Seat//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def qr_svg(text: str) -> str:
    """A QR code as SVG markup without a style attribute, dark modules in the text's colour."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=4
    )
    return out.getvalue().decode()
