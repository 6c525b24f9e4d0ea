"""Vendor sheets become neutral and directionless, or the installer stops."""

import re

import pytest

from concours.cli import stylesheet
from concours.cli.stylesheet import Rewrite, Unexpected, rewrite


def directions(sheet: str) -> str:
    """The sheet after the rewrites of directions, whatever their counts."""
    for name, pattern, put in stylesheet._DIRECTIONS:
        times = len(re.findall(pattern, sheet))
        sheet = rewrite(sheet, [Rewrite(name, pattern, put, times)], name="trial")
    return sheet


@pytest.mark.parametrize(
    ("physical", "logical"),
    [
        (
            ".a{margin-left:1px;padding-right:2px}",
            ".a{margin-inline-start:1px;padding-inline-end:2px}",
        ),
        (".a{border-left:1px solid}", ".a{border-inline-start:1px solid}"),
        (".a{border-right-color:red}", ".a{border-inline-end-color:red}"),
        (".a{left:0;right:auto}", ".a{inset-inline-start:0;inset-inline-end:auto}"),
        (".a{float:left;text-align:right}", ".a{float:inline-start;text-align:end}"),
        (".a{padding:5px 2px 5px 0}", ".a{padding-block:5px 5px;padding-inline:0 2px}"),
        (
            ".a{margin:2px 0 0 2px!important}",
            ".a{margin-block:2px 0!important;margin-inline:2px 0!important}",
        ),
    ],
)
def test_physical_sides_become_logical(physical: str, logical: str) -> None:
    assert directions(physical) == logical


@pytest.mark.parametrize(
    "sheet",
    [".a{padding:1px 2px 3px 2px}", ".left:hover{color:red}", ".a{background-position:left 0}"],
)
def test_what_has_no_side_stays(sheet: str) -> None:
    assert directions(sheet) == sheet


def test_a_rewrite_that_applies_another_number_of_times_stops_the_installer() -> None:
    with pytest.raises(Unexpected) as stopped:
        rewrite("a b a", [Rewrite("the letter", "a", "c", 1)], name="sheet.css")
    assert str(stopped.value) == (
        "sheet.css: the letter was found 2 times, not 1. The package has changed: look at its "
        "release notes, then mend the rewrite and its count."
    )


def test_a_reserved_font_that_is_left_over_stops_the_installer() -> None:
    with pytest.raises(Unexpected, match="GDS Transport"):
        rewrite(".a{font-family:'GDS Transport'}", [], name="sheet.css")
