"""A backup restored elsewhere verifies, and forgets whom the service has forgotten since."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from pytest_django import Settings
from tests import database
from tests.cast import APPLIES, given_candidacy, given_competition, given_person

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.records.ledger_store import count_entries
from concours.records.models import FileHead, Person
from concours.selection.authority import SYSTEM
from concours.services.backup import backup, restore
from concours.services.case import append_as_system
from concours.services.documents import store_document
from concours.services.erasure import erase
from concours.services.ledger.log import sequence_and_sign

LATER = APPLIES + timedelta(days=900)


def concours(*line: str, environment: dict[str, str]) -> tuple[int, list[dict[str, object]]]:
    """Run the command as an operator would; returns its exit code and its JSON lines."""
    done = subprocess.run(
        [sys.executable, "-m", "concours.cli.main", *line],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, 3), done.stderr
    return done.returncode, [json.loads(text) for text in done.stdout.splitlines()]


@pytest.mark.usefixtures("own_database")
def test_a_restored_copy_verifies_and_repeats_erasures(own_folder: Path, tmp_path: Path) -> None:
    ada = given_person()
    code = given_candidacy(ada, given_competition())
    bob = given_person("bob@example.org", "Bob Other")
    store_document(
        person=bob.person,
        file=code,
        step="clearance",
        kind="report",
        name="bob.pdf",
        content=b"%PDF-1.7",
        by=bob.code,
        at=APPLIES,
    )
    closed = Draft(file=code, step="application", kind="candidacy.closed", body={"reason": "x"})
    append_as_system([closed], at=APPLIES)
    sequence_and_sign(at=APPLIES)
    entries = count_entries()
    made = backup(tmp_path / "copy", keys=tmp_path / "apart", at=APPLIES)
    assert (made.entries, made.documents) == (entries, 1)
    assert list((tmp_path / "copy").rglob("*.key")) == []
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    assert manifest["checkpoint"].startswith("localhost:8000/record\n")

    erase(SYSTEM, ada.person, at=LATER, reason="asked")
    with pytest.raises(BadInput) as refused:
        restore(tmp_path / "copy", keys=None, at=LATER)
    assert refused.value.code == "not_empty"

    elsewhere = _empty_service(tmp_path, erasures=(own_folder / "erasures.jsonl").read_bytes())
    exit_code, (restored,) = concours("restore", str(tmp_path / "copy"), environment=elsewhere)
    assert exit_code == 0
    assert (restored["faults"], restored["documents"]) == (0, 1)
    assert restored["entries"] == entries + 1
    assert restored["erased"] == [ada.person]
    exit_code, lines = concours("verify", "--all", environment=elsewhere)
    assert (exit_code, lines[-1]["sound"]) == (0, True)
    exit_code, lines = concours("rebuild", environment=elsewhere)
    assert (exit_code, lines[-1]["equal"]) == (0, True)
    assert FileHead.objects.filter(code=code).exists()
    assert Person.objects.get(file=bob.person).full_name is not None


def _empty_service(tmp_path: Path, *, erasures: bytes) -> dict[str, str]:
    """Another service with an empty database and the list of erasures this one has kept."""
    var = tmp_path / "elsewhere"
    database_folder = tmp_path / "not made yet"
    var.mkdir()
    (var / "erasures.jsonl").write_bytes(erasures)
    if connection.vendor == "sqlite":
        address = f"sqlite:///{quote(str(database_folder))}/concours.sqlite3"
    else:
        address = _fresh_postgresql(str(connection.settings_dict["NAME"]) + "_elsewhere")
    return {
        "CONCOURS_VAR": str(var),
        "CONCOURS_KEYS": str(var / "keys"),
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "concours.site.settings",
    }


def _fresh_postgresql(name: str) -> str:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'CREATE DATABASE "{name}"')
    return database.address(name)


@pytest.mark.usefixtures("own_database", "own_folder")
def test_a_damaged_backup_and_keys_beside_the_data_are_refused(
    tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(BadInput) as beside:
        backup(tmp_path / "copy", keys=tmp_path / "copy" / "keys", at=APPLIES)
    assert beside.value.code == "keys_beside_data"
    backup(tmp_path / "copy", keys=None, at=APPLIES)
    with pytest.raises(BadInput) as full:
        backup(tmp_path / "copy", keys=None, at=APPLIES)
    assert full.value.code == "folder_not_empty"
    dump = next((tmp_path / "copy").glob("database.*"))
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with pytest.raises(BadInput) as damaged:
        restore(tmp_path / "copy", keys=None, at=APPLIES)
    assert damaged.value.code == "backup_damaged"
    assert dump.name in damaged.value.remedy
