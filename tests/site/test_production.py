"""What a service in production must not start with is named, each with its remedy."""

import secrets
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from concours.records.keyring import PURPOSES
from concours.services.keys import make_missing
from concours.site import production

pytestmark = pytest.mark.django_db

SUPERUSER = (
    "The service connects as a superuser, who can remove the ledger's triggers. Give it a role of "
    "its own with SELECT and INSERT on the ledger's tables."
)


@pytest.fixture
def sound(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a service that may go live, but for the role of the test's own database."""
    settings.REHEARSAL = False
    settings.DEBUG = False
    settings.HASHED_STATIC = True
    settings.KEYS = tmp_path
    settings.SECRET_KEY = secrets.token_urlsafe(48)
    settings.ORIGIN = "https://concours.example"
    settings.SECURE = True
    settings.ALLOWED_HOSTS = ["concours.example"]
    settings.EMAIL_HOST = "mail.example"
    settings.DEFAULT_FROM_EMAIL = "Concours <board@concours.example>"
    settings.MAIL_MODE = "send"
    settings.KEY_TEXTS = {}
    make_missing(rehearsal=False)
    return settings


def problems() -> list[str]:
    """What is found, without the one thing that no test database can have right."""
    found = production.problems()
    assert (SUPERUSER in found) is (connection.vendor == "postgresql")
    return [problem for problem in found if problem != SUPERUSER]


def test_a_sound_service_has_no_problem(sound: Settings) -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("name", "value", "begins"),
    [
        ("REHEARSAL", True, "Rehearsal mode is on"),
        ("DEBUG", True, "Tracebacks are shown"),
        ("HASHED_STATIC", False, "Static files are served unbuilt"),
        ("SECRET_KEY", "short", "The key that signs sessions is guessable"),
        ("SECRET_KEY", "a" * 64, "The key that signs sessions is guessable"),
        ("SECURE", False, "https://concours.example is plain HTTP"),
        ("ALLOWED_HOSTS", ["*"], "The service does not know its own name"),
        ("ALLOWED_HOSTS", ["localhost"], "The service does not know its own name"),
        ("EMAIL_HOST", "", "No mail server"),
        (
            "DEFAULT_FROM_EMAIL",
            "Concours <concours@localhost>",
            "Letters would come from localhost",
        ),
        ("MAIL_MODE", "silent", "Letters are not sent"),
    ],
)
def test_each_thing_that_must_not_go_live_is_the_one_problem(
    sound: Settings, name: str, value: Any, begins: str
) -> None:
    setattr(sound, name, value)
    found = problems()
    assert [problem[: len(begins)] for problem in found] == [begins]


def test_a_key_file_that_others_may_read_is_named(sound: Settings, tmp_path: Path) -> None:
    (tmp_path / "open.key").write_text("x", encoding="utf-8")
    (tmp_path / "open.key").chmod(0o644)
    assert problems() == [
        "The key file open.key can be read by other users. Run: chmod 600 on it.",
    ]


def test_keys_of_a_rehearsal_are_named(sound: Settings, tmp_path: Path) -> None:
    sound.KEYS = tmp_path / "rehearsal"
    make_missing(rehearsal=True)
    assert [problem.partition(" key ")[0] for problem in problems()] == [
        f"The {purpose}" for purpose in PURPOSES
    ]


def test_without_a_key_each_process_would_make_its_own(
    sound: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONCOURS_SECRET_KEY", raising=False)
    assert problems() == [
        (
            "No key signs sessions, so each process makes its own. Set CONCOURS_SECRET_KEY_FILE, or run "
            "`concours prepare`."
        )
    ]
