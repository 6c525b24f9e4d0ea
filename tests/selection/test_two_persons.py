"""Acts nobody can undo: whatever the order of acts, two different people took part in each one done."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft, Fact
from concours.selection.person import fold_person
from concours.selection.two_persons import (
    DESTRUCTION,
    DONE,
    ERASURE,
    confirm,
    propose,
    standing_proposals,
    withdraw,
)

NOW = datetime(2016, 5, 1, 12, tzinfo=UTC)
WHY = {"reason": "court_order", "authority": "ORDER-17/2016"}
acts = st.lists(
    st.tuples(
        st.sampled_from(("propose", "withdraw", "confirm")),
        st.sampled_from(("A", "B")),
        st.integers(2, 3),
    ),
    max_size=12,
)


def recorded(facts: list[Fact], draft: Draft, by: str) -> None:
    at = NOW + timedelta(minutes=len(facts))
    facts.append(
        Fact(
            file="F",
            seq=len(facts) + 1,
            at=at,
            on=at,
            actor=by,
            role="appeals_officer",
            step="",
            kind=draft.kind,
            v=1,
            body=draft.body,
        )
    )


@given(st.sampled_from((DESTRUCTION, ERASURE)), acts)
def test_nothing_is_done_but_by_a_second_person_on_what_the_first_proposed(
    act: str, steps: list[tuple[str, str, int]]
) -> None:
    facts: list[Fact] = []
    open_: dict[int, str] = {}
    for step, by, number in steps:
        about = number if act == DESTRUCTION else 0
        before = open_.get(about)
        if step == "propose":
            allowed = before is None
        else:
            allowed = before is not None and (step == "withdraw" or before != by)
        try:
            if step == "propose":
                draft = propose("F", facts, act, about=about, **WHY)
            elif step == "withdraw":
                draft = withdraw("F", facts, act, about=about)
            else:
                draft = confirm("F", facts, act, about=about, by=by)
        except RuleRefused:
            assert not allowed
            continue
        assert allowed
        assert (draft.kind == DONE[act]) is (step == "confirm")
        recorded(facts, draft, by)
        if step == "propose":
            open_[about] = by
        else:
            del open_[about]
        assert {n: p.by for n, p in standing_proposals(facts, act).items()} == open_
        fold_person(facts)


def test_the_act_carries_the_reason_and_the_order_that_were_proposed() -> None:
    facts: list[Fact] = []
    recorded(facts, propose("F", facts, DESTRUCTION, about=3, **WHY), "A")
    with pytest.raises(RuleRefused, match="had_part_in_the_decision"):
        confirm("F", facts, DESTRUCTION, about=3, by="A")
    assert confirm("F", facts, DESTRUCTION, about=3, by="B").body == {**WHY, "about": 3}
    with pytest.raises(RuleRefused, match="nothing_proposed"):
        confirm("F", facts, DESTRUCTION, about=2, by="B")
    recorded(facts, propose("F", facts, ERASURE, about=0, **WHY), "A")
    assert confirm("F", facts, ERASURE, about=0, by="B").body == WHY
