"""The runs behind items, dif, equate, raters, impact and standard: files in, a folder out."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from concours.kernel.errors import BadInput
from concours.psychometrics.classical import item_analysis
from concours.services.measurement.again import run_again
from concours.services.measurement.dif_run import DifRequest, run_dif
from concours.services.measurement.equating_run import EquatingRequest, run_equating
from concours.services.measurement.impact_run import ImpactRequest, run_impact
from concours.services.measurement.irt_equating_run import LinkRequest, run_link
from concours.services.measurement.items_run import ItemsRequest, run_items
from concours.services.measurement.raters_run import RatersRequest, run_raters
from concours.services.measurement.reading import digest_of
from concours.services.measurement.standard_run import (
    AngoffRequest,
    BookmarkRequest,
    ContrastRequest,
    run_angoff,
    run_bookmark,
    run_contrast,
)

LETTERS = np.array(["", "A", "B", "C", "D"])


def written(path: Path, header: list[str], rows: list[list[object]]) -> str:
    """A CSV file of these rows; its path."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return str(path)


def rows_of(path: Path) -> list[dict[str, str]]:
    """A written table, row by row."""
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def record_of(folder: Path) -> dict[str, object]:
    """The record of a run."""
    found: dict[str, object] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


def scored(
    persons: int = 300, items: int = 8, seed: int = 1
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Right-or-wrong answers of a one-dimensional test."""
    chance = np.random.default_rng(seed)
    ability = chance.normal(size=(persons, 1))
    share = 1 / (1 + np.exp(np.linspace(-1, 1, items) - ability))
    return (chance.random((persons, items)) < share).astype(np.int64)


def assert_self_contained(folder: Path) -> None:
    """The report loads nothing from elsewhere, every table stands as CSV and as JSON, and the record repeats."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page
    tables = record_of(folder)["tables"]
    assert isinstance(tables, dict)
    for name, digest in tables.items():
        assert digest_of(folder / f"{name}.csv") == digest
        first = (folder / f"{name}.json").read_text(encoding="utf-8").splitlines()[0]
        assert list(json.loads(first)) == list(rows_of(folder / f"{name}.csv")[0])
    again = run_again(folder / "report.json", folder / "again")
    assert {one.table for one in again} == set(tables)
    assert [one.table for one in again if not one.same] == []


def test_answer_sheets_become_an_item_analysis_with_the_wrong_key_named(tmp_path: Path) -> None:
    right = scored()
    chance = np.random.default_rng(2)
    options = np.where(right == 1, 1, chance.integers(2, 5, right.shape))
    rows: list[list[object]] = [[f"p{n}", *LETTERS[row]] for n, row in enumerate(options)]
    rows[0][1] = "x"
    rows[1][1] = ""
    items = [f"q{j}" for j in range(8)]
    answers = written(tmp_path / "answers.csv", ["person", *items], rows)
    wrong = ["A"] * 8
    wrong[3] = "C"
    key = written(
        tmp_path / "key.csv", ["item", "key"], [[n, k] for n, k in zip(items, wrong, strict=True)]
    )
    found = run_items(
        ItemsRequest(answers, key=key, leave_out=("person",), omitted=("x",)), tmp_path / "out"
    )
    assert found.presented.tolist() == [299, *[300] * 7]
    assert_self_contained(tmp_path / "out")
    record = record_of(tmp_path / "out")
    said = "Option A goes with high scores more than the key, option C; check the key."
    assert record["warnings"] == [
        {"code": "key_suspect", "text": said, "where": "q3"},
        {
            "code": "pairwise_moments",
            "text": "Answers are missing; covariances are pairwise.",
            "where": "",
        },
        {
            "code": "negative_discrimination",
            "text": "Those with higher scores do worse on this item; check the key.",
            "where": "q3",
        },
    ]
    options_of_q3 = [r for r in rows_of(tmp_path / "out" / "options.csv") if r["item"] == "q3"]
    assert [r["option"] for r in options_of_q3 if r["suspect"]] == ["A"]
    first = rows_of(tmp_path / "out" / "options.csv")[0]
    assert (first["item"], first["option"]) == ("q0", "omitted")


def test_points_are_analysed_as_they_are_and_decisions_at_the_cut_reported(tmp_path: Path) -> None:
    right = scored()
    answers = written(tmp_path / "points.csv", [f"q{j}" for j in range(8)], right.tolist())
    found = run_items(ItemsRequest(answers, cuts=(4.0, 6.0)), tmp_path / "out")
    assert found.reliability.alpha == item_analysis(right).reliability.alpha
    agreement = rows_of(tmp_path / "out" / "agreement.csv")
    assert [r["this_form"] for r in agreement] == ["below 4", "from 4", "from 6"]
    total = sum(float(v) for r in agreement for name, v in r.items() if name != "this_form")
    assert total == pytest.approx(1)


def test_a_cell_that_is_no_answer_is_named_by_row_and_column(tmp_path: Path) -> None:
    answers = written(tmp_path / "bad.csv", ["a", "b"], [[1, 0], [0, 1], ["one", 0]])
    with pytest.raises(BadInput) as refused:
        run_items(ItemsRequest(answers), tmp_path / "out")
    assert refused.value.field == "row 3, column a"
    assert not (tmp_path / "out").exists()


def test_the_item_that_favours_a_group_is_named(tmp_path: Path) -> None:
    right = scored(persons=1200)
    focal = np.arange(1200) % 2 == 0
    right[focal, 2] &= np.random.default_rng(5).random(600) < 0.5
    rows: list[list[object]] = [
        [*row, "f" if g else "r"] for row, g in zip(right.tolist(), focal, strict=True)
    ]
    rows += [[*row, "other"] for row in right[:50].tolist()]
    answers = written(tmp_path / "answers.csv", [*(f"q{j}" for j in range(8)), "group"], rows)
    request = DifRequest(answers, group="group", focal="f", reference="r", irt="2pl")
    found = run_dif(request, tmp_path / "out")
    compared = rows_of(tmp_path / "out" / "irt.csv")
    assert [r["item"] for r in compared if r["in_anchor"] == "no"] == ["q2"]
    assert np.flatnonzero(found.ets == "C").tolist() == [2]
    table = rows_of(tmp_path / "out" / "mantel_haenszel.csv")
    assert [r["item"] for r in table if r["class"] == "C"] == ["q2"]
    assert record_of(tmp_path / "out")["summary"]["large against the focal group"] == "q2"  # type: ignore[index]
    assert_self_contained(tmp_path / "out")
    with pytest.raises(BadInput, match="the codes are f, other, r"):
        run_dif(DifRequest(answers, group="group", focal="z"), tmp_path / "never")


def test_scores_and_counts_of_scores_are_equated_alike(tmp_path: Path) -> None:
    x, y = scored(seed=1).sum(axis=1), scored(seed=2).sum(axis=1)
    people = [
        written(tmp_path / f"{n}.csv", ["score"], [[v] for v in s]) for n, s in (("x", x), ("y", y))
    ]
    counted = [
        written(
            tmp_path / f"{n}_counts.csv",
            ["score", "n"],
            [[v, int((s == v).sum())] for v in range(9)],
        )
        for n, s in (("x", x), ("y", y))
    ]
    one = run_equating(EquatingRequest(people[0], people[1], highest=8), tmp_path / "one")
    two = run_equating(
        EquatingRequest(counted[0], counted[1], count="n", highest=8), tmp_path / "two"
    )
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.equated, b.equated)
    assert [m.method for m in one] == [
        "mean",
        "linear",
        "equipercentile",
        "equipercentile_smoothed",
        "kernel",
    ]
    assert_self_contained(tmp_path / "one")


def test_an_anchor_makes_it_the_other_design_and_a_seed_repeats_the_bootstrap(
    tmp_path: Path,
) -> None:
    files = []
    for n, seed in (("x", 1), ("y", 2)):
        right = scored(seed=seed)
        rows: list[list[object]] = [[int(r.sum()), int(r[:3].sum())] for r in right]
        files.append(written(tmp_path / f"{n}.csv", ["score", "common"], rows))
    request = EquatingRequest(
        files[0],
        files[1],
        methods=("tucker",),
        anchor="common",
        highest=8,
        anchor_highest=3,
        bootstrap=40,
        seed=9,
    )
    one = run_equating(request, tmp_path / "one")
    two = run_equating(request, tmp_path / "two")
    np.testing.assert_array_equal(one[0].error, two[0].error)
    assert one[0].error.min() > 0
    with pytest.raises(BadInput, match="unknown_method"):
        run_equating(
            EquatingRequest(files[0], files[1], methods=("tucker",), highest=8), tmp_path / "never"
        )


def test_two_calibrations_are_linked_by_the_names_they_share(tmp_path: Path) -> None:
    header = ["item", "model", "a", "b", "c"]
    common = [[f"c{j}", "2pl", 1.0, b, 0] for j, b in enumerate(np.linspace(-1, 1, 6))]
    moved = [[n, m, a / 1.25, 1.25 * b + 0.5, c] for n, m, a, b, c in common]
    x = written(tmp_path / "x.csv", header, [*common, ["x1", "2pl", 1.2, 0.3, 0]])
    y = written(tmp_path / "y.csv", header, [*moved, ["y1", "2pl", 0.9, -0.3, 0]])
    found = run_link(LinkRequest(x, y), tmp_path / "out")
    assert found.link is not None
    assert (found.link.slope, found.link.shift) == pytest.approx((1.25, 0.5), abs=1e-6)
    placed = {r["item"]: r for r in rows_of(tmp_path / "out" / "parameters.csv")}
    assert float(placed["x1"]["b"]) == pytest.approx(1.25 * 0.3 + 0.5)
    assert_self_contained(tmp_path / "out")
    with pytest.raises(BadInput, match="no_common_items"):
        run_link(
            LinkRequest(x, written(tmp_path / "z.csv", header, [["z", "2pl", 1, 0, 0]])),
            tmp_path / "no",
        )


def test_ratings_become_severities_agreement_and_a_decision_study(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    rows: list[list[object]] = []
    for person in range(150):
        ability = chance.normal()
        for rater in chance.permutation(4)[:2]:
            marks = np.clip(
                np.round(ability + 2 - 0.6 * (rater - 1.5) + chance.normal(0, 0.7, 2)), 0, 4
            )
            rows.append([f"p{person}", f"r{rater}", *marks.astype(int)])
    rows[5][3] = ""
    ratings = written(tmp_path / "ratings.csv", ["person", "rater", "form", "content"], rows)
    found = run_raters(RatersRequest(ratings, "person", "rater"), tmp_path / "out")
    assert (np.diff(found.facets[0].severity) > 0).all()
    severities = rows_of(tmp_path / "out" / "rater.csv")
    assert [r["rater"] for r in severities] == ["r0", "r1", "r2", "r3"]
    assert sum(int(r["scores"]) for r in severities) == 599
    dependable = [float(r["dependability"]) for r in rows_of(tmp_path / "out" / "designs.csv")]
    assert dependable == sorted(dependable)
    assert len(rows_of(tmp_path / "out" / "agreement.csv")) == 6
    assert_self_contained(tmp_path / "out")


def test_a_small_group_is_nowhere_in_the_report_of_selection_rates(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", 70 + n % 40] for n in range(200)]
    rows += [["b", 60 + n % 40] for n in range(100)] + [["c", 50 + n % 40] for n in range(60)]
    rows += [["tiny", 99] for _ in range(7)] + [["small", 98] for _ in range(8)]
    persons = written(tmp_path / "persons.csv", ["group", "score"], rows)
    (found,) = run_impact(
        ImpactRequest(persons, "group", score="score", cuts=(90.0,)), tmp_path / "out"
    )
    assert found.suppressed == ("small", "tiny")
    table = {r["group"]: r for r in rows_of(tmp_path / "out" / "impact_1.csv")}
    for name in ("tiny", "small"):
        shown = {k: v for k, v in table[name].items() if v}
        assert shown == {"group": name, "below_four_fifths": "not shown"}
    assert float(table["b"]["ratio"]) == pytest.approx((20 + 0) / 100 / (100 / 200), rel=0.3)
    assert_self_contained(tmp_path / "out")
    with pytest.raises(BadInput, match="score_or_selected"):
        run_impact(ImpactRequest(persons, "group"), tmp_path / "never")


def test_cuts_are_set_by_each_of_three_methods(tmp_path: Path) -> None:
    judges = written(
        tmp_path / "judges.csv",
        ["judge", "i", "j"],
        [["J1", 50, 60], ["J2", 70, 60], ["J3", 60, 60]],
    )
    cut = run_angoff(AngoffRequest(judges, highest=100), tmp_path / "angoff")
    assert cut.cut == pytest.approx(120)
    parameters = written(
        tmp_path / "items.csv",
        ["item", "model", "a", "b"],
        [["u", "2pl", 1, -1], ["v", "2pl", 1, 1]],
    )
    pages = written(tmp_path / "pages.csv", ["judge", "page"], [["J1", 2], ["J2", 3], ["J3", 2]])
    marked = run_bookmark(BookmarkRequest(parameters, pages), tmp_path / "bookmark")
    assert marked.cut == pytest.approx(-1 + np.log(2))
    chance = np.random.default_rng(4)
    rows: list[list[object]] = [
        [round(chance.normal(40 + 10 * k, 6), 1), "yes" if k else "no"] for k in [0, 1] * 100
    ]
    persons = written(tmp_path / "persons.csv", ["score", "competent"], rows)
    assert run_contrast(ContrastRequest(persons), tmp_path / "contrast").cut == pytest.approx(
        45, abs=2
    )
    for name in ("angoff", "bookmark", "contrast"):
        assert_self_contained(tmp_path / name)
    bad = written(tmp_path / "bad.csv", ["score", "competent"], [[1, "maybe"]])
    with pytest.raises(BadInput) as refused:
        run_contrast(ContrastRequest(bad), tmp_path / "never")
    assert refused.value.field == "row 1, column competent"
