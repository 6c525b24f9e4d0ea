"""The one chain: whole, in one line, and as the models are."""

import importlib
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from concours.records import migrations
from concours.records.guards import GUARDS, GuardTables

FOLDER = Path(str(migrations.__file__)).parent
NAMES = sorted(file.stem for file in FOLDER.glob("[0-9]*.py"))


@pytest.mark.django_db
def test_the_tables_are_what_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_the_chain_has_one_end_and_names_it() -> None:
    graph = MigrationLoader(connection).graph
    assert graph.leaf_nodes("records") == [("records", NAMES[-1])]
    assert (FOLDER / "max_migration.txt").read_text(encoding="utf-8").strip() == NAMES[-1]
    assert [int(name[:4]) for name in NAMES] == list(range(1, len(NAMES) + 1))


GUARDED_LATER = {"answer": "0012_answer_epochs"}
"""Tables that stood before they were guarded: the migration that first did."""


def test_a_migration_that_touches_a_guarded_table_ends_with_its_guards() -> None:
    tables = {table.removeprefix("records_") for table in GUARDS}
    for name in NAMES:
        guarded = {table for table in tables if GUARDED_LATER.get(table, "") <= name}
        operations = importlib.import_module(f"concours.records.migrations.{name}")
        changes = operations.Migration.operations
        touched = {
            str(getattr(change, "model_name", None) or getattr(change, "name", "")).lower()
            for change in changes
        }
        if touched & guarded:
            assert isinstance(changes[-1], GuardTables), name


def test_names_say_what_a_migration_does() -> None:
    assert [name for name in NAMES if re.search(r"auto|alter_|merge", name)] == []
