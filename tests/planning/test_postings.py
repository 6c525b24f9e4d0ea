"""First postings: as good as can be for the class as a whole, and the reasons true."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from concours.kernel.errors import BadInput
from concours.planning.postings import WEIGHTS, Officer, Post, assign_postings

WISHES = st.sampled_from(["high", "medium", "low"])


@st.composite
def classes(draw, most=5):
    """Officers with wishes on posts that have at least a place for each of them."""
    posts = [
        Post(code=f"P{n}", places=draw(st.integers(1, 3)), need=draw(st.integers(0, 60)))
        for n in range(draw(st.integers(1, most)))
    ]
    count = draw(st.integers(1, min(most, sum(p.places for p in posts))))
    officers = [
        Officer(
            code=f"O{n}",
            wishes={p.code: draw(WISHES) for p in posts},
            barred={},
        )
        for n in range(count)
    ]
    return officers, posts


def total(officers, posts, chosen) -> int:
    """What an assignment is worth to the class."""
    need = {p.code: p.need for p in posts}
    wishes = {o.code: o.wishes for o in officers}
    return sum(WEIGHTS[wishes[o].get(p, "low")] + need[p] for o, p in chosen)


def best(officers, posts) -> int:
    """The optimum by another method: scipy's assignment on one column a place."""
    columns = [p for p in posts for _ in range(p.places)]
    worth = np.array(
        [[WEIGHTS[o.wishes.get(p.code, "low")] + p.need for p in columns] for o in officers]
    )
    rows, cols = linear_sum_assignment(worth, maximize=True)
    return int(worth[rows, cols].sum())


@settings(max_examples=60, deadline=None)
@given(given_class=classes())
def test_everybody_gets_one_post_no_post_overflows_and_the_total_is_the_best(given_class) -> None:
    officers, posts = given_class
    found = assign_postings(officers=officers, posts=posts)
    assert sorted(f.officer for f in found) == sorted(o.code for o in officers)
    for post in posts:
        assert sum(f.post == post.code for f in found) <= post.places
    assert total(officers, posts, [(f.officer, f.post) for f in found]) == best(officers, posts)


@settings(max_examples=30, deadline=None)
@given(given_class=classes(most=4))
def test_the_loss_told_never_exceeds_what_the_class_would_really_lose(given_class) -> None:
    officers, posts = given_class
    found = assign_postings(officers=officers, posts=posts)
    optimum = best(officers, posts)
    columns = [p.code for p in posts for _ in range(p.places)]
    codes = [o.code for o in officers]
    for one in found:
        for passed in one.passed:
            forced = [
                total(officers, posts, list(zip(codes, picked, strict=True)))
                for picked in set(permutations(columns, len(codes)))
                if picked[codes.index(one.officer)] == passed.post
            ]
            assert passed.loss <= optimum - max(forced)
            assert (passed.reason == "worth_more_to_others") == (passed.loss > 0)


def test_the_order_of_the_input_changes_nothing() -> None:
    officers = [Officer(code=c, wishes={"A": "high", "B": "medium"}, barred={}) for c in "XYZ"]
    posts = [Post(code="A", places=2), Post(code="B", places=2)]
    there = assign_postings(officers=officers, posts=posts)
    back = assign_postings(officers=officers[::-1], posts=posts[::-1])
    assert there == back


def test_a_barred_post_is_never_given_and_its_reason_is_told() -> None:
    officers = [
        Officer(code="X", wishes={"A": "high", "B": "low"}, barred={"A": "too_long_abroad"}),
        Officer(code="Y", wishes={"A": "medium", "B": "low"}, barred={}),
    ]
    posts = [Post(code="A", places=1), Post(code="B", places=1)]
    mine = assign_postings(officers=officers, posts=posts)[0]
    assert (mine.post, mine.passed[0].reason, mine.passed[0].loss) == ("B", "too_long_abroad", 0)


def test_too_few_places_and_impossible_bars_are_refused() -> None:
    officers = [Officer(code=c, wishes={}, barred={}) for c in "XY"]
    with pytest.raises(BadInput) as refused:
        assign_postings(officers=officers, posts=[Post(code="A", places=1)])
    assert refused.value.numbers == {"places": "1", "officers": "2"}
    barred = [Officer(code=c, wishes={}, barred={"A": "health"}) for c in "XY"]
    with pytest.raises(BadInput, match="no_assignment_possible"):
        assign_postings(officers=barred, posts=[Post(code="A", places=2)])
