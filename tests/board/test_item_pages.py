"""The pages of the item bank and of forms: written, reviewed, imported, assembled, locked in a browser."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import given_competition, given_staff
from tests.services.application_cast import RESERVES, stop_clock
from tests.services.items.test_exchange import ITEM21, png

from concours.policy.edition import load_edition
from concours.records.ledger_store import read_facts
from concours.records.models import BankAct, BankItem, TestItem
from concours.selection.authority import Actor
from concours.services.items.assembling import assemble
from concours.services.items.demonstration import load_demonstration
from concours.services.items.figures import Figures, record_figures
from concours.services.items.package import packed

pytestmark = pytest.mark.django_db
AT = datetime(2016, 4, 1, 12, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = {
    "name": "jk-econ-901",
    "about": "job_knowledge.economics.markets",
    "kind": "choice",
    "stem": "A price <em>falls</em> & nothing else changes. What follows?".replace("&", "&amp;"),
    "option_A": "More is bought",
    "option_B": "Less is bought",
    "option_C": "<script>alert(1)</script>Nothing",
    "key": "a",
    "rationale": "Demand.",
    "level": "easy",
}


@pytest.fixture(autouse=True)
def service_time(settings: Any) -> None:
    settings.REHEARSAL = True
    stop_clock(RESERVES)


@pytest.fixture
def as_role() -> Callable[..., Client]:
    def sign_in(*roles: str) -> Client:
        client = Client()
        client.force_login(given_staff(f"{'-'.join(roles)}@example.org", *roles), backend=BACKEND)
        return client

    return sign_in


def page(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(f"board:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def post(client: Client, address: str, /, *args: object, status: int = 302, **data: Any) -> str:
    answer = client.post(reverse(f"board:{address}", args=args), data)
    assert answer.status_code == status, answer.content.decode()[:3_000]
    return answer.get("Location", "") or answer.content.decode()


def seen(html: str) -> str:
    return re.findall(r'name="seen"[^>]* value="([^"]+)"', html)[-1]


def act(client: Client, name: str, step: str, *, status: int = 302, note: str = "") -> str:
    token = seen(page(client, "item", name))
    return post(client, "item_act", name, status=status, act=step, note=note, seen=token)


def test_an_item_is_written_reviewed_and_approved_by_two_people(
    as_role: Callable[..., Client],
) -> None:
    writer, reviewer = as_role("item_writer"), as_role("item_reviewer")
    html = post(writer, "items_new", status=400, **{**TYPED, "key": "E"})
    assert "The key names options among A, B, C, each once" in html
    post(writer, "items_new", **TYPED)
    html = page(writer, "item", "jk-econ-901")
    assert "A price <em>falls</em> &amp; nothing else changes." in html
    assert "alert(1)" not in html
    assert "Economics · Markets and prices" in html
    act(writer, "jk-econ-901", "submitted")
    assert "Another person reviews" in page(writer, "item", "jk-econ-901")
    html = act(reviewer, "jk-econ-901", "returned", status=400)
    assert "Say why" in html
    act(reviewer, "jk-econ-901", "reviewed")
    act(reviewer, "jk-econ-901", "approved")
    assert BankItem.objects.get(pk="jk-econ-901").state == "operational"
    token = seen(page(writer, "item_write", "jk-econ-901"))
    again = {**TYPED, "option_B": "Fewer are bought", "seen": token, "note": "Plainer."}
    post(writer, "item_write", "jk-econ-901", **again)
    html = post(writer, "item_write", "jk-econ-901", status=409, **{**again, "stem": "Other?"})
    assert "Somebody acted on this item meanwhile" in html
    html = page(reviewer, "item", "jk-econ-901")
    assert "Plainer." in html
    assert BankItem.objects.get(pk="jk-econ-901").state == "draft"


def test_the_list_is_searched_filtered_and_exported(as_role: Callable[..., Client]) -> None:
    load_demonstration(
        load_edition("us_foreign_service", "2016"),
        step="examination",
        author="A",
        reviewer="B",
        at=AT,
    )
    tester, reviewer = as_role("test_administrator"), as_role("item_reviewer")
    html = page(tester, "items_home", q="price", subject="economics", state="operational")
    names = set(re.findall(r"/board/items/item/([a-z0-9-]+)/", html))
    assert names
    assert names <= set(BankItem.objects.filter(subject="economics").values_list("name", flat=True))
    answer = tester.get(reverse("board:items_home"), {"format": "csv", "section": "essay"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert len(lines) - 1 == BankItem.objects.filter(section="essay").count()
    assert reviewer.get(reverse("board:items_home"), {"format": "csv"}).status_code == 403
    package = tester.post(reverse("board:items_export"), {"form": "qti", "section": "essay"})
    assert (package["Content-Type"], package.content[:2]) == ("application/zip", b"PK")
    assert reviewer.post(reverse("board:items_export"), {"form": "qti"}).status_code == 403


def test_a_package_is_checked_then_taken_in_and_its_image_is_shown(
    as_role: Callable[..., Client],
) -> None:
    writer = as_role("item_writer")
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
        '<resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>'
    )
    data = packed(
        {"imsmanifest.xml": manifest.encode(), "a.xml": ITEM21.encode(), "img/m.gif": png()}
    )

    def upload(**more: str) -> str:
        file = SimpleUploadedFile("bank.zip", data)
        given = {"what": "qti", "file": file, "about": TYPED["about"], **more}
        return post(writer, "items_import", status=200, **given)

    html = upload(dry="on")
    assert "Checked; nothing was taken in" in html
    assert "modal-feedback" in html
    assert BankAct.objects.count() == 0
    assert "Taken in" in upload()
    html = page(writer, "item", "econ-1")
    (address,) = re.findall(r'<img src="([^"]+)" alt="a curve"', html)
    shown = writer.get(address)
    assert (shown.status_code, shown["Content-Type"], shown.content[:4]) == (
        200,
        "image/png",
        b"\x89PNG",
    )
    faulty = SimpleUploadedFile("items.csv", b"name,section,subject,subtopic,stem\na,b,c,d,e\n")
    html = post(writer, "items_import", status=400, what="csv", file=faulty)
    assert "Row 2, name" in html
    assert "A name has 3 to 40 small letters" in html


def test_figures_are_drawn_beside_their_table(as_role: Callable[..., Client]) -> None:
    load_demonstration(
        load_edition("us_foreign_service", "2016"),
        step="examination",
        author="A",
        reviewer="B",
        at=AT,
    )
    name = BankItem.objects.filter(kind="choice").order_by("name")[0].name
    options = {"A": [30, 0.6, 0.3], "B": [20, 0.4, -0.3]}
    actor = Actor(code="TEST", roles=frozenset({"psychometrician"}))
    for when, share in (("2015-10", 0.6), ("2016-02", 0.7)):
        found = Figures(
            item=name, presented=50, difficulty=share, discrimination=0.3, a=1.2, b=0.1, c=0.2,
            options=options,  # type: ignore[arg-type]
        )  # fmt: skip
        record_figures(actor, when, [found], at=AT)
    html = page(as_role("psychometrician"), "item", name)
    for words in ("2015-10", "Options chosen, 2016-02", "Difficulty went from 0.60 to 0.70",
                  "It measures best near", "from its figures"):  # fmt: skip
        assert words in html


def test_forms_are_asked_for_shown_side_by_side_and_one_is_locked(
    as_role: Callable[..., Client],
) -> None:
    load_demonstration(
        load_edition("us_foreign_service", "2016"),
        step="examination",
        author="A",
        reviewer="B",
        at=AT,
    )
    competition = given_competition()
    first, second = as_role("test_administrator"), as_role("psychometrician")
    html = page(first, "forms", competition)
    text = html.split('name="blueprint"')[1].split(">", 1)[1].split("</textarea>")[0]
    blueprint = json.loads(text.replace("&quot;", '"'))
    html = post(first, "forms", competition, status=400, blueprint="{", seed="")
    assert "JSON" in html
    where = post(
        first, "forms", competition, blueprint=json.dumps({**blueprint, "forms": 2}), seed="s"
    )
    code = where.rstrip("/").rsplit("/", 1)[1]
    assert "being looked for" in page(first, "forms_assembly", code)
    assemble(code)
    html = page(first, "forms_assembly", code)
    assert "Another person locks a form that you have assembled" in html
    html = page(second, "forms_assembly", code)
    assert "Economics" in html
    assert "information" in html.lower()
    (lock, digest), _ = re.findall(
        r'action="([^"]+/lock/[^"]+)".*?name="digest" value="([0-9a-f]{64})"', html
    )
    assert first.post(lock, {"digest": digest}).status_code == 422
    assert second.post(lock, {"digest": digest}).status_code == 302
    assert read_facts(competition)[-1].kind == "competition.form_locked"
    assert TestItem.objects.filter(competition=competition).count() == 201
    html = page(second, "forms_assembly", code)
    assert "/lock/" not in html
    impossible = {**blueprint, "forms": 2, "most_overlap": 0}
    where = post(first, "forms", competition, blueprint=json.dumps(impossible), seed="s")
    code = where.rstrip("/").rsplit("/", 1)[1]
    assemble(code)
    html = page(first, "forms_assembly", code)
    assert "These demands cannot be met together" in html
    assert "Items that two forms may share at most" in html


def test_other_staff_and_candidates_do_not_see_a_key(as_role: Callable[..., Client]) -> None:
    writer = as_role("item_writer")
    post(writer, "items_new", **TYPED)
    for role in ("proctor", "registrar", "auditor", "marker"):
        client = as_role(role)
        for name, args in (("items_home", ()), ("item", ("jk-econ-901",)), ("items_new", ())):
            answer = client.get(reverse(f"board:{name}", args=args))
            assert answer.status_code == 403
            assert b"More is bought" not in answer.content
