"""What an entry says was decided is read in the reader's language."""

from django.utils import translation

from concours.pages.wording.entries import ENTRIES
from concours.pages.words import spoken
from concours.selection import competition_folds
from concours.selection.steps import WORDS


def test_the_message_files_are_offered_every_sentence_of_an_entry_and_no_other() -> None:
    said = {*WORDS.values(), *competition_folds.KINDS.values()}
    assert (said - set(ENTRIES), set(ENTRIES) - said, len(ENTRIES)) == (set(), set(), len(said))


def test_an_entry_a_step_and_a_question_are_read_in_spanish_and_arabic() -> None:
    texts = ("A seat was reserved.", "Oral assessment", "What score passes?", "")
    found = {}
    for code in ("en", "es", "ar"):
        with translation.override(code):
            found[code] = tuple(spoken(text) for text in texts)
    assert found == {
        "en": texts,
        "es": ("Se reservó una plaza.", "Evaluación oral", "¿Con qué puntuación se aprueba?", ""),
        "ar": ("حُجز مقعد.", "التقييم الشفوي", "ما درجة النجاح؟", ""),
    }
