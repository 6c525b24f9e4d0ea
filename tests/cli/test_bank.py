"""`concours bank`: a dry run, a faulty file, the round through a file, histories checked."""

import json
from pathlib import Path

import pytest
from tests.services.items.test_exchange import ITEM21
from typer.testing import CliRunner

from concours.cli.bank import app
from concours.records.models import BankAct, BankItem

pytestmark = pytest.mark.django_db
ABOUT = "job_knowledge.economics.markets"


@pytest.fixture(autouse=True)
def rehearsal(settings) -> None:
    settings.REHEARSAL = True


def run(*arguments: str, code: int = 0) -> list[dict]:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, (done.output, done.exception)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_items_come_in_after_a_dry_run_and_go_out_with_their_keys(tmp_path: Path) -> None:
    file, out = tmp_path / "item.xml", tmp_path / "bank.csv"
    file.write_text(ITEM21.replace('<img src="img/m.gif" alt="a curve"/>', ""))
    *lost, dry = run("import", str(file), "--subject", ABOUT, "--dry-run")
    assert (dry["new"], dry["dry_run"], dry["not_kept"]) == (1, True, len(lost))
    assert {line["element"] for line in lost} >= {"modal-feedback", "mapping"}
    assert BankAct.objects.count() == 0
    assert run("import", str(file), "--subject", ABOUT)[-1]["new"] == 1
    assert run("export", str(out), "--format", "csv")[-1]["items"] == 1
    assert out.stat().st_mode & 0o077 == 0
    assert run("import", str(out), "--what", "csv")[-1]["same"] == 1
    figures = tmp_path / "figures.csv"
    figures.write_text("item,presented,difficulty\necon-1,120,0.7\n")
    given = ("--what", "figures", "--administration", "2016-06")
    assert run("import", str(figures), *given)[-1]["figures"] == 1
    assert BankItem.objects.get(pk="econ-1").difficulty == 0.7


def test_a_fault_is_named_by_row_and_column_and_nothing_is_taken_in(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("name,section,subject,subtopic,stem\njk-1,job_knowledge,economics,x,Why?\n")
    (fault,) = run("import", str(file), "--what", "csv", code=3)
    assert (fault["row"], fault["column"], fault["code"]) == (2, "options", "options_wrong")
    (refused,) = run("import", str(file), code=3)
    assert refused["refused"] == "xml_not_well_formed"
    assert BankAct.objects.count() == 0


def test_a_row_that_lies_about_its_history_is_found(tmp_path: Path) -> None:
    file = tmp_path / "item.xml"
    file.write_text(ITEM21)
    run("import", str(file), "--subject", ABOUT)
    assert run("verify") == [{"faults": 0}]
    BankItem.objects.update(state="operational")
    wrong, count = run("verify", code=3)
    assert "econ-1" in wrong["wrong"]
    assert count == {"faults": 1}
