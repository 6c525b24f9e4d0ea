"""Every measurement command shows how far it is and the time left, on stderr and nowhere else."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from concours.cli.course import Course, Lines
from concours.cli.main import main
from concours.psychometrics.fitting import Step

ALL_DONE = re.compile(r"100%.*0:00:00")


def run(*words: str) -> int:
    """Run a command; its exit code."""
    try:
        main(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def written(path: Path, header: str, rows: Sequence[Sequence[object]]) -> None:
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answers of 200 persons to six items, two forms' scores, ratings, judgements, parameters."""
    chance = np.random.default_rng(4)
    ability = chance.normal(size=(200, 1))
    right = (chance.random((200, 6)) < 1 / (1 + np.exp(-ability))).astype(int)
    names = ",".join(f"q{j}" for j in range(6))
    written(
        tmp_path / "answers.csv", f"{names},group", [[*r, "fr"[n % 2]] for n, r in enumerate(right)]
    )
    for form in ("x", "y"):
        written(tmp_path / f"{form}.csv", "score", [[v] for v in chance.binomial(8, 0.5, 120)])
    items = [[f"q{j}", "2pl", 1 + j / 10, (j - 2) / 2] for j in range(6)]
    written(tmp_path / "parameters.csv", "item,model,a,b", items)
    ratings = [[p, "abc"[r], chance.integers(0, 3)] for p in range(40) for r in range(3)]
    written(tmp_path / "ratings.csv", "person,rater,content", ratings)
    written(tmp_path / "judges.csv", "judge,i,j", [["A", 0.5, 0.6], ["B", 0.7, 0.6]])
    written(tmp_path / "pages.csv", "judge,page", [["A", 3], ["B", 4]])
    judged = [[s, "yes" if s in (3, 5, 6, 7) else "no"] for s in range(8)]
    written(tmp_path / "judged.csv", "score,competent", judged)
    monkeypatch.chdir(tmp_path)
    return tmp_path


DIF = "dif answers.csv --group group --focal f --out o"
COMMANDS = {
    "items answers.csv --leave-out group --out o": ("reading", "items", "writing"),
    "calibrate answers.csv --leave-out group --out o": (
        "reading",
        "calibrating: pass",
        "standard errors",
        "scores",
        "fit of persons",
        "fit of items",
        "fit of the test",
        "writing",
    ),
    "score answers.csv --leave-out group --parameters parameters.csv --method wle --out o": (
        "reading",
        "scoring",
        "writing",
    ),
    DIF: ("reading groups", "reading", "Mantel-Haenszel", "logistic regression", "writing"),
    f"{DIF} --irt 1pl": (
        "calibrating the reference group: pass",
        "standard errors, reference group",
        "calibrating the focal group: pass",
        "standard errors, focal group",
    ),
    "impact answers.csv --group group --score q0 --cut 1 --out o": ("reading", "cuts", "writing"),
    "equate x.csv y.csv --highest 8 --out o": ("reading form X", "reading form Y", "methods"),
    "equate x.csv y.csv --highest 8 --method mean --bootstrap 20 --out o": ("mean", "methods"),
    "equate parameters.csv parameters.csv --out o": ("mean_sigma", "stocking_lord", "writing"),
    "raters ratings.csv --out o": (
        "reading",
        "rater model: pass",
        "log-likelihood",
        "agreement",
        "writing",
    ),
    "standard angoff judges.csv --out o": ("reading", "writing"),
    "standard bookmark parameters.csv pages.csv --out o": ("reading", "writing"),
    "standard contrast judged.csv --out o": ("reading", "writing"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_on_a_terminal_each_stage_has_a_bar_with_the_time_left(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    assert run(*command.split()) == 0
    shown = capsys.readouterr()
    assert all(json.loads(line) for line in shown.out.splitlines())
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.err).splitlines()
    for stage in COMMANDS[command]:
        bars = [line for line in last if stage in line]
        assert [line for line in bars if ALL_DONE.search(line)], (stage, bars[-3:])


def test_bars_change_no_result_and_stand_beside_a_run_done_again_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*DIF.split()) == 0
    plain = capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert run(*DIF.split()) == 0
    assert capsys.readouterr().out == plain
    assert run("score", "--again", "o/report.json") == 0
    assert "Mantel-Haenszel" in capsys.readouterr().err


def test_in_a_log_long_work_says_a_line_at_a_time_and_short_work_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("items", "answers.csv", "--leave-out", "group", "--out", "o") == 0
    assert capsys.readouterr().err == ""
    tell = Lines(every=0.0).counted("samples")
    for done in (0, 500, 1000):
        tell(done, 1000)
    tell = Lines(every=0.0).counted("persons")
    tell(100, 0)
    tell(300, 0)
    lines = capsys.readouterr().err.splitlines()
    assert [re.sub(r"about \d+\.\d s", "about S s", line) for line in lines] == [
        "samples: 500 of 1,000, about S s left",
        "samples: 1,000 of 1,000, about S s left",
        "persons: 300",
    ]
    assert lines[1].endswith("about 0.0 s left")


def test_in_a_log_every_pass_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Lines().passes("rater model", 1e-6, "log-likelihood")
    tell(Step(1, -1234.5, 1e-1))
    tell(Step(2, -1200.0, 1e-7))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("rater model, pass 1: log-likelihood -1,234.500, change 1.0e-01, about")
    assert second.endswith("log-likelihood -1,200.000, change 1.0e-07, about 0.0 s left")


def test_passes_left_follow_the_pace_of_the_change() -> None:
    course = Course(1e-6)
    assert course.passes_left(Step(1, -1.0, 1.0)) == 10.0
    assert course.passes_left(Step(2, -1.0, 1e-1)) == pytest.approx(5.0)
    assert course.passes_left(Step(3, -1.0, 1e-2)) == pytest.approx(4.0)
    assert course.passes_left(Step(4, -1.0, 1e-7)) == 0.0
