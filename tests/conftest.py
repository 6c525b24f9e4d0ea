"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import _disable_migrations
from tests import database

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop, not ours
# How long an example takes says how busy the machine is, nothing about the code.
settings.register_profile(
    "concours", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("concours")
FLUSHING = {"transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Register what the tests are marked with."""
    for line in (
        "oracle: compares with a data set outside the clone",
        "browser: drives a browser, so it needs Chromium",
        "everywhere: a journey that runs on PostgreSQL too",
    ):
        config.addinivalue_line("markers", line)


def pytest_report_header() -> str:
    """Say in one line whether the suites over outside data run."""
    folder = os.environ.get("CONCOURS_ORACLES")
    if folder:
        return f"oracles: {folder}"
    return "oracles: CONCOURS_ORACLES is not set, suites over outside data sets do not run"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser; refuse flushing: append-only tables cannot be emptied."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        asked = set(getattr(item, "fixturenames", ()))
        if (marker and marker.kwargs.get("transaction")) or asked & FLUSHING:
            raise pytest.UsageError(
                f"{item.nodeid} would flush the ledger: use the fixture `own_database` instead"
            )
        if asked & {"browser", "page", "context"} or "journeys" in item.path.parts:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_use_migrations: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The migrated test database, also where only tests with a database of their own are chosen.

    pytest-django's own fixture makes none when no chosen test carries its mark.
    """
    if not django_db_use_migrations:
        _disable_migrations()
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=request.config.option.verbose, interactive=False, aliases={"default"}
        )
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=request.config.option.verbose)


@pytest.fixture(scope="session")
def kept_database(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The migrated, empty database that committing tests are copied from."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            name = str(tmp_path_factory.mktemp("database") / "kept.sqlite3")
        else:
            name = f"kept_{os.getpid()}"
        database.keep_copy(name)
    yield name
    with django_db_blocker.unblock():
        database.drop_copy(name)


@pytest.fixture
def own_database(kept_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of this test's own, in which it may commit from any thread; gives its address."""
    with django_db_blocker.unblock(), database.own_copy(kept_database) as name:
        yield database.address(name)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Empty the process's cache, which outlives the database of the test that filled it."""
    cache.clear()


@pytest.fixture(scope="session")
def oracles() -> Path | None:
    """The folder of outside data sets, when there is one."""
    folder = os.environ.get("CONCOURS_ORACLES")
    return Path(folder) if folder else None
