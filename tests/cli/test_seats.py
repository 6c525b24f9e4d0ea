"""`concours seats redraw` on a published file: sound, tampered with, and no drawing at all."""

import json
from pathlib import Path

import pytest

from concours.cli.main import main
from concours.selection.seat_lottery import (
    Supply,
    Ticket,
    digest_of_seed,
    draw,
    published_text,
)

SEED = "ab" * 32
TICKETS = [Ticket(ticket=t, wishes=("NORTH",)) for t in ("AAAA", "BBBB", "CCCC")]
SUPPLIES = [Supply(session="NORTH", seats=("A1", "A2"), accessible=())]


def text() -> str:
    return published_text(
        competition="COMP",
        seed=SEED,
        tickets=TICKETS,
        supplies=SUPPLIES,
        drawn=draw(SEED, TICKETS, SUPPLIES),
    )


def ran(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, list[dict[str, object]]]:
    """The exit code and the lines printed."""
    code = 0
    try:
        main(["seats", "redraw", *line])
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, [json.loads(found) for found in capsys.readouterr().out.splitlines()]


def test_a_published_drawing_is_made_again_from_its_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "seats.json"
    file.write_text(text())
    code, lines = ran(capsys, str(file), "--committed", digest_of_seed(SEED))
    assert code == 0
    assert lines == [
        {
            "competition": "COMP",
            "tickets": 3,
            "seated": 2,
            "seed_fits": True,
            "differs": 0,
            "sound": True,
        }
    ]


def test_a_seat_given_to_somebody_else_or_another_seed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "seats.json"
    changed = json.loads(text())
    changed["drawn"][0]["seat"], changed["drawn"][1]["seat"] = "A2", "A1"
    file.write_text(json.dumps(changed))
    code, lines = ran(capsys, str(file))
    assert (code, len(lines), lines[-1]["differs"]) == (3, 3, 2)
    file.write_text(text())
    code, lines = ran(capsys, str(file), "--committed", "0" * 64)
    assert (code, lines[-1]["seed_fits"]) == (3, False)


def test_what_is_no_drawing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "other.json"
    file.write_text("{}")
    assert ran(capsys, str(file)) == (1, [])
