"""Synthetic people are the same every time and cannot be real."""

from datetime import date

from numpy.random import default_rng

from concours.simulator.people import TRACKS, invent

BASE = date(2026, 2, 1)


def test_the_same_seed_invents_the_same_people() -> None:
    assert invent(20, base=BASE, chance=default_rng(7)) == invent(
        20, base=BASE, chance=default_rng(7)
    )


def test_another_seed_invents_others() -> None:
    assert invent(5, base=BASE, chance=default_rng(7)) != invent(
        5, base=BASE, chance=default_rng(8)
    )


def test_addresses_are_distinct_and_lead_nowhere() -> None:
    people = invent(300, base=BASE, chance=default_rng(1))
    assert len({p.email for p in people}) == 300
    assert {p.email.rsplit("@", 1)[1] for p in people} == {"candidates.example"}


def test_people_have_plausible_lives() -> None:
    people = invent(500, base=BASE, chance=default_rng(2))
    assert {p.track for p in people} == set(TRACKS)
    assert all(1966 <= p.born.year <= 2006 for p in people)
    assert all(p.years >= 0 for p in people)
