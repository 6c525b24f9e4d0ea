"""One word for one thing in every language: words the glossary has given up are not used."""

from pathlib import Path

import polib
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "concours"
GIVEN_UP = {"es": ("narraci", "la etapa"), "ar": ("طعن", "مترشح")}
"""Second words for narrative and step, and for appeal and candidate."""


@pytest.mark.parametrize("room", ["examroom", "pages", "portal", "site"])
@pytest.mark.parametrize("code", GIVEN_UP)
def test_no_page_of_a_candidate_uses_a_word_the_glossary_gave_up(room: str, code: str) -> None:
    catalogue = polib.pofile(str(SOURCE / room / "locale" / code / "LC_MESSAGES" / "django.po"))
    texts = [text for e in catalogue for text in (e.msgstr, *e.msgstr_plural.values())]
    assert [t for t in texts if any(word in t.lower() for word in GIVEN_UP[code])] == []


@pytest.mark.parametrize("code", GIVEN_UP)
def test_no_letter_uses_a_word_the_glossary_gave_up(code: str) -> None:
    folder = SOURCE / "services" / "notices" / "letters"
    lines = [line for f in folder.glob("*.toml") for line in f.read_text("utf-8").splitlines()]
    assert [line for line in lines if any(word in line.lower() for word in GIVEN_UP[code])] == []
