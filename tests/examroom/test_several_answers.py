"""Items with several right options: boxes in the room, one answer kept as a set, right or wrong whole."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.examroom.test_room_pages import room, section
from tests.services.application_cast import TEST

from concours.records.models import Answer, ExaminationStanding, KeyCheckItem, TestItem
from concours.selection.authority import Actor
from concours.selection.item_content import ItemContent
from concours.services.examination.desk_items import fault_of, section_items
from concours.services.examination.key_check_run import check_key
from concours.services.examination.keys import key_of, raw_score, raw_scores
from concours.services.items.locking import test_item as row_of

__all__ = ["room"]
pytestmark = pytest.mark.django_db
STEP, SECTION = "examination", "job_knowledge"


@pytest.fixture
def several(room: tuple[Client, Actor, str]) -> tuple[Client, str, str]:
    """The open section with item 2 answered by a set, AC being right."""
    client, _, code = room
    rows = TestItem.objects.filter(section=SECTION, number=2)
    rows.update(several=True, key="AC")
    return client, code, rows.values_list("competition", flat=True)[0]


def test_boxes_without_scripts_are_kept_as_one_set_in_the_order_of_the_alphabet(
    several: tuple[Client, str, str],
) -> None:
    client, code, competition = several
    html = section(client, code)
    assert re.findall(r'type="(\w+)" name="choice" value="\w" id="q2_', html) == ["checkbox"] * 4
    assert re.findall(r'type="(\w+)" name="choice" value="\w" id="q1_', html) == ["radio"] * 4
    address = reverse("examroom:item", args=[code, SECTION, 2])
    client.post(address, {"choice": ["C", "A"]})
    assert re.findall(r'id="(q2_\w)" checked>', section(client, code)) == ["q2_A", "q2_C"]
    refused = client.post(address, {"choice": ["C", "X"]})
    assert refused.status_code == 422
    key = key_of(competition, STEP)
    assert raw_scores([code], STEP, key)[code][SECTION] == 1
    client.post(address, {"choice": ["A"]})
    assert raw_scores([code], STEP, key)[code][SECTION] == 0
    client.post(address, {"choice": ["A"], "clear": "yes"})
    kept = Answer.objects.order_by("epoch", "n").values_list("item", "choice")
    assert list(kept) == [(2, "AC"), (2, "A"), (2, "")]


@pytest.mark.parametrize("choice", ["A", "C", "AB", "ABC", "ABCD", "", "B"])
def test_an_item_with_several_right_options_is_right_whole_or_wrong(
    several: tuple[Client, str, str], choice: str
) -> None:
    key = key_of(several[2], STEP)
    assert raw_score(key, {(SECTION, 2): choice})[SECTION] == 0
    assert raw_score(key, {(SECTION, 2): "AC"})[SECTION] == 1


def test_the_desk_takes_sets_in_their_one_spelling_for_such_items_only(
    several: tuple[Client, str, str],
) -> None:
    items = section_items(several[2], STEP)[SECTION]
    assert b'"several":true' in items.shown
    assert items.shown.count(b"several") == 1
    assert [fault_of(items, 2, choice, "") for choice in ("", "B", "AC", "ABCD")] == [None] * 4
    spelling = ("choice", "Send each letter once, in the order of the alphabet.")
    assert [fault_of(items, 2, choice, "") for choice in ("CA", "AAC")] == [spelling] * 2
    assert fault_of(items, 2, "AX", "") == ("choice", "Choose among the options shown.")
    assert fault_of(items, 1, "AC", "") == ("choice", "Choose one of the options shown.")


def test_the_key_check_shows_the_sets_that_were_chosen(several: tuple[Client, str, str]) -> None:
    client, code, competition = several
    client.post(reverse("examroom:item", args=[code, SECTION, 2]), {"choice": ["A", "B"]})
    ExaminationStanding.objects.filter(file=code).update(sitting="submitted")
    check_key(competition, at=TEST, by="worker")
    checked = KeyCheckItem.objects.get(section=SECTION, number=2)
    assert (checked.key, checked.difficulty, checked.persons) == ("AC", 0.0, 1)
    assert [(answer, n) for answer, n, _, _ in checked.options] == [("AB", 1)]


def test_a_form_carries_every_right_option_of_an_item() -> None:
    content = ItemContent(
        section=SECTION,
        subject="economics",
        subtopic="trade",
        kind="multiple",
        stem="Which are prime?",
        options=(("A", "2"), ("B", "4"), ("C", "5")),
        key=("C", "A"),
    )
    row = row_of(("COMP", STEP, SECTION, 7), "jk-1", 3, content, None, counts=True)
    assert (row.key, row.several, row.forms, row.number) == ("AC", True, "", 7)
