"""The ten most used pages: time and queries with 600 and with 20,000 candidates, JSON lines.

Run by `make bench` or `concours bench pages`. The same number of queries whatever the
size is what matters; the times stand beside the machine's own rate of a plain query
in the same run. CONCOURS_BENCH_PEOPLE="600,2000" chooses other sizes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.test import Client

django.setup()

from concours.cli.bench_database import own_database  # noqa: E402
from concours.records.models import Account, CandidacyStanding  # noqa: E402
from concours.services.rehearsal.build import build_rehearsal  # noqa: E402

SIZES = tuple(int(n) for n in os.environ.get("CONCOURS_BENCH_PEOPLE", "600,20000").split(","))
ROUNDS = 15
PAGES = (
    ("front page", "public", "/"),
    ("the road", "public", "/road/"),
    ("rules", "public", "/rules/"),
    ("your applications", "candidate", "/candidacies/"),
    ("your road", "candidate", "/candidacy/{code}/"),
    ("messages", "candidate", "/messages/"),
    ("what waits", "registrar", "/board/"),
    ("files", "registrar", "/board/files/?page=2"),
    ("file", "registrar", "/board/file/{code}/"),
    ("figures", "registrar", "/board/figures/"),
)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def measure(people: int) -> None:
    """Build a rehearsal of this size in the database given and measure each page in it."""
    settings.ALLOWED_HOSTS = ["*"]
    started = time.perf_counter()
    build_rehearsal(people=people, machine_now=datetime.now(UTC))
    built = time.perf_counter() - started
    say("build", people=people, seconds=round(built, 2))
    say("plain query", people=people, microseconds=round(1e6 * plain_query(), 1))
    file = CandidacyStanding.objects.filter(step="register").order_by("file")[0]
    accounts = {
        "candidate": Account.objects.get(person_id=file.person),
        "registrar": Account.objects.get(email="registrar@staff.example"),
    }
    for name, reader, address in PAGES:
        client = Client()
        if reader in accounts:
            client.force_login(accounts[reader], backend=BACKEND)
        target = address.format(code=file.file)
        assert client.get(target).status_code == 200, target
        count = Counted()
        with connection.execute_wrapper(count):
            client.get(target)
        took = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            client.get(target)
            took.append(time.perf_counter() - begun)
        say(
            "page",
            page=name,
            people=people,
            queries=count.queries,
            milliseconds=round(1e3 * statistics.median(took), 2),
        )


class Counted:
    """Counts the queries that pass through it."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


def plain_query() -> float:
    """Seconds a query for nothing takes: the floor of any page that asks the database."""
    took = []
    for _ in range(200):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def say(what: str, **figures: object) -> None:
    """One JSON line."""
    print(json.dumps({"bench": "pages", "what": what, **figures}), flush=True)


def main() -> None:
    """One process a size, each on a copy of the empty database; then compare the queries."""
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    given = os.environ["DATABASE_URL"]
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for people in SIZES:
            with own_database(given, Path(folder), copied=True) as address:
                done = subprocess.run(
                    [sys.executable, __file__, str(people)],
                    env={**os.environ, "DATABASE_URL": address},
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                )
            print(done.stdout, end="", flush=True)
            said = done.stdout.splitlines()
            lines += [json.loads(line) for line in said if line.startswith("{")]
    queries: dict[str, set[int]] = {}
    for line in lines:
        if line["what"] == "page":
            queries.setdefault(line["page"], set()).add(line["queries"])
    grown = sorted(page for page, found in queries.items() if len(found) > 1)
    say("same number of queries", pages=len(queries), grown=grown)
    sys.exit(1 if grown else 0)


if __name__ == "__main__":
    main()
