"""`concours bench` finds what there is to measure."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.database import address

from concours.cli.bench import FOLDER
from concours.cli.bench_database import own_database
from concours.cli.main import main


def test_an_unknown_measurement_ends_with_2_and_names_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "weather"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "weather" in said
    assert all(file.stem in said for file in FOLDER.glob("[!_]*.py"))


def test_each_measurement_has_a_database_of_its_own_that_is_gone_afterwards(tmp_path: Path) -> None:
    given = address(str(connection.settings_dict["NAME"])) if connection.vendor != "sqlite" else ""
    with own_database(given, tmp_path) as one, own_database(given, tmp_path) as two:
        assert len({given, one, two}) == 3
        for own in (one, two):
            _write(own)
    if given:
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(one)


def test_a_copy_holds_what_the_given_database_held(tmp_path: Path) -> None:
    given = address(str(connection.settings_dict["NAME"])) if connection.vendor != "sqlite" else ""
    with own_database(given, tmp_path) as first:
        _write(first)
        with (
            own_database(first, tmp_path, copied=True) as second,
            pytest.raises((sqlite3.OperationalError, psycopg.errors.DuplicateTable)),
        ):
            _write(second)


def _write(own: str) -> None:
    """Make a table in a database, and leave it."""
    if own.startswith("sqlite:///"):
        with sqlite3.connect(own.removeprefix("sqlite:///")) as held:
            held.execute("CREATE TABLE written (n INTEGER)")
        held.close()
        return
    with psycopg.connect(own) as connection:
        connection.execute("CREATE TABLE written (n INTEGER)")
