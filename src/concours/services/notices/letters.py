"""Letters: dated texts in each language, chosen by what was decided.

A letter says what happened, why (rule and citation), what happens next and by
when. Texts stand in TOML beside this module; a later text never changes what
was already sent, as each notice keeps the version it was written with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from string import Formatter

import msgspec

from concours.kernel.errors import BadInput

LANGUAGES = ("en", "es", "ar")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A letter in one language: its subject and its paragraphs."""

    subject: str
    body: list[str]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dated text. ``when`` must all equal the entry's body; the first that fits is taken."""

    since: date
    en: Words
    es: Words
    ar: Words
    when: dict[str, object] = {}


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template: its id, how long it is held before sending, and its texts."""

    id: str
    hold_minutes: int
    texts: list[Text]


class Shelf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One TOML file of letters."""

    letters: list[Letter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter as this person gets it, with the version it was written from."""

    template: str
    version: str
    language: str
    subject: str
    paragraphs: tuple[str, ...]


@cache
def letters() -> Mapping[str, Letter]:
    """Every letter that ships, by id. Raises BadInput naming the file of a bad one."""
    found: dict[str, Letter] = {}
    folder = resources.files("concours.services.notices") / "letters"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            shelf = msgspec.toml.decode(file.read_bytes(), type=Shelf)
        except msgspec.DecodeError as error:
            raise BadInput("bad_letter", remedy=f"letters/{file.name}: {error}") from error
        for letter in shelf.letters:
            if letter.id in found:
                raise BadInput(
                    "bad_letter", remedy=f"letters/{file.name}: {letter.id} stands twice"
                )
            found[letter.id] = letter
    return found


def letter_for(template: str, *, on: date, body: Mapping[str, object]) -> Text:
    """The text in force on a day that fits what was decided.

    Among texts whose ``when`` fits, the one with the most conditions wins, then
    the latest. Raises BadInput when nothing fits: silence would be a mistake.
    """
    letter = letters().get(template)
    fitting = [
        text
        for text in (letter.texts if letter else [])
        if text.since <= on and all(body.get(k) == v for k, v in text.when.items())
    ]
    if not fitting:
        raise BadInput(
            "no_letter", remedy=f"Write a letter {template} in force on {on} for {dict(body)}."
        )
    return max(fitting, key=lambda text: (len(text.when), text.since))


class _Blank(dict[str, str]):
    """Values of a letter; a name the letter's writer got wrong is an error, not a gap."""

    def __missing__(self, key: str) -> str:
        raise BadInput("unknown_placeholder", remedy=f"No value for {{{key}}} in this letter.")


def placeholders(text: Text) -> frozenset[str]:
    """The names a text asks for, over all its languages."""
    parts = [part for words in (text.en, text.es, text.ar) for part in (words.subject, *words.body)]
    return frozenset(
        name for part in parts for _, name, _, _ in Formatter().parse(part) if name is not None
    )


def write(
    template: str, *, language: str, on: date, body: Mapping[str, object], values: Mapping[str, str]
) -> Written:
    """Write one letter. An unknown language is written in English."""
    text = letter_for(template, on=on, body=body)
    words = {"en": text.en, "es": text.es, "ar": text.ar}.get(language, text.en)
    filled = _Blank(values)
    return Written(
        template=template,
        version=text.since.isoformat(),
        language=language if language in LANGUAGES else "en",
        subject=words.subject.format_map(filled),
        paragraphs=tuple(p.format_map(filled) for p in words.body),
    )


def hold_minutes(template: str) -> int:
    """How many minutes of service time a letter waits before it is released."""
    letter = letters().get(template)
    if letter is None:
        raise BadInput("no_letter", remedy=f"There is no letter {template}.")
    return letter.hold_minutes
