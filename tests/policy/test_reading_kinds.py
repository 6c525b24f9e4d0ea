"""Laws of the kinds of rule behind the panel and the oral assessment."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from concours.policy.edition import load_edition
from concours.policy.group_shape import GroupShape, group_sizes
from concours.policy.need_cut import NeedCut, cut_by_need, places
from concours.policy.outlier import Outlier, disagrees
from concours.policy.text_length import TextLength, characters, counted, fits
from concours.policy.wording import sentences

scores = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.fractions(min_value=1, max_value=7, max_denominator=54),
    max_size=12,
)
TIES_IN = NeedCut(within="track", ties="in")
TIES_OUT = NeedCut(within="track", ties="out")


@given(scores=scores, need=st.integers(0, 14))
def test_nobody_outside_scores_as_much_as_somebody_inside(scores, need):
    inside = cut_by_need(TIES_IN, scores, need=need).inside
    low = min((scores[f] for f in inside), default=None)
    assert (
        all(low is not None and s < low for f, s in scores.items() if f not in inside) or not inside
    )


@given(scores=scores, need=st.integers(0, 14))
def test_ties_in_takes_at_least_the_need_and_ties_out_at_most(scores, need):
    wanted = min(need, len(scores))
    assert len(cut_by_need(TIES_IN, scores, need=need).inside) >= wanted
    assert len(cut_by_need(TIES_OUT, scores, need=need).inside) <= wanted


@given(scores=scores, need=st.integers(0, 13))
def test_a_larger_need_never_puts_anybody_out(scores, need):
    fewer = cut_by_need(TIES_IN, scores, need=need).inside
    assert fewer <= cut_by_need(TIES_IN, scores, need=need + 1).inside


@given(scores=scores)
def test_a_place_is_one_more_than_how_many_are_better(scores):
    assert places(scores) == {
        file: 1 + sum(other > score for other in scores.values()) for file, score in scores.items()
    }


@given(ratings=st.lists(st.integers(1, 7), min_size=3, max_size=3), more_than=st.integers(0, 6))
def test_a_disagreement_is_one_reader_far_from_both_others(ratings, more_than):
    far = any(
        all(abs(own - other) > more_than for place, other in enumerate(ratings) if place != i)
        for i, own in enumerate(ratings)
    )
    assert disagrees(Outlier(more_than=more_than), ratings) is far


@given(text=st.text(max_size=40))
def test_counting_is_the_same_for_every_way_of_writing_a_text(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert characters(decomposed) == characters(text)
    assert counted(counted(text)) == counted(text)
    assert characters(f"  {text}\r\n".replace("\n", "\r\n")) == characters(
        text.replace("\n", "\r\n")
    )


@given(text=st.text(max_size=30), maximum=st.integers(0, 30))
def test_a_text_fits_when_something_stands_in_it_and_not_too_much(text, maximum):
    assert fits(TextLength(maximum=maximum), text) is (0 < characters(text) <= maximum)


@given(candidates=st.integers(0, 60))
def test_groups_hold_everybody_as_evenly_as_can_be(candidates):
    shape = GroupShape(smallest=3, largest=6, assessors=4, interviewers=2)
    sizes = group_sizes(shape, candidates)
    if candidates < 3:
        assert sizes == ()
    else:
        assert sum(sizes) == candidates
        assert set(sizes) <= {3, 4, 5, 6}
        assert max(sizes) - min(sizes) <= 1


def test_the_rules_of_both_steps_are_told_in_sentences():
    edition = load_edition("us_foreign_service", "2016")
    assert sentences(edition.rule("assessment.group")) == (
        "Groups of 3 to 6 candidates.",
        "4 assessors to a group; 2 hold an interview.",
    )
    assert sentences(edition.rule("narratives.cut")) == (
        "The need is set for each track before results are known; the best are in.",
        "Everyone tied with the last one needed is in as well.",
    )
    told = {
        r.id: sentences(r) for r in edition.rules.values() if r.id.startswith(("narr", "asses"))
    }
    assert all(told.values())
