"""`concours import answers`: real sheets from files, faults by row and column, scores at the end."""

import json
from pathlib import Path

import pytest
from tests.cast import given_competition
from tests.services.seats import admitted
from typer.testing import CliRunner

from concours.cli.imports import app
from concours.records.models import Answer, ExaminationStanding

pytestmark = pytest.mark.django_db
KEY = "item,key,section\nq1,1,job_knowledge\nq2,2,english_expression\nq3,3,biographic\n"


@pytest.fixture
def competition() -> str:
    return given_competition()


def run(*arguments: object) -> tuple[int, list[dict[str, object]]]:
    """The command's exit code, and what it printed as JSON lines."""
    found = CliRunner().invoke(app, ["answers", *map(str, arguments)])
    return found.exit_code, [json.loads(line) for line in found.stdout.splitlines()]


def files(folder: Path, sheets: str, key: str = KEY) -> tuple[Path, Path]:
    (folder / "sheets.csv").write_text(sheets)
    (folder / "key.csv").write_text(key)
    return folder / "sheets.csv", folder / "key.csv"


def test_sheets_are_taken_in_and_scored_by_the_groups_own_scale(
    competition: str, tmp_path: Path
) -> None:
    codes = [code for _, code in admitted(competition, 3)]
    rows = "".join(f"{code},{n},2,3\n" for code, n in zip(codes, (1, 2, 1), strict=True))
    sheets, key = files(tmp_path, f"who,q1,q2,q3\n{rows}")
    code, said = run(
        sheets, key, "--competition", competition, "--person-column", "who", "--no-score"
    )
    assert (code, said[0]["sheets"], said[0]["items"]) == (0, 3, 3)
    assert ExaminationStanding.objects.filter(sitting="submitted").count() == 3


def test_a_fault_stops_the_whole_file_and_is_named(competition: str, tmp_path: Path) -> None:
    sheets, key = files(tmp_path, "q1,q2,q3\n1,2,3\n1,7,3\n")
    code, said = run(sheets, key, "--competition", competition)
    assert code == 3
    assert [(s["row"], s["column"], s["code"]) for s in said] == [(3, "q2", "unknown_answer")]
    assert Answer.objects.count() == 0


def test_more_sheets_than_people_who_wait_are_refused(competition: str, tmp_path: Path) -> None:
    sheets, key = files(tmp_path, "q1,q2,q3\n1,2,3\n")
    code, said = run(sheets, key, "--competition", competition)
    assert (code, said[0]["refused"]) == (3, "too_few_candidates")


def test_a_dry_run_checks_and_takes_nothing_in(competition: str, tmp_path: Path) -> None:
    admitted(competition, 1)
    sheets, key = files(tmp_path, "q1,q2,q3\n1,2,3\n")
    code, said = run(sheets, key, "--competition", competition, "--dry-run")
    assert (code, said) == (0, [{"checked": 1, "faults": 0, "items": 3}])
    assert Answer.objects.count() == 0


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("name", "people", "more", "omitted"),
    [("sat12", 600, (), "8"), ("hci", 651, ("--options", "A,B,C,D,E"), "NA")],
)
def test_real_answer_sheets_are_read_shared_out_scored_and_carried_on(
    oracles: Path | None,
    competition: str,
    name: str,
    people: int,
    more: tuple[str, ...],
    omitted: str,
) -> None:
    if oracles is None:
        return
    admitted(competition, people)
    code, said = run(
        oracles / f"{name}_raw.csv",
        oracles / f"{name}_key.csv",
        "--competition",
        competition,
        "--omitted",
        omitted,
        "--share-out",
        "--reference",
        *more,
    )
    assert code == 0, said
    assert said[0]["sheets"] == people
    assert said[-1]["scored"] == people
    assert ExaminationStanding.objects.filter(scored=True).count() == people
