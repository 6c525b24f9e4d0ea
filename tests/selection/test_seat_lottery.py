"""The drawing of seats: laws, and a small one worked out by hand."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.selection.seat_lottery import (
    Drawn,
    Supply,
    Ticket,
    digest_of_seed,
    draw,
    number_of,
    published_text,
    read_published,
    redraw,
)

SESSIONS = ("north", "south", "west")
seeds = st.text("0123456789abcdef", min_size=64, max_size=64)
tickets = st.lists(
    st.builds(
        Ticket,
        ticket=st.text("ABCDEFGH", min_size=4, max_size=4),
        wishes=st.lists(st.sampled_from(SESSIONS), unique=True, max_size=3).map(tuple),
        accessible=st.booleans(),
    ),
    unique_by=lambda t: t.ticket,
    max_size=12,
)
supplies = st.tuples(
    *(
        st.builds(
            lambda session, plain, easy: Supply(
                session=session,
                seats=tuple(f"A{n}" for n in range(plain)),
                accessible=tuple(f"Z{n}" for n in range(easy)),
            ),
            session=st.just(session),
            plain=st.integers(0, 3),
            easy=st.integers(0, 2),
        )
        for session in SESSIONS
    )
)


@given(seed=seeds, tickets=tickets, supplies=supplies)
def test_every_seat_is_given_at_most_once_and_only_to_who_asked_for_its_kind(
    seed: str, tickets: list[Ticket], supplies: tuple[Supply, ...]
) -> None:
    drawn = draw(seed, tickets, supplies)
    given_out = [(d.session, d.seat) for d in drawn if d.seat]
    assert len(given_out) == len(set(given_out))
    asked = {t.ticket: t for t in tickets}
    kinds = {(s.session, x): a for s in supplies for a in (False, True)
             for x in (s.accessible if a else s.seats)}  # fmt: skip
    for d in drawn:
        if d.seat:
            assert d.session in asked[d.ticket].wishes
            assert kinds[d.session, d.seat] == asked[d.ticket].accessible


@given(seed=seeds, tickets=tickets, supplies=supplies)
def test_no_lot_does_worse_than_what_those_before_it_left(
    seed: str, tickets: list[Ticket], supplies: tuple[Supply, ...]
) -> None:
    left = {
        (s.session, a): len(s.accessible if a else s.seats) for s in supplies for a in (False, True)
    }
    asked = {t.ticket: t for t in tickets}
    drawn = draw(seed, tickets, supplies)
    assert [d.lot for d in drawn] == list(range(1, len(tickets) + 1))
    for d in drawn:
        ticket = asked[d.ticket]
        best = next((w for w in ticket.wishes if left.get((w, ticket.accessible))), "")
        assert d.session == best
        if best:
            left[best, ticket.accessible] -= 1


@given(seed=seeds, tickets=tickets, supplies=supplies, chance=st.randoms(use_true_random=False))
def test_the_order_in_which_wishes_came_changes_nothing(
    seed: str, tickets: list[Ticket], supplies: tuple[Supply, ...], chance: object
) -> None:
    mixed = list(tickets)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert draw(seed, mixed, supplies) == draw(seed, tickets, supplies)


@given(seed=seeds, tickets=tickets, supplies=supplies)
def test_a_better_lot_never_hurts(
    seed: str, tickets: list[Ticket], supplies: tuple[Supply, ...]
) -> None:
    """Whoever is drawn first gets their first wish, if it has any seat of their kind at all."""
    drawn = draw(seed, tickets, supplies)
    if drawn:
        first = next(t for t in tickets if t.ticket == drawn[0].ticket)
        stocked = {s.session for s in supplies if (s.accessible if first.accessible else s.seats)}
        assert drawn[0].session == next((w for w in first.wishes if w in stocked), "")


@given(seed=seeds, tickets=tickets, supplies=supplies)
def test_anybody_draws_the_published_file_again_with_the_same_result(
    seed: str, tickets: list[Ticket], supplies: tuple[Supply, ...]
) -> None:
    text = published_text(
        competition="C",
        seed=seed,
        tickets=tickets,
        supplies=supplies,
        drawn=draw(seed, tickets, supplies),
    )
    again = redraw(read_published(text), committed=digest_of_seed(seed))
    assert (again.tickets, again.seed_fits, again.differs) == (len(tickets), True, ())


def test_the_lots_are_the_order_of_the_numbers_anybody_can_compute() -> None:
    seed = "00" * 32
    tickets = [Ticket(ticket=t, wishes=("north",)) for t in ("AAAA", "BBBB", "CCCC")]
    by_hand = sorted(
        ("AAAA", "BBBB", "CCCC"), key=lambda t: hashlib.sha256(f"{seed}:{t}".encode()).hexdigest()
    )
    drawn = draw(seed, tickets, [Supply(session="north", seats=("A1", "A2"), accessible=())])
    assert [(d.ticket, d.seat) for d in drawn] == list(zip(by_hand, ("A1", "A2", ""), strict=True))
    assert number_of(seed, "AAAA") == hashlib.sha256(f"{seed}:AAAA".encode()).hexdigest()


def test_a_file_in_which_a_seat_was_moved_or_the_seed_changed_is_found_out() -> None:
    seed, other = "ab" * 32, "cd" * 32
    tickets = [Ticket(ticket=t, wishes=("north",)) for t in ("AAAA", "BBBB")]
    supplies = [Supply(session="north", seats=("A1",), accessible=())]
    first, second = draw(seed, tickets, supplies)
    swapped = [
        Drawn(ticket=first.ticket, lot=1),
        Drawn(ticket=second.ticket, lot=2, session="north", seat="A1"),
    ]
    text = published_text(
        competition="C", seed=seed, tickets=tickets, supplies=supplies, drawn=swapped
    )
    assert redraw(read_published(text)).differs == ("AAAA", "BBBB")
    assert not redraw(read_published(text), committed=digest_of_seed(other)).seed_fits
    with pytest.raises(BadInput):
        read_published("{}")
    with pytest.raises(BadInput):
        draw(seed, [tickets[0], tickets[0]], supplies)
