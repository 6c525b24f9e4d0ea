"""Grounds that the file can prove: an appeal upheld is one only where an appeal was upheld."""

from dataclasses import replace
from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given
from tests.selection.clearance_strategies import CALLED, EDITION, PLACED, placed

from concours.kernel.errors import BadInput
from concours.selection.application import Appeal
from concours.selection.assessment_result import reverse_result
from concours.selection.assessment_state import Assessment
from concours.selection.candidacy import Candidacy
from concours.selection.clearance_state import Clearance
from concours.selection.examination import Examination
from concours.selection.grounds import (
    ON_DISMISSAL,
    SAYS_UPHELD,
    require_ground_of_appeal,
    require_true_ground,
    true_grounds,
    upheld_appeals,
)
from concours.selection.narratives_state import Narratives
from concours.selection.register import restore
from concours.selection.review_state import Review

LODGED = Appeal(seq=1, lodged_at=datetime(2017, 1, 1, tzinfo=UTC), due_on=None)
WORDS = ("illness", "rating_error", *SAYS_UPHELD, *ON_DISMISSAL)


@given(st.dictionaries(st.sampled_from(("examination", "narratives", "assessment")), st.booleans()))
def test_the_steps_with_an_upheld_appeal_are_named_and_no_others(decided: dict[str, bool]) -> None:
    kinds = {"examination": Examination, "narratives": Narratives, "assessment": Assessment}
    file = Candidacy(file="CAND")
    for step, upheld in decided.items():
        appeal = replace(LODGED, outcome="upheld" if upheld else "dismissed")
        file = file.with_state(step, kinds[step](appeal=appeal))
    assert upheld_appeals(file) == {step for step, upheld in decided.items() if upheld}


def test_appeals_that_end_otherwise_are_read_too() -> None:
    file = Candidacy(file="CAND").with_state("clearance", Clearance(appeal="dismissed"))
    assert upheld_appeals(file) == frozenset()
    file = file.with_state("clearance", Clearance(appeal="upheld"))
    file = file.with_state("review", Review(appeal="new_panel"))
    assert upheld_appeals(file) == {"clearance", "review"}
    assert upheld_appeals(file.with_state("review", Review(appeal="lodged"))) == {"clearance"}


@given(st.sampled_from(WORDS), st.booleans())
def test_what_is_offered_is_what_the_command_takes(ground: str, upheld: bool) -> None:
    offered = true_grounds(tuple(one for one in WORDS if one not in ON_DISMISSAL), upheld=upheld)
    if ground in offered:
        require_true_ground(ground, upheld=upheld)
        return
    with pytest.raises(BadInput) as found:
        require_true_ground(ground, upheld=upheld)
    assert found.value.field == "ground"


@given(st.sampled_from(WORDS))
def test_an_appeal_is_upheld_and_dismissed_on_different_grounds(ground: str) -> None:
    taken = set()
    for upheld in (True, False):
        try:
            require_ground_of_appeal(ground, upheld=upheld)
        except BadInput:
            continue
        taken.add(upheld)
    expected = {ground not in ON_DISMISSAL}
    assert taken == (set() if ground in SAYS_UPHELD else expected)


def test_no_result_and_no_place_is_changed_for_an_appeal_that_was_dismissed() -> None:
    file = placed().file()
    oral = replace(
        file.state("assessment", Assessment), appeal=replace(LODGED, outcome="dismissed")
    )
    file = file.with_state("assessment", oral)
    why = {"ground": "appeal_upheld", "authority": "board"}
    given_ = {"step": "assessment", "at": PLACED, "outcome": "failed", **why}
    with pytest.raises(BadInput, match="no_appeal_upheld"):
        reverse_result(file, EDITION, **given_)
    with pytest.raises(BadInput, match="no_appeal_upheld"):
        restore(
            file,
            EDITION,
            step="register",
            at=CALLED,
            until=CALLED.date(),
            **why | {"ground": "appeal"},
        )
    won = file.with_state("assessment", replace(oral, appeal=replace(LODGED, outcome="upheld")))
    assert reverse_result(won, EDITION, **given_)[0].body["ground"] == "appeal_upheld"
