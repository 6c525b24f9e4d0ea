"""One registry: machine code → words in the reader's language."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext

from concours.kernel.errors import Refusal
from concours.pages.wording import (
    application,
    assessment,
    clearance,
    examination,
    findings,
    house,
    items,
    marks,
    narratives,
    register,
    review,
    service,
)
from concours.pages.wording.remedies import translated

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
ROOMS: Mapping[str, Mapping[str, Promise | str]] = {
    "house": house.WORDS,
    "findings": findings.WORDS,
    "application": application.WORDS,
    "examination": examination.WORDS,
    "narratives": narratives.WORDS,
    "assessment": assessment.WORDS,
    "clearance": clearance.WORDS,
    "review": review.WORDS,
    "register": register.WORDS,
    "service": service.WORDS,
    "items": items.WORDS,
    "marks": marks.WORDS,
}
WORDS: Mapping[str, Promise | str] = {
    code: words for room in ROOMS.values() for code, words in room.items()
}


def known(code: str) -> bool:
    """Whether the registry has words for this code."""
    return code in WORDS


def label(code: str) -> str:
    """The words for a code; for a code without words, the code itself made readable.

    What is no code (a sentence, a number) is given back as it is. A code that is
    not in the registry is looked up by its last part too, so that
    "seat.cancelled" may share the words of "cancelled".
    """
    found = WORDS.get(code) or WORDS.get(code.rsplit(".", 1)[-1])
    if found is not None:
        return str(found)
    return spoken(readable(code)) if _CODE.fullmatch(code) else code


def spoken(text: str) -> str:
    """A sentence of the core or of a rulebook, in the reader's language where a file has it."""
    return gettext(text) if text else ""


def readable(code: str) -> str:
    """A code as words: "retake_wait" becomes "Retake wait"."""
    text = code.replace(".", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def remedy_of(refusal: Refusal) -> str:
    """What the person can do, in their language where the catalogue has the sentence."""
    return translated(refusal.remedy) if refusal.remedy else label(refusal.code)
