"""How long a written answer may be, and how its characters are counted."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class TextLength(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most ``maximum`` characters, counted by ``counted``; words are shown, not limited."""

    maximum: int


def counted(text: str) -> str:
    """The text as it is counted and kept: NFC, line ends as one, white space around it gone."""
    one_ended = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", one_ended).strip()


def characters(text: str) -> int:
    """Unicode code points of the text as counted."""
    return len(counted(text))


def words(text: str) -> int:
    """Runs of characters between white space; for the writer's information only."""
    return len(text.split())


def fits(rule: TextLength, text: str) -> bool:
    """Whether something is written and it is not too long."""
    return 0 < characters(text) <= rule.maximum


def _run(rule: TextLength, given: Mapping[str, Any]) -> Mapping[str, object]:
    text = given["text"] * given.get("times", 1)
    return {"characters": characters(text), "allowed": fits(rule, text)}


def _say(rule: TextLength) -> tuple[str, ...]:
    return (
        f"At most {rule.maximum} characters, with spaces and punctuation.",
        "White space around the text is not counted, a line end counts once; words are not limited.",
    )


KIND = Kind("text_length", TextLength, _run, _say)
