"""A start prepares once, recovers from half a start, and never runs twice on one folder."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
import typer

from concours.cli import run


def database(file: Path) -> None:
    """What the steps of a start would leave: a database with its journal beside it."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE IF NOT EXISTS trial (n UNIQUE)")
    connection.execute("INSERT OR IGNORE INTO trial VALUES (1)")
    connection.commit()
    connection.close()


class Steps:
    """Does what a start asks for by leaving a small database, and remembers the order."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, command: str, surroundings: Mapping[str, str]) -> None:
        self.done.append(command)
        if command == "prepare" and "DATABASE_URL" in surroundings:
            database(Path(surroundings["DATABASE_URL"].removeprefix("sqlite:///")))


def test_a_first_start_builds_beside_the_place_and_then_moves_it_in(tmp_path: Path) -> None:
    steps = Steps()
    run.make_ready(tmp_path, {}, steps)
    assert steps.done == ["prepare", "rehearse"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["concours.sqlite3", "prepared"]
    with closing(sqlite3.connect(tmp_path / "concours.sqlite3")) as connection:
        assert connection.execute("SELECT n FROM trial").fetchall() == [(1,)]


def test_a_second_start_has_nothing_to_prepare(tmp_path: Path) -> None:
    steps = Steps()
    run.make_ready(tmp_path, {}, steps)
    steps.done.clear()
    run.make_ready(tmp_path, {}, steps)
    assert steps.done == []


def test_half_a_first_start_is_begun_again(tmp_path: Path) -> None:
    steps = Steps()
    (tmp_path / "building.sqlite3").write_bytes(b"half a database")
    (tmp_path / "building.sqlite3-wal").write_bytes(b"half a journal")
    run.make_ready(tmp_path, {}, steps)
    assert steps.done == ["prepare", "rehearse"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["concours.sqlite3", "prepared"]


def test_changed_code_prepares_the_standing_database_and_folds_its_lists_anew(
    tmp_path: Path,
) -> None:
    steps = Steps()
    run.make_ready(tmp_path, {}, steps)
    steps.done.clear()
    (tmp_path / "prepared").write_text("another digest", encoding="utf-8")
    run.make_ready(tmp_path, {}, steps)
    assert steps.done == ["prepare", "rebuild"]


def test_half_a_build_in_a_named_database_is_not_taken_for_a_whole_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = Steps()
    named = {"DATABASE_URL": "postgresql://db.example/c"}

    def breaks_off(command: str, surroundings: Mapping[str, str]) -> None:
        steps(command, {})
        if command == "rehearse":
            raise typer.Exit(1)

    with pytest.raises(typer.Exit):
        run.make_ready(tmp_path, named, breaks_off)
    with pytest.raises(typer.Exit):
        run.make_ready(tmp_path, named, steps)
    assert steps.done == ["prepare", "rehearse"]
    assert capsys.readouterr().err == (
        "The last start broke off while it built the rehearsal in the database that DATABASE_URL "
        f"names. Drop and create that database, remove {tmp_path / 'building'}, start again.\n"
    )


def test_a_named_database_is_built_in_place(tmp_path: Path) -> None:
    steps = Steps()
    run.make_ready(tmp_path, {"DATABASE_URL": "sqlite:///" + str(tmp_path / "own")}, steps)
    assert steps.done == ["prepare", "rehearse"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["built", "own", "prepared"]


def test_a_named_database_is_folded_anew_after_changed_code_and_another_one_is_built(
    tmp_path: Path,
) -> None:
    steps = Steps()
    one, two = ({"DATABASE_URL": f"sqlite:///{tmp_path / name}"} for name in ("one", "two"))
    run.make_ready(tmp_path, one, steps)
    run.make_ready(tmp_path, one, steps)
    assert steps.done == ["prepare", "rehearse"]
    (tmp_path / "prepared").write_text("another digest", encoding="utf-8")
    run.make_ready(tmp_path, one, steps)
    assert steps.done[2:] == ["prepare", "rebuild"]
    run.make_ready(tmp_path, two, steps)
    assert steps.done[4:] == ["prepare", "rehearse"]
    assert str(tmp_path) not in (tmp_path / "built").read_text(encoding="utf-8")


def test_a_second_run_on_the_same_folder_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with run.alone(tmp_path), pytest.raises(typer.Exit) as ended, run.alone(tmp_path):
        pass
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == (
        "A Concours already runs on this data folder. Stop it first.\n"
    )


def test_a_step_that_fails_ends_the_start(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    unreadable = {"CONCOURS_VAR": str(tmp_path), "PYTHONPATH": "src", "DATABASE_URL": "mysql://no"}
    with pytest.raises(typer.Exit) as ended:
        run.do("prepare", unreadable)
    assert ended.value.exit_code == 1
    assert capfd.readouterr().err.splitlines()[-1] == "`concours prepare` failed; see above."
