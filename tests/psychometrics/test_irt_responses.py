"""Packing answers: nothing is lost, nothing is repaired."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from concours.kernel.errors import BadInput
from concours.psychometrics.design import connected_parts, read_design
from concours.psychometrics.responses import pack

answers = arrays(
    np.int8,
    array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.sampled_from([-1, 0, 1, 1, 2, 3, 9, 17]),
)


@settings(max_examples=60, deadline=None)
@given(answers)
def test_packing_keeps_every_answer(given_answers: np.ndarray) -> None:
    packed = pack(given_answers)
    assert packed.unpack().tolist() == given_answers.tolist()
    first = packed.layout.first
    counts = packed.category_counts()
    for j in range(given_answers.shape[1]):
        expected = [(given_answers[:, j] == k).sum() for k in range(packed.layout.categories[j])]
        assert counts[first[j] : first[j + 1]].tolist() == expected


@settings(max_examples=60, deadline=None)
@given(answers)
def test_presence_keys_are_equal_exactly_for_equal_sets_of_items(given_answers: np.ndarray) -> None:
    keys = pack(given_answers).presence()
    present = [tuple(row) for row in (given_answers >= 0).tolist()]
    for i, one in enumerate(present):
        for j, other in enumerate(present):
            assert (keys[i] == keys[j]) == (one == other)


@settings(max_examples=40, deadline=None)
@given(answers, st.integers(0, 2**31))
def test_spreading_and_gathering_are_each_other_transposed(
    given_answers: np.ndarray, seed: int
) -> None:
    layout = pack(given_answers).layout
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(int(layout.categories.sum()), 3))
    table = generator.normal(size=(layout.width, 256, 3))
    left = (layout.spread(values) * table).sum()
    right = (values * layout.gather(table)).sum()
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)


def test_chunks_pack_to_the_same_as_the_whole() -> None:
    whole = np.random.default_rng(1).integers(-1, 2, (1000, 9)).astype(np.int8)
    chunked = pack(iter([whole[:10], whole[10:700], whole[700:]]), categories=2)
    assert chunked.rows.tolist() == pack(whole, categories=2).rows.tolist()


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (np.array([0, 1]), "shapes_disagree", "responses"),
        (np.array([[0.0, 1.0]]), "not_whole_numbers", "responses"),
        (np.array([[0, 1], [1, -2]]), "response_out_of_range", "person 2, item 2"),
        (np.array([[0, 300]]), "response_out_of_range", "person 1, item 2"),
        (np.empty((0, 3), np.int8), "no_persons", "responses"),
        (np.empty((3, 0), np.int8), "no_items", "responses"),
    ],
)
def test_unreadable_answers_are_refused_with_their_place(
    bad: np.ndarray, code: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        pack(bad)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_an_answer_beyond_the_declared_categories_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        pack(np.array([[0, 1], [0, 2]], np.int8), categories=[2, 2], items=["first", "second"])
    assert refused.value.field == "person 2, item second"
    assert "use 0 to 1" in refused.value.remedy


def test_chunks_of_other_widths_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        pack([np.zeros((2, 3), np.int8), np.zeros((2, 4), np.int8)])
    assert (refused.value.code, refused.value.field) == ("shapes_disagree", "person 3")


def test_item_names_must_differ() -> None:
    with pytest.raises(BadInput) as refused:
        pack(np.zeros((2, 2), np.int8), items=["a", "a"])
    assert refused.value.code == "repeated_item"


def test_parts_are_what_persons_link() -> None:
    patterns = np.array([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0]], bool)
    assert connected_parts(5, [patterns]) == ((0, 1), (2, 3), (4,))
    link = np.array([[0, 1, 1, 0, 1]], bool)
    assert connected_parts(5, [patterns, link]) == ((0, 1, 2, 3, 4),)


def test_a_design_knows_forms_groups_and_empty_persons() -> None:
    given_answers = np.array([[1, 0, -1], [0, 1, -1], [-1, 1, 1], [-1, -1, -1]], np.int8)
    design = read_design(pack(given_answers), groups=["b", "a", "a", "b"], weights=[1, 2, 3, 4])
    assert design.groups == ("a", "b")
    assert design.group_weight.tolist() == [5.0, 5.0]
    assert design.empty == 1
    assert design.forms is not None
    assert sorted(design.forms.tolist()) == sorted(
        [[True, True, False], [False, True, True], [False, False, False]]
    )
    assert design.presented.tolist() == [3.0, 6.0, 3.0]


def test_the_reference_group_comes_first() -> None:
    design = read_design(pack(np.eye(3, dtype=np.int8)), groups=["a", "b", "c"], reference="c")
    assert design.groups == ("c", "a", "b")


@pytest.mark.parametrize("weights", [[1, 2], [1, -1, 1], [1, np.nan, 1], [0, 0, 0]])
def test_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(BadInput) as refused:
        read_design(pack(np.eye(3, dtype=np.int8)), weights=weights)
    assert refused.value.field == "weights"


def test_chunks_need_no_declaration_of_two_or_three_categories() -> None:
    whole = np.array([[0, 1], [1, 2], [-1, 0]], np.int8)
    chunked = pack(iter([whole[:1], whole[1:]]))
    assert chunked.layout.categories.tolist() == [2, 3]
    assert chunked.unpack().tolist() == whole.tolist()
    with pytest.raises(BadInput) as refused:
        pack(iter([whole + 2]))
    assert "declare more categories" in refused.value.remedy
