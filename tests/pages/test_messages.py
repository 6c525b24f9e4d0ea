"""Message files: whole, and with the same blanks to fill in as the English sentence."""

import re
from pathlib import Path

import polib
import pytest
from tests.pages.spoken import Key, spoken

SOURCE = Path(__file__).resolve().parents[2] / "src" / "concours"
FILES = sorted(SOURCE.glob("*/locale/*/LC_MESSAGES/django.po"))
LANGUAGES = {
    **dict.fromkeys(("examroom", "pages", "portal", "site"), ("es", "ar")),
    "board": ("es",),
}
"""The languages of each room beside English; the board's pages speak Spanish."""
BLANK = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def name(path: Path) -> str:
    return f"{path.parents[3].name}-{path.parents[1].name}"


def translations(entry: polib.POEntry) -> list[str]:
    """All that stands in place of one English sentence, in each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_sentence_is_translated_and_none_is_a_guess(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not all(translations(entry))] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_translation_fills_in_the_same_blanks(path: Path) -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(path))
        if not entry.msgid_plural and blanks(entry.msgstr) != blanks(entry.msgid)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_plural_may_leave_its_number_out_but_fills_in_no_other_blank(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)):
        if entry.msgid_plural:
            forms = translations(entry)
            wanted = blanks(entry.msgid_plural)
            if blanks(forms[-1]) != wanted or any(blanks(form) - wanted for form in forms):
                wrong.append(entry.msgid)
    assert wrong == []


def blanks(words: str) -> set[str]:
    """The blanks of a sentence that are filled in when it is shown."""
    return set(BLANK.findall(words))


def test_the_frame_the_candidates_pages_signing_in_and_the_exam_room_speak_both_languages() -> None:
    assert {name(path) for path in FILES} == {
        f"{room}-{code}" for room, codes in LANGUAGES.items() for code in codes
    }


@pytest.mark.parametrize(
    ("room", "code"), [(room, code) for room, codes in LANGUAGES.items() for code in codes]
)
def test_a_message_file_holds_every_sentence_its_room_says_and_no_other(
    room: str, code: str
) -> None:
    said, kept = spoken(room), {key(entry) for entry in catalogue(room, code)}
    assert (said - kept, kept - said) == (set(), set())


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_message_file_keeps_a_sentence_twice_or_one_that_is_commented_out(path: Path) -> None:
    entries = polib.pofile(str(path))
    keys = [key(entry) for entry in entries]
    assert (len(keys) - len(set(keys)), entries.obsolete_entries()) == (0, [])


def catalogue(room: str, code: str) -> polib.POFile:
    return polib.pofile(str(SOURCE / room / "locale" / code / "LC_MESSAGES" / "django.po"))


def key(entry: polib.POEntry) -> Key:
    """What gettext looks a sentence up by."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural
