"""Items with markup in the room: what is drawn, what stays out, and who is given a picture."""

import importlib
import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.cast import given_competition, given_person, staff
from tests.examroom.test_room_pages import room, section
from tests.services.application_cast import TEST, stop_clock
from tests.services.items.test_forms import AT, EDITION, ask

from concours.records.models import Account, BankImage, BankItem, TestItem
from concours.selection.authority import Actor
from concours.services.items.asking import pool_of
from concours.services.items.demonstration import load_demonstration
from concours.services.items.exchange import hand_out, take_in
from concours.services.items.forms import assembly_page
from concours.services.items.locking import lock
from concours.services.items.stimuli import drawn_image

__all__ = ["room"]
pytestmark = pytest.mark.django_db
SECTION = "job_knowledge"


def given_picture(colour: tuple[int, int, int]) -> tuple[str, bytes]:
    """A picture of the bank: its digest and its bytes."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    digest, (data, width, height) = drawn_image(out.getvalue())
    BankImage.objects.create(
        digest=digest, media_type="image/png", width=width, height=height, data=data, at=TEST
    )
    return digest, data


@pytest.fixture
def pictured(room: tuple[Client, Actor, str]) -> tuple[Client, str, str, bytes]:
    """The open section with a picture in item 2 and in an option of item 3."""
    client, _, code = room
    digest, data = given_picture((200, 30, 30))
    image = f'<img src="{digest}" alt="Four bars"/>'
    rows = TestItem.objects.filter(section=SECTION)
    rows.filter(number=2).update(
        stem=f"<p>Look:</p><p>{image}</p><table><tr><td>1 &lt; 2</td></tr></table>",
        passage="<p>A <strong>shared</strong> text</p><script>alert(1)</script>",
    )
    rows.filter(number=3).update(
        stem="<p>Which is <em>highest</em>?</p>",
        options=[["A", f"<p>{image}</p>"], ["B", "<ul><li>one</li><li>two</li></ul>"]],
    )
    return client, code, digest, data


def test_the_room_draws_the_banks_markup_and_nothing_else(
    pictured: tuple[Client, str, str, bytes],
) -> None:
    client, code, digest, data = pictured
    html = section(client, code)
    address = reverse("examroom:picture", args=[code, digest])
    image = f'<img src="{address}" alt="Four bars"/>'
    assert html.count(image) == 2
    assert f'id="q-2-stem" dir="auto"><p>Look:</p><p>{image}</p><table>' in html
    assert "<td>1 &lt; 2</td>" in html
    assert 'aria-describedby="q-2-passage q-2-stem "' in html
    assert "<p>A <strong>shared</strong> text</p></div>" in html
    assert "alert(1)" not in html
    # A heading and a label hold no paragraphs.
    assert '<bdi class="room-question__stem">Which is <em>highest</em>?</bdi>' in html
    assert f"A. <bdi>{image}</bdi>" in html
    assert "B. <bdi>one<br/>two</bdi>" in html
    given = client.get(address)
    assert (given.content, given["Content-Type"]) == (data, "image/png")
    assert "no-store" in given["Cache-Control"]


def test_a_picture_is_given_only_while_its_section_is_open_and_only_to_its_candidate(
    pictured: tuple[Client, str, str, bytes],
) -> None:
    client, code, digest, data = pictured
    address = reverse("examroom:picture", args=[code, digest])
    other, _ = given_picture((1, 2, 3))
    refused = client.get(reverse("examroom:picture", args=[code, other]))
    assert refused.status_code == 400
    stranger = given_person("bo@example.org")
    elsewhere = Client()
    elsewhere.force_login(Account.objects.get(person_id=stranger.person))
    assert data not in elsewhere.get(address).content
    assert data not in Client().get(address).content
    client.post(reverse("examroom:leave_section", args=[code, SECTION]), {"confirmed": "yes"})
    gone = client.get(address)
    assert gone.status_code >= 400
    assert data not in gone.content


def test_a_picture_is_refused_once_the_sections_time_is_over(
    pictured: tuple[Client, str, str, bytes],
) -> None:
    client, code, digest, data = pictured
    stop_clock(TEST + timedelta(hours=2))
    late = client.get(reverse("examroom:picture", args=[code, digest]))
    assert late.status_code >= 400
    assert data not in late.content


def test_an_item_with_a_picture_goes_from_a_package_into_a_form_as_it_stands() -> None:
    load_demonstration(EDITION, step="examination", author="A", reviewer="B", at=AT)
    competition = given_competition()
    psychometrician = staff("psychometrician")
    (form,) = assembly_page(psychometrician, ask(staff("test_administrator"), competition)).forms
    lock(psychometrician, form.code, digest=form.digest, at=AT)
    assert not TestItem.objects.filter(stem__contains="<img").exists()
    name = TestItem.objects.filter(section=SECTION).values_list("name", flat=True)[0]
    digest, _ = given_picture((9, 99, 9))
    table = hand_out(psychometrician, [name], form="csv").decode()
    stem = TestItem.objects.get(section=SECTION, name=name).stem
    assert stem in table.replace('""', '"')
    pictured = table.replace(stem, f"{stem}<img src='{digest}' alt='A bar'/>")
    found = take_in(staff("test_administrator"), pictured.encode(), what="csv", at=AT)
    assert (found.changed, found.new) == (1, 0)
    BankItem.objects.filter(name=name).update(state="operational")
    pool = pool_of([SECTION])
    assert name in {row.name for row in pool.rows}


def test_words_kept_as_plain_text_become_markup_that_reads_the_same() -> None:
    given_competition()
    row = TestItem.objects.create(
        competition="C", step="examination", section=SECTION, number=1, name="old",
        stem="Is 1 < 2 & 2 > 1?\nThink.", options=[["A", "a < b"], ["B", "plain"]],
        passage="One.\n\nTwo & three.",
    )  # fmt: skip
    migration = importlib.import_module("concours.records.migrations.0023_test_items_in_markup")
    migration.to_markup(SimpleNamespace(get_model=lambda *_: TestItem), None)
    row.refresh_from_db()
    assert row.stem == "Is 1 &lt; 2 &amp; 2 &gt; 1?<br/>Think."
    assert row.options == [["A", "a &lt; b"], ["B", "plain"]]
    assert row.passage == "<p>One.</p><p>Two &amp; three.</p>"
    assert not re.search(r"<(?!br/)", row.stem)
