"""The commands calibrate and score, run as a user runs them."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from concours.cli.main import main
from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import calibrate
from concours.psychometrics.fit_persons import residual_fit
from concours.psychometrics.information import item_information
from concours.psychometrics.parameters import ItemParameters, item_parameters
from concours.psychometrics.responses import pack
from concours.psychometrics.scoring import score
from concours.psychometrics.sum_scores import category_probabilities
from concours.services.measurement.again import run_again
from concours.services.measurement.calibration_run import CalibrationRequest, model_of_items
from concours.services.measurement.item_file import parameter_table, read_parameters
from concours.services.measurement.report import write_table

ITEMS = 12


def truth() -> ItemParameters:
    generator = np.random.default_rng(1)
    return item_parameters(
        a=generator.lognormal(0, 0.3, ITEMS),
        b=generator.normal(0, 1, ITEMS),
        names=[f"q{j}" for j in range(1, ITEMS + 1)],
    )


def answers(persons: int = 800) -> np.ndarray:
    generator = np.random.default_rng(2)
    theta = generator.normal(size=persons)
    right = np.stack([p[1] for p in category_probabilities(truth(), theta)], axis=1)
    return (generator.random(right.shape) < right).astype(np.int8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of answers, made the working folder."""
    with (tmp_path / "answers.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["who", "site", *truth().names])
        for n, row in enumerate(answers()):
            writer.writerow([f"P{n:04}", "north" if n % 2 else "south", *row])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*line: str) -> int:
    """A command line; returns its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([*line])
    return int(ended.value.code or 0)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as source:
        return list(csv.DictReader(source))


def test_calibrating_writes_what_the_library_finds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("calibrate", "answers.csv", "--id", "who", "--leave-out", "site", "--out", "cal")
    said, progress = capsys.readouterr()
    assert code == 0
    found = calibrate(answers(), items=truth().names)
    summary = json.loads(said)
    assert summary["log_likelihood"] == found.log_likelihood
    assert summary["converged"] is True
    assert progress.count("pass ") == found.iterations
    assert "s left" in progress
    rows = rows_of(folder / "cal" / "parameters.csv")
    assert [row["item"] for row in rows] == list(truth().names)
    assert [float(row["a"]) for row in rows] == found.a.tolist()
    assert found.standard_errors is not None
    assert [float(row["se_b"]) for row in rows] == found.standard_errors.b.tolist()
    page = (folder / "cal" / "report.html").read_text()
    record = json.loads((folder / "cal" / "report.json").read_text())
    assert record["inputs"][0]["sha256"] in page
    assert "src=" not in page
    assert "href=" not in page
    assert page.count("<svg") == 4


def test_scores_are_the_librarys_rounded_once(folder: Path) -> None:
    run("calibrate", "answers.csv", "--id", "who", "--leave-out", "site", "--out", "cal")
    line = ["score", "answers.csv", "--id", "who", "--leave-out", "site"]
    code = run(*line, "--parameters", "cal/parameters.csv", "--out", "scores")
    assert code == 0
    rows = rows_of(folder / "scores" / "scores.csv")
    parameters = read_parameters(folder / "cal" / "parameters.csv")
    expected = score(answers(), parameters)
    assert [row["id"] for row in rows][:2] == ["P0000", "P0001"]
    assert [float(row["theta"]) for row in rows] == expected.theta.tolist()
    for row in rows:
        exact = Decimal(50) + Decimal(10) * Decimal(row["theta"])
        assert abs(Decimal(row["score"]) - exact) <= Decimal("0.005")
        assert Decimal(row["score"]).as_tuple().exponent == -2


@pytest.mark.parametrize("method", ["map", "wle", "sum"])
def test_every_method_can_be_asked_for(folder: Path, method: str) -> None:
    write_table(folder, parameter_table(truth(), None))
    line = ["score", "answers.csv", "--leave-out", "who,site", "--parameters", "parameters.csv"]
    assert run(*line, "--method", method, "--out", "s") == 0
    rows = rows_of(folder / "s" / "scores.csv")
    expected = score(answers(), truth(), method=method)
    np.testing.assert_allclose([float(r["theta"]) for r in rows], expected.theta, atol=1e-9)


def test_doing_it_again_finds_the_same_and_a_changed_table_is_seen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("calibrate", "answers.csv", "--leave-out", "who,site", "--out", "cal")
    line = ["score", "answers.csv", "--leave-out", "who,site", "--parameters"]
    run(*line, "cal/parameters.csv", "--out", "s")
    capsys.readouterr()
    for record in ("cal/report.json", "s/report.json"):
        assert run("score", "--again", record) == 0
        assert all(json.loads(one)["same"] for one in capsys.readouterr().out.splitlines())
    path = folder / "s" / "report.json"
    record_text = json.loads(path.read_text())
    record_text["tables"]["scores"] = "0" * 64
    path.write_text(json.dumps(record_text))
    assert run("score", "--again", "s/report.json") == 3
    (found,) = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert (found["table"], found["same"]) == ("scores", False)


def test_a_changed_or_missing_input_is_refused(folder: Path) -> None:
    run("calibrate", "answers.csv", "--leave-out", "who,site", "--out", "cal")
    path = folder / "answers.csv"
    original = path.read_text()
    path.write_text(original.replace("P0000", "Q0000"))
    with pytest.raises(BadInput) as refused:
        run_again(folder / "cal" / "report.json", folder / "again")
    assert (refused.value.code, refused.value.field) == ("input_changed", "answers.csv")
    path.unlink()
    with pytest.raises(BadInput) as refused:
        run_again(folder / "cal" / "report.json", folder / "again")
    assert refused.value.code == "input_missing"
    with pytest.raises(BadInput) as refused:
        run_again(folder / "cal" / "fit.json", folder / "again")
    assert refused.value.code == "unreadable_record"


def test_groups_models_by_item_and_fixed_items_come_from_files(folder: Path) -> None:
    (folder / "models.csv").write_text(
        "item,model\n" + "".join(f"{n},{'3pl' if n == 'q3' else '2pl'}\n" for n in truth().names)
    )
    write_table(folder, parameter_table(truth().select(["q1", "q2"]), None))
    code = run(
        "calibrate", "answers.csv", "--id", "who", "--group", "site", "--reference", "south",
        "--model", "models.csv", "--fixed", "parameters.csv", "--standard-errors", "none",
        "--out", "cal",
    )  # fmt: skip
    assert code == 0
    rows = rows_of(folder / "cal" / "parameters.csv")
    assert [row["model"] for row in rows[:4]] == ["2pl", "2pl", "3pl", "2pl"]
    assert float(rows[0]["a"]) == pytest.approx(truth().a[0], rel=1e-12)
    groups = rows_of(folder / "cal" / "groups.csv")
    assert [g["group"] for g in groups] == ["south", "north"]


def test_refusals_end_with_one_and_name_the_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("calibrate", "answers.csv", "--out", "cal") == 1
    said = capsys.readouterr().err
    assert "row 1, column who" in said
    assert "P0000" in said
    assert run("score", "answers.csv") == 2
    assert "--parameters" in capsys.readouterr().err


def test_an_item_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("item,model\nq1,2pl\n")
    with pytest.raises(BadInput) as refused:
        model_of_items(str(tmp_path / "m.csv"), ["q1", "q2"])
    assert (refused.value.code, refused.value.field) == ("item_without_model", "q2")


def test_parameters_survive_their_file(tmp_path: Path) -> None:
    mixed = item_parameters(
        a=[1.0, 0.1 + 0.2, 1.3],
        thresholds=[[0.5], [-1.0, 1.0 / 3.0], [0.25]],
        c=[0.0, 0.0, 0.2],
        models=["2pl", "grm", "3pl"],
        names=["x", "y, with a comma", "z"],
    )
    write_table(tmp_path, parameter_table(mixed, None))
    back = read_parameters(tmp_path / "parameters.csv")
    assert back.names == mixed.names
    assert back.models == mixed.models
    assert back.a.tolist() == mixed.a.tolist()
    assert np.nan_to_num(back.thresholds).tolist() == np.nan_to_num(mixed.thresholds).tolist()
    assert back.c.tolist() == mixed.c.tolist()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("item,a\nx,1\n", "wrong_columns"),
        ("item,model,a,b\nx,2pl,one,0\n", "number_unreadable"),
        ("item,model,a,b\nx,2pl,1,\n", "number_missing"),
    ],
)
def test_unreadable_parameters_are_refused(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "p.csv").write_text(content)
    with pytest.raises(BadInput) as refused:
        read_parameters(tmp_path / "p.csv")
    assert refused.value.code == code


def test_a_request_names_its_columns() -> None:
    request = CalibrationRequest("a.csv", id="who", group="site", items=("q1",), lowest=1)
    columns = request.columns()
    assert (columns.id, columns.group, columns.items, columns.lowest) == ("who", "site", ("q1",), 1)


def test_the_page_that_is_published_names_no_person(folder: Path) -> None:
    assert (
        run("calibrate", "answers.csv", "--out", "cal", "--id", "who", "--leave-out", "site") == 0
    )
    line = ("score", "answers.csv", "--id", "who", "--leave-out", "site")
    assert run(*line, "--parameters", "cal/parameters.csv", "--out", "sc") == 0
    for place, table in (("cal", "person_fit"), ("sc", "scores")):
        page = (folder / place / "report.html").read_text()
        assert [n for n in range(len(answers())) if f"P{n:04}" in page] == []
        assert f"one row a person in {table}.csv" in page
        assert [row["id"] for row in rows_of(folder / place / f"{table}.csv")] == [
            f"P{n:04}" for n in range(len(answers()))
        ]


def test_person_fit_and_item_information_are_the_librarys(folder: Path) -> None:
    assert (
        run("calibrate", "answers.csv", "--out", "cal", "--id", "who", "--leave-out", "site") == 0
    )
    parameters = read_parameters(folder / "cal" / "parameters.csv")
    sheet = pack(answers(), items=truth().names)
    fit = residual_fit(sheet, parameters, score(sheet, parameters).theta)
    written = [float(row["lz"]) for row in rows_of(folder / "cal" / "person_fit.csv")]
    np.testing.assert_allclose(written, fit.lz, atol=1e-9)
    rows = rows_of(folder / "cal" / "item_information.csv")
    assert [row["item"] for row in rows] == list(truth().names)
    np.testing.assert_allclose(
        [[float(row["-1"]), float(row["0"]), float(row["+2"])] for row in rows],
        item_information(parameters, [-1.0, 0.0, 2.0]),
        rtol=1e-9,
    )
