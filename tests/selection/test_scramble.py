"""Orders of items and options: permutations that anybody can work out again."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.selection.scramble import form_letter, options_of, order_of, shown_letter

names = st.text(alphabet="ABCDEFGH-23456789", min_size=1, max_size=20)


@given(names, names, st.integers(0, 80))
def test_every_item_is_seen_once_and_the_order_can_be_worked_out_again(
    seed: str, sitting: str, n: int
) -> None:
    order = order_of(seed, sitting, "job_knowledge", n)
    assert sorted(order) == list(range(1, n + 1))
    assert order_of(seed, sitting, "job_knowledge", n) == order


@given(names, names, st.data())
def test_items_of_one_passage_stay_together_in_their_order(
    seed: str, sitting: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, 29), max_size=6)))
    sets = [list(range(a, b)) for a, b in zip([1, *cuts], [*cuts, 31], strict=True) if b - a > 1]
    order = order_of(seed, sitting, "s", 30, sets=sets)
    assert sorted(order) == list(range(1, 31))
    for found in sets:
        place = order.index(found[0])
        assert list(order[place : place + len(found)]) == found


@given(names, names, st.integers(1, 90), st.integers(2, 8), st.booleans())
def test_an_answer_maps_back_to_the_letter_of_the_form(
    seed: str, sitting: str, item: int, count: int, shuffle: bool
) -> None:
    letters = "ABCDEFGH"[:count]
    order = options_of(seed, sitting, "s", item, letters, shuffle=shuffle)
    assert sorted(order) == list(letters)
    assert [form_letter(shown_letter(x, order), order) for x in letters] == list(letters)
    assert (form_letter("", order), shown_letter("", order)) == ("", "")
    if not shuffle:
        assert order == tuple(letters)


def test_without_a_seed_everybody_sees_the_form_as_it_stands() -> None:
    assert order_of("", "X", "s", 4) == (1, 2, 3, 4)
    assert options_of("", "X", "s", 1, "ABCD") == ("A", "B", "C", "D")


def test_the_orders_of_one_seed_are_those_recorded_for_it() -> None:
    """Worked out apart from this code, by the definition in its docstrings; may never change once used."""
    assert order_of("seed", "AAAA-BBBB-CCCC/1", "job_knowledge", 8) == (2, 7, 8, 4, 3, 1, 5, 6)
    assert options_of("seed", "AAAA-BBBB-CCCC/1", "job_knowledge", 3, "ABCD") == (
        "B",
        "C",
        "D",
        "A",
    )


def test_every_place_is_as_likely_as_any_other() -> None:
    seen = Counter(options_of("fair", str(n), "s", 1, "ABCD").index("A") for n in range(4_000))
    # 1,000 expected at each place; five standard deviations are 137
    assert all(863 <= seen[place] <= 1_137 for place in range(4))


def test_a_letter_that_was_not_shown_is_refused() -> None:
    with pytest.raises(BadInput, match="no_such_option"):
        form_letter("E", ("B", "A", "C", "D"))
    with pytest.raises(BadInput, match="no_such_option"):
        form_letter("AB", ("B", "A", "C", "D"))


def test_an_item_in_two_sets_is_refused() -> None:
    with pytest.raises(BadInput, match="bad_sets"):
        order_of("seed", "X", "s", 4, sets=[[1, 2], [2, 3]])
