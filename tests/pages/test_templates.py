"""Rules that every template of the service keeps, whichever room it stands in."""

import re
from pathlib import Path

import pytest
from django.template import engines

from concours.pages.renderer import FormRenderer

SOURCE = Path(__file__).resolve().parents[2] / "src" / "concours"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
PARTS = sorted((SOURCE / "pages/templates/pages/parts").glob("*.html"))
FORMS = sorted((SOURCE / "pages/templates/django/forms").glob("**/*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def offending(pattern: str) -> list[str]:
    """Pages in which the pattern is found; what is made into a PDF is no page."""
    pages = [path for path in TEMPLATES if not path.stem.endswith("_print")]
    return [name(path) for path in pages if re.search(pattern, path.read_text("utf-8"))]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_template_compiles(path: Path) -> None:
    inside = str(path).split("/templates/", 1)[1]
    if path in FORMS:
        FormRenderer().get_template(inside)
    else:
        engines["django"].get_template(inside)


def test_no_template_carries_a_style_or_a_handler_of_its_own() -> None:
    assert offending(r"\sstyle=|<style|\son[a-z]+=\"") == []


def test_a_script_in_a_template_is_a_file_or_carries_the_nonce() -> None:
    assert offending(r"<script(?![^>]*(?:src=|nonce=))") == []


def test_every_shared_part_is_included_with_nothing_but_what_it_is_given() -> None:
    assert offending(r'\{% include "pages/parts/[^%]*(?<! only) %\}') == []


def test_every_shared_part_says_in_its_first_line_what_it_takes() -> None:
    silent = [name(path) for path in PARTS if "{#" not in path.read_text("utf-8").split("\n")[0]]
    assert silent == []


def test_no_template_is_longer_than_a_reader_can_hold() -> None:
    long = [name(path) for path in TEMPLATES if len(path.read_text("utf-8").splitlines()) > 120]
    assert long == []


def test_receipts_are_shown_by_one_part_with_the_signed_head() -> None:
    """Whoever shows a receipt on a page of their own shows it whole, with what it is checked by."""
    shown = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.html")
        if "pages/parts/receipt.html" in file.read_text(encoding="utf-8")
    }
    assert shown == {
        "pages/templates/pages/style_guide/known.html",
        "portal/templates/portal/application/result.html",
        "portal/templates/portal/examination/confirmation.html",
        "portal/templates/portal/examination/confirmation_print.html",
        "portal/templates/portal/narratives/tasks.html",
    }
    for name in shown - {"pages/templates/pages/style_guide/known.html"}:
        assert "head=frame.checkpoint" in (SOURCE / name).read_text(encoding="utf-8")
