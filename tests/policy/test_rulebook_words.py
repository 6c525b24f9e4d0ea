"""What the rulebooks say to people, in the languages their process ships."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

PROCESS = Path(__file__).resolve().parents[2] / "src/concours/policy/rulebooks/us_foreign_service"
APART = frozenset(
    {"cases", "cite", "sources", "id", "kind", "url", "codes", "extends", "open", "zone"}
    | {"country", "currency", "tables", "centre", "times"}
)
"""What stays as it is written: sources, worked cases, codes, names of places and tables."""
SAID = re.compile(r"[A-Z].*[a-z]|.*[a-z]{2}[;,:]? ")
"""A text for people holds words: two, or one that begins with a capital; codes do not."""
REHEARSAL = PROCESS / "rehearsal.toml"
BOOKS = sorted([*PROCESS.glob("*/*.toml"), PROCESS / "figures.toml"])


def said(value: object) -> Iterator[str]:
    """Every text for people below a value of a rulebook."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in APART:
                yield from said(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner)
    elif isinstance(value, str) and SAID.match(value):
        yield value


def named() -> Iterator[str]:
    """What the rehearsal calls its competition and its centres, and the board's own city."""
    made = tomllib.loads(REHEARSAL.read_text("utf-8"))
    yield made["title"]
    for centre in made["centres"]:
        yield from (centre["name"], centre["city"])
    head = tomllib.loads((PROCESS / "2016" / "edition.toml").read_text("utf-8"))
    yield head["zone"].rsplit("/", 1)[-1].replace("_", " ")


@pytest.mark.parametrize("code", ["es", "ar"])
def test_every_word_of_the_rulebooks_for_people_is_translated_and_no_other(code: str) -> None:
    spoken = {text for book in BOOKS for text in said(tomllib.loads(book.read_text("utf-8")))}
    spoken |= set(named())
    catalogue = polib.pofile(str(PROCESS / "locale" / code / "LC_MESSAGES" / "django.po"))
    kept = {entry.msgid for entry in catalogue if entry.msgstr and not entry.fuzzy}
    assert (spoken - kept, kept - spoken, len(catalogue) - len(kept)) == (set(), set(), 0)
