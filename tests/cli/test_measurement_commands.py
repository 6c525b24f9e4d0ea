"""The classical measurement commands as a user types them: results on stdout, refusals on stderr."""

import json
from pathlib import Path

import numpy as np
import pytest

from concours.cli.commands import COMMANDS
from concours.cli.main import main

CLASSICAL = ("items", "dif", "equate", "raters", "impact", "standard")


def answers_in(folder: Path) -> Path:
    """A file of answers of 200 persons to six items, with a group."""
    chance = np.random.default_rng(1)
    right = chance.random((200, 6)) < 0.3 + 0.4 * chance.random((200, 1))
    lines = ["q1,q2,q3,q4,q5,q6,group"]
    lines += [
        ",".join([*("1" if v else "0" for v in row), "fr"[n % 2]]) for n, row in enumerate(right)
    ]
    path = folder / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*words: str) -> int:
    """Run a command; its exit code."""
    try:
        main(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_the_classical_commands_need_no_database() -> None:
    assert [COMMANDS[name].django for name in CLASSICAL] == [False] * 6


def test_a_command_prints_json_lines_and_names_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = answers_in(tmp_path)
    assert run("items", str(answers), "--out", str(tmp_path / "out"), "--leave-out", "group") == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (printed[0]["persons"], printed[0]["items"]) == (200, 6)
    assert printed[-1]["report"] == str(tmp_path / "out" / "report.html")
    assert Path(printed[-1]["record"]).is_file()


def test_a_group_comparison_runs_from_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = (
        "dif",
        str(answers_in(tmp_path)),
        "-o",
        str(tmp_path / "out"),
        "--group",
        "group",
        "--focal",
        "f",
    )
    assert run(*line) == 0
    printed = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert sum(printed[0]["classes"].values()) == 6


def test_a_wrong_group_is_refused_with_the_codes_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = (
        "dif",
        str(answers_in(tmp_path)),
        "-o",
        str(tmp_path / "out"),
        "--group",
        "group",
        "--focal",
        "x",
    )
    assert run(*line) == 1
    caught = capsys.readouterr()
    assert caught.out == ""
    assert "unknown_group" in caught.err
    assert "the codes are f, r" in caught.err


def test_scores_and_parameters_are_not_equated_with_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores, items = tmp_path / "scores.csv", tmp_path / "items.csv"
    scores.write_text("score\n1\n2\n", encoding="utf-8")
    items.write_text("item,model,a,b\nu,2pl,1,0\n", encoding="utf-8")
    assert run("equate", str(scores), str(items), "--out", str(tmp_path / "out")) == 1
    assert "files_differ" in capsys.readouterr().err


def test_a_cut_from_judges_runs_from_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judges = tmp_path / "judges.csv"
    judges.write_text("judge,i,j\nA,0.5,0.6\nB,0.7,0.6\n", encoding="utf-8")
    assert run("standard", "angoff", str(judges), "--out", str(tmp_path / "out")) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["cut"] == pytest.approx(1.2)


def test_parameters_without_a_model_are_asked_for_it_not_for_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "parameters.csv"
    path.write_text("item,a,b\nq1,1.0,0.0\n", encoding="utf-8")
    assert run("equate", str(path), str(path), "--out", str(tmp_path / "out")) == 1
    assert "missing here: model" in capsys.readouterr().err
