"""Alive is one thing, ready another."""

import json

import pytest
from django.db import connection
from django.test import RequestFactory

from concours.site import health

GET = RequestFactory().get("/readyz")


def test_a_process_is_alive_without_asking_the_database() -> None:
    answer = health.healthz(GET)
    assert (answer.status_code, json.loads(answer.content)) == (200, {"alive": True})


@pytest.mark.django_db
def test_a_migrated_database_is_ready() -> None:
    answer = health.readyz(GET)
    assert (answer.status_code, json.loads(answer.content)) == (200, {"ready": True})


def test_a_database_behind_the_code_is_not_ready(own_database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = health.readyz(GET)
    assert (answer.status_code, json.loads(answer.content)) == (
        503,
        {"ready": False, "lacks": "migrations"},
    )


def test_a_database_that_does_not_answer_is_not_ready(own_database: str) -> None:
    there = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/at/all"
    try:
        answer = health.readyz(GET)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = there
    assert (answer.status_code, json.loads(answer.content)) == (
        503,
        {"ready": False, "lacks": "database"},
    )


def test_health_is_never_cached_and_only_read() -> None:
    assert health.readyz(RequestFactory().post("/readyz")).status_code == 405
    assert "no-store" in health.healthz(GET).headers["Cache-Control"]
