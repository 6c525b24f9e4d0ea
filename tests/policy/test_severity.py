"""Severity of readers: what least squares says of them, and what a file is given for its own."""

from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from concours.policy.edition import load_edition
from concours.policy.severity import Severity, adjustments, severities

READERS = ("r1", "r2", "r3", "r4", "r5")
RULE = Severity(adjust=True, least_files=1, places=2)
means = st.integers(6, 42).map(lambda total: Fraction(total, 6))


@st.composite
def panels(draw) -> dict[str, dict[str, Fraction]]:
    """Files with two to four readers each."""
    files = {}
    for number in range(draw(st.integers(1, 12))):
        who = draw(st.lists(st.sampled_from(READERS), min_size=2, max_size=4, unique=True))
        files[f"f{number}"] = {reader: draw(means) for reader in who}
    return files


def linked(files: dict[str, dict[str, Fraction]]) -> bool:
    """Whether common files link all the readers."""
    found = set(next(iter(files.values())))
    while True:
        more = {r for some in files.values() if found & set(some) for r in some}
        if more <= found:
            return found == {r for some in files.values() for r in some}
        found |= more


@settings(max_examples=40, deadline=None)
@given(panels())
def test_it_is_what_least_squares_gives(files: dict[str, dict[str, Fraction]]) -> None:
    if not linked(files):
        return
    readers = sorted({r for some in files.values() for r in some})
    rows, right = [], []
    for number, some in enumerate(files.values()):
        for reader, rated in some.items():
            row = np.zeros(len(files) + len(readers))
            row[number], row[len(files) + readers.index(reader)] = 1, -1
            rows.append(row)
            right.append(float(rated))
    found = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0][len(files) :]
    expected = found - found.mean()
    exact = severities(files)
    assert np.allclose([float(exact[r]) for r in readers], expected, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(panels())
def test_severities_add_up_to_zero(files: dict[str, dict[str, Fraction]]) -> None:
    assert sum(severities(files).values()) == 0


@settings(max_examples=40, deadline=None)
@given(panels(), st.integers(-3, 3))
def test_what_a_file_deserves_says_nothing_of_its_readers(
    files: dict[str, dict[str, Fraction]], more: int
) -> None:
    first = next(iter(files))
    raised = files | {first: {reader: rated + more for reader, rated in files[first].items()}}
    assert severities(raised) == severities(files)


@settings(max_examples=40, deadline=None)
@given(panels())
def test_a_reader_a_point_stricter_everywhere_is_found_so_and_given_back(
    files: dict[str, dict[str, Fraction]],
) -> None:
    if not linked(files):
        return
    stricter = {
        file: {r: rated - (r == "r1") for r, rated in some.items()} for file, some in files.items()
    }
    before, after = severities(files), severities(stricter)
    if "r1" in before:
        share = Fraction(1, len(before))
        assert after["r1"] == before["r1"] + 1 - share
        assert all(after[r] == before[r] - share for r in before if r != "r1")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(means, means, means), min_size=1, max_size=9))
def test_where_everybody_reads_every_file_nobody_is_given_anything(
    ratings: list[tuple[Fraction, Fraction, Fraction]],
) -> None:
    files = {f"f{n}": dict(zip(READERS[:3], three, strict=True)) for n, three in enumerate(ratings)}
    assert set(adjustments(RULE, files).values()) == {Decimal("0.00")}


def test_readers_no_file_links_are_not_compared() -> None:
    files = {
        "a": {"r1": Fraction(2), "r2": Fraction(4)},
        "b": {"r3": Fraction(7), "r4": Fraction(6)},
    }
    assert severities(files) == {
        "r1": Fraction(1),
        "r2": Fraction(-1),
        "r3": Fraction(-1, 2),
        "r4": Fraction(1, 2),
    }


def test_a_file_of_one_reader_says_nothing() -> None:
    assert severities({"a": {"r1": Fraction(2)}}) == {"r1": Fraction(0)}


def test_a_rule_that_only_measures_gives_nobody_anything() -> None:
    files = {
        "a": {"r1": Fraction(2), "r2": Fraction(4), "r3": Fraction(4)},
        "b": {"r1": Fraction(1), "r2": Fraction(3)},
    }
    measured = Severity(adjust=False, least_files=1, places=2)
    assert set(adjustments(measured, files).values()) == {Decimal("0.00")}
    assert adjustments(RULE, files)["b"] > 0


def test_every_edition_of_the_process_has_the_rule_or_leaves_it_out_openly() -> None:
    for edition in ("2016", "2018", "2019", "2022", "2024", "2025"):
        rule = load_edition("us_foreign_service", edition).value("narratives.severity", Severity)
        assert (rule.adjust, rule.least_files, rule.places) == (True, 10, 2)
