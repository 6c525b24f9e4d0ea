"""`concours marks`: what it says, and how it refuses."""

import json
from pathlib import Path

import pytest
from tests.cast import given_competition
from tests.services.marks_cast import given_sheets
from typer.testing import CliRunner

from concours.cli.marks import app
from concours.records.models import ExaminationStanding

pytestmark = pytest.mark.django_db
RUN = CliRunner()


def test_responses_are_handed_over_with_their_digests_and_a_wrong_report_is_refused(
    tmp_path: Path,
) -> None:
    people = given_sheets()
    competition = ExaminationStanding.objects.get(file=people[0][1]).competition
    found = RUN.invoke(app, ["hand-over", competition, "--out", str(tmp_path)])
    said = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(one["section"], one["persons"], one["items"]) for one in said] == [
        ("biographic", 24, 4),
        ("english_expression", 24, 4),
        ("job_knowledge", 24, 4),
    ]
    rows = Path(said[2]["responses"]).read_text(encoding="utf-8").splitlines()
    assert rows[0] == "candidacy,job_knowledge0,job_knowledge1,job_knowledge2,job_knowledge3"
    assert sum(int(row.split(",")[1]) for row in rows[1:]) == 8
    checked = RUN.invoke(app, ["key-check", competition])
    assert json.loads(checked.stdout)["suspect"]["job_knowledge"] == 1
    refused = RUN.invoke(app, ["take", competition, f"biographic={tmp_path}"])
    assert (refused.exit_code, json.loads(refused.stdout)["refused"]) == (3, "unreadable_report")


def test_a_competition_without_answers_has_nothing_to_hand_over(tmp_path: Path) -> None:
    found = RUN.invoke(app, ["hand-over", given_competition(), "--out", str(tmp_path)])
    assert (found.exit_code, json.loads(found.stdout)["refused"]) == (3, "nothing_to_hand_over")
