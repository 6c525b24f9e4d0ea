"""Laws of an item's life: two people, no way back from retired, a fold of what was recorded."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput, Refusal, RuleRefused
from concours.selection.item_content import ItemContent, plain_text, read_content, squeezed
from concours.selection.item_life import (
    MOVES,
    Item,
    apply_act,
    digest_of,
    fold_item,
    move,
    moves_open,
    read_act,
    write,
)

AT = datetime(2016, 1, 4, tzinfo=UTC)
CONTENT = ItemContent(
    section="job_knowledge",
    subject="economics",
    subtopic="markets",
    kind="choice",
    stem="What falls?",
    options=(("A", "One"), ("B", "Two")),
    key=("A",),
)
PEOPLE = ("ada", "bo", "cy")
STEPS = st.lists(
    st.tuples(st.sampled_from(["written", *MOVES]), st.sampled_from(PEOPLE), st.booleans()),
    max_size=25,
)


@given(STEPS)
def test_whatever_people_try_an_item_becomes_operational_by_two(steps: list) -> None:
    item, acts = Item(name="jk-1"), []
    for n, (act, actor, noted) in enumerate(steps):
        at, note = AT + timedelta(minutes=n), "why" if noted else ""
        before = item
        try:
            if act == "written":
                made = write(item, replace(CONTENT, stem=f"What falls {n}?"), actor=actor, at=at)
                assert made is not None
            else:
                made = move(item, act, actor=actor, at=at, note=note)
        except Refusal:
            assert act == "written" or act not in moves_open(item, actor=actor) or not noted
            continue
        if act != "written":
            assert act in moves_open(before, actor=actor)
        acts.append(made)
        item = apply_act(item, made)
        assert (item.seq, before.state) == (len(acts), before.state)
        assert before.state != "retired"
        if item.state in ("operational", "rested"):
            assert item.author not in {item.reviewer, item.approver}
            assert "" not in {item.author, item.reviewer, item.approver}
        if act == "written":
            assert (item.state, item.version) == ("draft", before.version + 1)
    assert fold_item("jk-1", acts) == (item if acts else Item(name="jk-1"))


@given(STEPS)
def test_a_history_read_back_from_its_stored_text_is_the_same(steps: list) -> None:
    item, prev = Item(name="jk-1"), ""
    first = write(item, CONTENT, actor="ada", at=AT)
    assert first is not None
    acts = [first]
    item = apply_act(item, first)
    for act, actor, _ in steps:
        if act in moves_open(item, actor=actor):
            acts.append(move(item, act, actor=actor, at=AT, note="a “reason”"))
            item = apply_act(item, acts[-1])
    for act in acts:
        body = act.body(prev)
        prev = digest_of(body)
        plain = json.loads(body)
        assert read_act(plain, act.at) == act


def test_saying_the_same_again_is_no_new_version() -> None:
    item = apply_act(Item(name="jk-1"), write(Item(name="jk-1"), CONTENT, actor="ada", at=AT))
    assert write(item, replace(CONTENT, enemies=()), actor="bo", at=AT) is None
    assert read_content(CONTENT.plain()) == CONTENT


def test_what_an_item_may_not_be_is_refused() -> None:
    for change, field in (
        ({"kind": "essay"}, "kind"),
        ({"options": ()}, "options"),
        ({"options": (("A", "x"), ("C", "y"))}, "options"),
        ({"key": ("C",)}, "key"),
        ({"kind": "multiple", "key": ("A", "B")}, "key"),
        ({"kind": "text"}, "options"),
        ({"stem": " <p></p> "}, "stem"),
        ({"level": "cruel"}, "level"),
    ):
        with pytest.raises(BadInput) as refused:
            write(Item(name="jk-1"), replace(CONTENT, **change), actor="ada", at=AT)
        assert refused.value.field == field


def test_a_step_out_of_its_turn_says_which_state_it_needs() -> None:
    item = apply_act(Item(name="jk-1"), write(Item(name="jk-1"), CONTENT, actor="ada", at=AT))
    with pytest.raises(RuleRefused, match="needs an item in pilot; it is draft"):
        move(item, "approved", actor="bo", at=AT)


@given(st.text(alphabet="a<>&;pgtlmq /\n", max_size=40))
def test_words_are_read_without_marks_and_entities_once(text: str) -> None:
    words = text.strip()
    assert plain_text(escape(words, quote=False)).split() == words.split()
    assert squeezed("<p>A &amp;lt; b</p>") == "a &lt; b"
