"""The record's commands as an operator or a candidate runs them."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from tests.cast import APPLIES, given_candidacy, given_competition, given_person

from concours.cli.main import main
from concours.records import keyring, log, personal
from concours.records.models import CandidacyStanding
from concours.selection.authority import Actor
from concours.services.ledger.downloads import own_record
from concours.services.ledger.log import sequence_and_sign

pytestmark = pytest.mark.django_db


class Run:
    """What a command did: its exit code, its JSON lines, and what it said on stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *line: str) -> None:
        self.code = 0
        try:
            main(line)
        except SystemExit as ended:
            self.code = int(ended.code or 0)
        said = capsys.readouterr()
        self.out, self.err = said.out, said.err

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.out.splitlines()]


@pytest.fixture
def code() -> str:
    return given_candidacy(given_person(), given_competition())


@pytest.fixture
def record(code: str, tmp_path: Path) -> Path:
    """A candidate's download, beside the public key."""
    sequence_and_sign(at=APPLIES)
    person = CandidacyStanding.objects.get(file=code).person
    ada = Actor(code=person, roles=frozenset({"candidate"}), person=person)
    (tmp_path / "record.json").write_text(own_record(ada, code, at=APPLIES), encoding="utf-8")
    (tmp_path / "log.pub").write_text(f"{log.signer().verifier}\n", encoding="utf-8")
    return tmp_path / "record.json"


def test_a_sound_download_verifies(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for key in (str(log.signer().verifier), str(record.parent / "log.pub")):
        run = Run(capsys, "verify", str(record), "--key", key)
        assert run.code == 0
        assert run.lines[-1]["sound"] is True
        assert run.lines[-1]["proven"] == run.lines[-1]["entries"]


def test_a_changed_byte_ends_with_3_and_names_the_entry(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = record.read_text(encoding="utf-8").split("\n")
    lines[2] = lines[2].replace('"role\\":\\"', '"role\\":\\"x', 1)
    record.write_text("\n".join(lines), encoding="utf-8")
    run = Run(capsys, "verify", str(record), "--key", str(log.signer().verifier))
    assert run.code == 3
    assert {found["entry"] for found in run.lines[:-1]} == {2, None}


def test_verifying_needs_neither_database_nor_django(record: Path) -> None:
    script = (
        "import sys\n"
        "sys.modules['django'] = None\n"
        "from concours.cli.main import main\n"
        "main(sys.argv[1:])\n"
    )
    key = str(log.signer().verifier)
    done = subprocess.run(
        [sys.executable, "-c", script, "verify", str(record), "--key", key],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "line",
    [
        ["verify"],
        ["verify", "nowhere.json", "--key", "x+y+z"],
        ["verify", "nowhere.json", "--all"],
    ],
)
def test_misuse_ends_with_2(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(capsys, *line).code == 2


def test_without_a_key_it_says_where_to_get_one(
    record: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCOURS_KEYS", str(record.parent / "none"))
    run = Run(capsys, "verify", str(record))
    assert (run.code, "--key" in run.err) == (2, True)
    monkeypatch.setenv("CONCOURS_KEYS", str(record.parent))
    assert Run(capsys, "verify", str(record)).code == 0


@pytest.mark.usefixtures("record")
def test_the_whole_ledger_verifies_and_every_command_answers_in_json(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Run(capsys, "verify", "--all").lines[-1]["sound"] is True
    replayed = Run(capsys, "replay", code.lower(), "--as-of", "2016-05-03").lines
    assert replayed[0]["state"]["file"] == code
    assert Run(capsys, "replay", "0000-0000-0000").code == 1
    assert Run(capsys, "replay", code, "--on", "yesterday").code == 1
    assert Run(capsys, "rebuild").lines[-1]["equal"] is True
    assert Run(capsys, "recompute", code).lines[-1] == {"edition": "each its own"}
    assert Run(capsys, "dispose", "--dry-run").lines == [{"due": 0, "kept": 0, "erased": 0}]
    head = Run(capsys, "checkpoint").lines[0]
    assert head["public_key"] == str(log.signer().verifier)
    assert Run(capsys, "checkpoint", "--note").out == head["note"]


@pytest.mark.usefixtures("record")
def test_a_head_kept_earlier_is_shown_to_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, proof = tmp_path / "kept.txt", tmp_path / "proof.json"
    kept.write_text(Run(capsys, "checkpoint", "--note").out, encoding="utf-8")
    given_person("later@example.org", "Later Person")
    proof.write_text(Run(capsys, "checkpoint", "--since", str(kept)).out, encoding="utf-8")
    key = str(log.signer().verifier)
    run = Run(capsys, "verify", str(proof), "--key", key)
    assert run.code == 0
    assert run.lines[0]["new"] == run.lines[0]["old"] + 1
    text = proof.read_text(encoding="utf-8")
    step = text.partition('"proof": [')[2].split('"')[1]
    proof.write_text(text.replace(step, "0" * 64), encoding="utf-8")
    assert Run(capsys, "verify", str(proof), "--key", key).code == 3
    stranger = tmp_path / "stranger.txt"
    stranger.write_text("not a head\n", encoding="utf-8")
    assert Run(capsys, "checkpoint", "--since", str(stranger)).code == 1


def test_a_tampered_standing_ends_a_rebuild_with_3(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    CandidacyStanding.objects.filter(file=code).update(furthest=8)
    run = Run(capsys, "rebuild")
    assert (run.code, run.lines[0]["file"]) == (3, code)
    assert Run(capsys, "rebuild").code == 0


def test_keys_are_listed_without_being_shown(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "keys", "list")
    assert {found["purpose"] for found in run.lines} >= {"person", "log", "search"}
    assert all(
        set(found) == {"purpose", "id", "in_use", "rehearsal", "wraps"} for found in run.lines
    )


def test_keys_rotate_by_command(
    capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path
) -> None:
    settings.KEYS = tmp_path / "keys"
    settings.KEY_TEXTS = {}
    keyring.forget()
    assert Run(capsys, "keys", "make").lines == [{"made": list(keyring.PURPOSES)}]
    sealed = personal.seal_text("PRSN-0000-0001", "x.y", "secret")
    assert Run(capsys, "keys", "rotate", "person").lines == [
        {"purpose": "person", "new_id": "r2", "rewrapped": 1}
    ]
    assert personal.open_text("PRSN-0000-0001", "x.y", sealed) == "secret"
    keyring.forget()


def test_dates_are_read_as_people_type_them(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = (APPLIES - timedelta(days=1)).isoformat()
    early = Run(capsys, "replay", code, "--known-at", before).lines[0]
    assert early["state"]["opened_at"] is None
    same = Run(capsys, "replay", code, "--as-of", "2016-05-03T00:00:00.000000Z").lines[0]
    assert same == Run(capsys, "replay", code, "--as-of", "2016-05-03T00:00:00Z").lines[0]
