"""The room's pages: what a section shows and hides, forms without scripts, looks, the rehearsal."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import given_competition, given_person
from tests.services.application_cast import (
    RESERVES,
    TEST,
    given_inside,
    given_items,
    given_seated,
    given_session,
    stop_clock,
)

from concours.records.ledger_store import read_facts
from concours.records.models import Account, Answer
from concours.selection.authority import Actor

pytestmark = pytest.mark.django_db
KEY = re.compile(r"\bkey\b|counts|pilot", re.IGNORECASE)


@pytest.fixture
def room(client: Client, settings: Any) -> tuple[Client, Actor, str]:
    """A candidate whose first section is open."""
    settings.REHEARSAL = True
    stop_clock(RESERVES)
    ada, competition = given_person(), given_competition()
    given_items(competition)
    code = given_inside(ada, competition, given_session(competition))
    stop_clock(TEST)
    client.force_login(Account.objects.get(person_id=ada.person))
    client.post(reverse("examroom:sitting", args=[code]))
    client.post(reverse("examroom:open_section", args=[code, "job_knowledge"]))
    return client, ada, code


def section(client: Client, code: str) -> str:
    """The open section's page."""
    answer = client.get(reverse("examroom:section", args=[code, "job_knowledge"]))
    assert answer.status_code == 200
    return answer.content.decode()


def config(html: str) -> dict[str, Any]:
    """What the page tells its scripts."""
    found = re.search(r'id="room-config" type="application/json">(.*?)</script>', html)
    assert found is not None
    plain: dict[str, Any] = json.loads(found.group(1))
    return plain


def test_a_section_is_one_page_that_names_no_key_and_no_pilot(
    room: tuple[Client, Actor, str],
) -> None:
    client, _, code = room
    html = section(client, code)
    assert html.count("data-question=") == 60
    main = html[html.index("<main") : html.index("</main>")]
    assert (
        KEY.findall(re.sub(r'class="[^"]*"|tool_keys|data-tool="keys"|>Single keys<', "", main))
        == []
    )
    told = config(html)
    assert (told["code"], told["section"], told["flags"]) == (code, "job_knowledge", [])
    assert told["urls"]["device"] == reverse("examroom:device", args=[code])


def test_without_scripts_a_question_is_flagged_answered_and_taken_back(
    room: tuple[Client, Actor, str],
) -> None:
    client, _, code = room
    address = reverse("examroom:item", args=[code, "job_knowledge", 2])
    client.post(address, {"flag": "yes"})
    assert config(section(client, code))["flags"] == [2]
    client.post(address, {"flag": "no"})
    assert config(section(client, code))["flags"] == []
    client.post(address, {"choice": "B"})
    taken = client.post(address, {"choice": "B", "clear": "yes"})
    assert taken["Location"].endswith("/job_knowledge/#q-2")
    kept = Answer.objects.order_by("epoch", "n").values_list("item", "choice")
    assert list(kept) == [(2, "B"), (2, "")]


def test_a_form_shown_before_another_device_opened_the_sitting_is_not_taken(
    room: tuple[Client, Actor, str],
) -> None:
    client, _, code = room
    shown = re.search(r'name="epoch" value="(\d+)"', section(client, code))
    assert shown is not None
    client.post(reverse("examroom:device", args=[code]), "{}", content_type="application/json")
    address = reverse("examroom:item", args=[code, "job_knowledge", 1])
    refused = client.post(address, {"choice": "C", "epoch": shown.group(1)})
    assert refused.status_code == 422
    assert "another device" in refused.content.decode()
    assert re.findall(r"id=\"q1_C\"[^>]*>", refused.content.decode()) == ['id="q1_C" checked>']
    assert Answer.objects.count() == 0


def test_colours_and_size_are_kept_and_nothing_unknown_is(client: Client) -> None:
    address = reverse("examroom:display")
    kept = client.post(address, {"colours": "beige", "size": "200", "next": "/exam/X/"})
    assert (kept["Location"], kept.cookies["room_colours"].value) == ("/exam/X/", "beige")
    assert (kept.cookies["room_size"].value, kept.cookies["room_size"]["path"]) == ("200", "/exam/")
    away = client.post(
        address, {"colours": "pink", "size": "9000", "next": "https://elsewhere.example/"}
    )
    assert away["Location"] == "/"
    assert {"room_colours", "room_size"} & {
        name for name, morsel in away.cookies.items() if morsel.value
    } == set()


def test_the_rehearsal_keeps_nothing_and_shows_the_minutes_of_extra_time(
    client: Client, settings: Any
) -> None:
    settings.REHEARSAL = True
    stop_clock(RESERVES)
    ada, competition = given_person(), given_competition()
    given_items(competition)
    code = given_seated(ada, competition, given_session(competition))
    client.force_login(Account.objects.get(person_id=ada.person))
    address = reverse("examroom:rehearse", args=[code])
    html = client.get(address, {"factor": "3/2"}).content.decode()
    assert html.count("data-question=") == 5
    assert "first" not in re.findall(r'room-option__words">A\. <bdi>(\w+)', html)
    minutes = re.findall(r"numeric\">(\d+)</td>", html)
    assert minutes == ["60", "75", "60", "45"]
    assert config(html)["minutes"] == 15
    assert config(client.get(address, {"factor": "99"}).content.decode())["minutes"] == 10
    assert Answer.objects.count() == 0


def test_the_service_worker_stands_at_the_rooms_own_scope_and_is_asked_for_anew(
    client: Client,
) -> None:
    answer = client.get(reverse("examroom:worker"))
    assert reverse("examroom:worker") == "/exam/room-worker.js"
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert "/desk/" not in answer.content.decode()


def test_a_break_is_begun_ended_and_counted_without_scripts(
    room: tuple[Client, Actor, str],
) -> None:
    client, _, code = room
    home, rest = (reverse(f"examroom:{name}", args=[code]) for name in ("sitting", "break"))
    begin, end = (reverse(f"examroom:{name}", args=[code]) for name in ("begin_break", "end_break"))
    assert client.post(begin).headers["Location"] == home
    assert "no break now" in client.get(home).content.decode()
    leave = reverse("examroom:leave_section", args=[code, "job_knowledge"])
    assert f'<a class="govuk-link" href="{leave}">' in client.get(home).content.decode()
    for said in ({}, {"confirmed": "time_over"}):
        asked = client.post(leave, said).content.decode()
        assert "Not answered: <strong>" in asked
        assert "Leaving closes the section" in asked
    assert "section.locked" not in [f.kind for f in read_facts(code)]
    assert client.post(leave, {"confirmed": "yes"}).headers["Location"] == home
    assert "There are 10 minutes of break left." in client.get(home).content.decode()
    assert client.get(rest).headers["Location"] == home
    assert client.post(begin).headers["Location"] == rest
    page = client.get(rest).content.decode()
    assert "Next: English expression, 50 minutes." in page
    assert config(page)["clock"] == {
        "state": "running",
        "ends": (TEST + timedelta(minutes=10)).isoformat(),
        "now": TEST.isoformat(),
    }
    stop_clock(TEST + timedelta(minutes=12))
    assert client.get(rest, {"part": "clock"}).json()["state"] == "over"
    assert "Your break is over." in client.get(rest).content.decode()
    assert client.post(end).headers["Location"] == home
    assert "has been running since" in client.get(home).content.decode()
    client.post(reverse("examroom:open_section", args=[code, "english_expression"]))
    ends = config(
        client.get(reverse("examroom:section", args=[code, "english_expression"])).content.decode()
    )["ends"]
    assert ends == (TEST + timedelta(minutes=60)).isoformat()
