"""Every page times every kind of reader, allowed or refused; no page is left out of the table."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from pytest_django import Settings
from tests.site.access_table import PAGES

from concours.records.models import (
    Account,
    AssessmentDay,
    CandidacyStanding,
    CompetitionStanding,
    FileHead,
    Notice,
    PanelStanding,
    SessionStanding,
)
from concours.selection.authority import ROLES
from concours.services.rehearsal.build import build_rehearsal

pytestmark = pytest.mark.django_db

FACES = ("portal", "board", "examroom")
STEPS = (
    "application",
    "examination",
    "narratives",
    "assessment",
    "clearance",
    "review",
    "register",
    "service",
)
STAFF = tuple(role for role in ROLES if role not in ("public", "system", "candidate"))
OF_CLASS = ("service_posts", "service_add_post", "service_propose", "service_sign")
OF_SESSION = tuple(
    f"examination_{verb}"
    for verb in (
        "session",
        "open",
        "close",
        "incident",
        "move_session",
        "cancel_session",
        "completeness",
        "seats",
    )
)
FIXED = {
    "theme": "leadership",
    "act": "message",
    "change": "0000-0000-0000",
    "item": 1,
    "part": "interview",
    "old": "2016",
    "new": "2016",
    "edition": "2016",
    "rule_id": "examination.cut",
    "compartment": "medical",
    "document": "0000-0000-0000",
    "receipt": "0000000000000000",
    "name": "jk-econ-001",
    "digest": "0" * 64,
    "assembly": "0000-0000-0000",
    "form": "0000-0000-0000",
}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def url_map() -> dict[str, list[str]]:
    """Every named page of the faces with the names of its parameters."""

    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, list[str]]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern, inner)
            elif pattern.name:
                yield f"{space}{pattern.name}", list(pattern.pattern.converters)

    return {n: p for n, p in walk(get_resolver(), "") if n.split(":")[0] in FACES}


def test_every_page_is_in_the_table_and_nothing_else_is() -> None:
    assert set(url_map()) == set(PAGES)


class Rehearsed:
    """A small rehearsal, and the address and owner of every page in it."""

    def __init__(self) -> None:
        build_rehearsal(people=600, machine_now=datetime.now(UTC))
        newest = CompetitionStanding.objects.order_by("-window")[0].file
        self.competition = newest
        self.session = SessionStanding.objects.filter(competition=newest).order_by("file")[0].file
        self.panel = PanelStanding.objects.order_by("file")[0].file
        self.day = AssessmentDay.objects.order_by("code")[0].code
        self.class_file = FileHead.objects.filter(kind="class").order_by("code")[0].code
        open_files = CandidacyStanding.objects.filter(closed_on__isnull=True).order_by("file")
        self.message = Notice.objects.filter(state__in=("sent", "kept")).order_by("pk")[0]
        self.first = {step: open_files.filter(step=step).first() or open_files[0] for step in STEPS}

    def given(self, name: str, parameters: list[str]) -> tuple[dict[str, object], str]:
        """The parameters of a page, and the person whose file it is of ("" for nobody's)."""
        short = name.split(":")[1]
        file = self.first[next((s for s in STEPS if short.startswith(s)), "application")]
        code, owner = file.file, file.person
        if short.startswith("competition"):
            code, owner = self.competition, ""
        elif short.startswith("class") or short in OF_CLASS:
            code, owner = self.class_file, ""
        elif short in OF_SESSION:
            code, owner = self.session, ""
        elif name == "portal:message":
            owner = self.message.person
        values = {
            **FIXED,
            "code": code,
            "message_id": self.message.pk,
            "competition": self.competition,
            "panel": self.panel,
            "session": self.session,
            "day": self.day,
            "track": file.track or "political",
            "section": "identity" if "application" in short else "job_knowledge",
        }
        owned = {"code", "message_id"} & set(parameters)
        return {p: values[p] for p in parameters}, owner if owned else ""

    def readers(self, owner: str) -> dict[str, Account | None]:
        """One account of each kind of reader."""
        found: dict[str, Account | None] = {
            role: Account.objects.filter(staff_roles__role=role).order_by("pk").first()
            for role in STAFF
        }
        candidates = Account.objects.filter(email__endswith="candidates.example").order_by("pk")
        found["owner"] = candidates.filter(person_id=owner).first() if owner else candidates.first()
        found["stranger"] = candidates.get(email="newcomer@candidates.example")
        found["public"] = None
        return found


def gets_through(client: Client, address: str) -> bool:
    """Whether a page answers anything but a refusal; a page that only takes decisions is posted to."""
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address, {})
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert answer.status_code < 500, (address, answer.status_code)
    return answer.status_code != 403 and not to_sign_in


def expected(name: str, reader: str) -> bool:
    """What the table says."""
    row = PAGES[name]
    if row == "everybody":
        return True
    if row == "staff":
        return reader in STAFF
    return reader in row.split()


def test_each_page_lets_in_whom_the_table_says_and_nobody_else(settings: Settings) -> None:
    settings.REHEARSAL = True
    rehearsed = Rehearsed()
    clients: dict[int | None, Client] = {None: Client()}
    every_refusal = connection.vendor == "sqlite"  # decided in Python: once is enough
    wrong = []
    for name, parameters in url_map().items():
        given, owner = rehearsed.given(name, parameters)
        address = reverse(name, kwargs=given)
        for reader, account in rehearsed.readers(owner).items():
            if not (expected(name, reader) or reader == "public" or every_refusal):
                continue
            key = account.pk if account else None
            if key not in clients:
                clients[key] = Client()
                clients[key].force_login(account, backend=BACKEND)
            if gets_through(clients[key], address) != expected(name, reader):
                wrong.append((name, reader, "refused" if expected(name, reader) else "let in"))
    assert wrong == []
