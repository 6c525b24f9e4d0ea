"""The drawing of seats: what the competition's file says of it, and how lots become seats.

The drawing, so that anybody can make it again from the published file:

1. The seed is 32 random bytes, written as 64 hexadecimal digits. Its digest, SHA-256 over
   those 64 characters, is published before the first wish is taken; the seed after the last.
2. A ticket's number is SHA-256 over `seed:ticket`, as hexadecimal digits. Tickets are served
   in the order of their numbers, the smallest first: that place is the lot.
3. Each ticket in its turn gets the first session of its wishes that still has a seat of the
   kind it asked for (accessible or not), and there the first such seat in the session's own
   order. A ticket whose wishes are all taken gets none.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.policy.seat_opening import SeatOpening, opening_for
from concours.selection.competition import Competition

OPENING, LOTTERY, DRAWN = "seats.opening", "seats.lottery", "seats.drawn"
"""What a competition's file names the way it gives out seats, the lottery, and its drawing."""

FORMAT = "concours seat drawing 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as published: the sessions wished for, best first. It names nobody."""

    ticket: str
    wishes: tuple[str, ...]
    accessible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The free seats of one session in their order, by label: plain ones and accessible ones."""

    session: str
    seats: tuple[str, ...]
    accessible: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What one ticket drew. ``session`` and ``seat`` are "" where nothing was left for it."""

    ticket: str
    lot: int
    session: str = ""
    seat: str = ""


def way_of(competition: Competition, edition: Edition, *, step: str) -> str:
    """How this competition gives out its seats: first_come or lottery."""
    rule = f"{step}.seat_opening"
    if not edition.has(rule):
        return "first_come"
    chosen = competition.settings.get(OPENING)
    return opening_for(
        edition.value(rule, SeatOpening), chosen=chosen if isinstance(chosen, str) else ""
    )


def choose_lottery(competition: Competition, edition: Edition, *, step: str) -> tuple[Draft, ...]:
    """Choose that seats are drawn by lot; before anybody can reserve one."""
    rule = f"{step}.seat_opening"
    opening_for(edition.value(rule, SeatOpening), chosen="lottery")
    if way_of(competition, edition, step=step) == "lottery":
        raise edition.refusal(rule, "lottery_already", remedy="Seats are drawn by lot already.")
    return (_setting(competition, OPENING, "lottery"),)


def open_lottery(
    competition: Competition,
    edition: Edition,
    *,
    step: str,
    seed_digest: str,
    opens_at: str,
    closes_at: str,
) -> tuple[Draft, ...]:
    """Publish the digest of the seed before the first wish, and until when wishes are taken."""
    if lottery_of(competition):
        raise edition.refusal(
            f"{step}.seat_opening", "lottery_open", remedy="The lottery is open already."
        )
    chosen = choose_lottery(competition, edition, step=step)
    value: Json = {
        "rule": f"{step}.seat_opening",
        "seed_digest": seed_digest,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    return (*chosen, _setting(competition, LOTTERY, value))


def reveal_drawing(
    competition: Competition,
    edition: Edition,
    *,
    step: str,
    seed: str,
    published: str,
    tickets: int,
    seated: int,
) -> tuple[Draft, ...]:
    """Reveal the seed with the digest of the published file; the seed must be the one committed."""
    lottery = lottery_of(competition)
    rule = f"{step}.seat_opening"
    if not lottery or competition.settings.get(DRAWN):
        raise edition.refusal(rule, "nothing_to_draw", remedy="No lottery waits for its drawing.")
    if lottery.get("seed_digest") != digest_of_seed(seed):
        raise BadInput("other_seed", remedy="This is not the seed whose digest was published.")
    value: Json = {
        "rule": rule,
        "seed": seed,
        "file": hashlib.sha256(published.encode()).hexdigest(),
        "tickets": tickets,
        "seated": seated,
    }
    return (_setting(competition, DRAWN, value),)


def lottery_of(competition: Competition) -> Mapping[str, Json]:
    """What was published when the lottery opened; empty where there is none."""
    found = competition.settings.get(LOTTERY)
    return found if isinstance(found, Mapping) else {}


def drawing_of(competition: Competition) -> Mapping[str, Json]:
    """What the drawing published; empty before it."""
    found = competition.settings.get(DRAWN)
    return found if isinstance(found, Mapping) else {}


def require_open_to_all(competition: Competition, edition: Edition, *, step: str) -> None:
    """Refuse what is for first come while seats are drawn by lot; after the drawing it is open."""
    if way_of(competition, edition, step=step) == "lottery" and not drawing_of(competition):
        raise edition.refusal(
            f"{step}.seat_opening",
            "seats_by_lot",
            remedy="Seats of this window are drawn by lot: register the sessions you wish for.",
        )


def digest_of_seed(seed: str) -> str:
    """What is published of the seed beforehand."""
    return hashlib.sha256(seed.encode()).hexdigest()


def number_of(seed: str, ticket: str) -> str:
    """A ticket's number in this drawing."""
    return hashlib.sha256(f"{seed}:{ticket}".encode()).hexdigest()


def draw(seed: str, tickets: Sequence[Ticket], supplies: Sequence[Supply]) -> tuple[Drawn, ...]:
    """Draw: each ticket's lot and seat, in the order of the lots. The order given changes nothing.

    Raises BadInput when a ticket stands twice.
    """
    if len({t.ticket for t in tickets}) != len(tickets):
        raise BadInput("ticket_twice", remedy="Each ticket stands in the file once.")
    plain = {s.session: list(reversed(s.seats)) for s in supplies}
    easy = {s.session: list(reversed(s.accessible)) for s in supplies}
    found = []
    ordered = sorted(tickets, key=lambda t: (number_of(seed, t.ticket), t.ticket))
    for lot, ticket in enumerate(ordered, start=1):
        left = easy if ticket.accessible else plain
        session = next((wish for wish in ticket.wishes if left.get(wish)), "")
        seat = left[session].pop() if session else ""
        found.append(Drawn(ticket=ticket.ticket, lot=lot, session=session, seat=seat))
    return tuple(found)


def published_text(
    *,
    competition: str,
    seed: str,
    tickets: Sequence[Ticket],
    supplies: Sequence[Supply],
    drawn: Sequence[Drawn],
) -> str:
    """The published file: all that the drawing was made from, and what came out; canonical JSON."""
    return canonical(
        {
            "format": FORMAT,
            "competition": competition,
            "seed": seed,
            "seed_digest": digest_of_seed(seed),
            "tickets": [
                {"ticket": t.ticket, "wishes": list(t.wishes), "accessible": t.accessible}
                for t in sorted(tickets, key=lambda t: t.ticket)
            ],
            "sessions": [
                {"session": s.session, "seats": list(s.seats), "accessible": list(s.accessible)}
                for s in sorted(supplies, key=lambda s: s.session)
            ],
            "drawn": [
                {"ticket": d.ticket, "lot": d.lot, "session": d.session, "seat": d.seat}
                for d in drawn
            ],
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """A published drawing made again: whether seed and result are those published."""

    competition: str
    tickets: int
    seated: int
    seed_fits: bool
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The published file, read back."""

    format: str
    competition: str
    seed: str
    seed_digest: str
    tickets: tuple[Ticket, ...]
    sessions: tuple[Supply, ...]
    drawn: tuple[Drawn, ...]


def read_published(text: str | bytes) -> Published:
    """Read a published drawing. Raises BadInput when the file is none."""
    try:
        found = msgspec.json.decode(text, type=Published)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(
            "not_a_drawing", remedy=f"The file is not a published drawing of seats: {error}."
        ) from error
    if found.format != FORMAT:
        raise BadInput("not_a_drawing", remedy=f"The file's format is not {FORMAT}.")
    return found


def redraw(published: Published, *, committed: str = "") -> Redrawn:
    """Make a published drawing again. ``committed`` is the digest published before it, if known.

    ``differs`` names the tickets whose lot or seat is not what the file says.
    """
    drawn = draw(published.seed, published.tickets, published.sessions)
    made, told = ({d.ticket: d for d in found} for found in (drawn, published.drawn))
    return Redrawn(
        competition=published.competition,
        tickets=len(drawn),
        seated=sum(bool(d.seat) for d in drawn),
        seed_fits=digest_of_seed(published.seed) == (committed or published.seed_digest),
        differs=tuple(sorted(t for t in made.keys() | told.keys() if made.get(t) != told.get(t))),
    )


def _setting(competition: Competition, name: str, value: Json) -> Draft:
    if competition.status not in ("approved", "published"):
        raise RuleRefused(
            "wrong_competition_status",
            remedy="This needs a competition that is approved or published.",
            numbers={"status": competition.status},
        )
    body: dict[str, Json] = {"name": name, "value": value}
    return Draft(file=competition.file, step="", kind="competition.setting_found", body=body)
