"""Every setting stands in the reference, and the reference is what the code says."""

import re
from pathlib import Path

import pytest

from concours.cli.reference import PAGES
from concours.cli.reference_surroundings import OUTSIDE_SETTINGS
from concours.site import environment

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_every_variable_the_code_names_is_in_the_settings_page() -> None:
    named = {
        name.removesuffix("_FILE")
        for folder in ("src", "tools", "tests", ".ci")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ""} and file.is_file()
        for name in re.findall(r"\bCONCOURS_[A-Z_]+[A-Z]\b", file.read_text(encoding="utf-8"))
    }
    read = {name for name in environment.READ if name.startswith("CONCOURS_")} | set(
        OUTSIDE_SETTINGS
    )
    assert {name for name in named if not name.startswith("CONCOURS_TRIAL")} - read == set()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_reference_page_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]()
