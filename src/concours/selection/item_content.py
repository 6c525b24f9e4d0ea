"""What an item says: its text, options and key, and the checks any item must stand.

Text is plain or in the small safe markup of `services.items.markup`; nothing here
draws it. Two items are enemies when one gives the other away; a stimulus is shared
by its code.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from concours.kernel.errors import BadInput
from concours.ledger.canonical import canonical
from concours.ledger.draft import Json

KINDS = ("choice", "multiple", "text")
"""One right answer, several, or writing."""

LEVELS = ("", "easy", "medium", "hard")
"""How hard the author expects it to be; used only until figures are known."""

LETTERS = "ABCDEFGH"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
STEM_LIMIT, OPTION_LIMIT, RATIONALE_LIMIT = 6_000, 600, 3_000
MOST_ENEMIES = 50
TAG = re.compile(r"<[^>]*>")
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """One version of an item. ``options`` are (letter, text); ``key`` holds letters in order.

    ``shuffle`` False keeps the options in their order (a scale); ``stimulus`` and
    ``enemies`` are names of a stimulus and of other items.
    """

    section: str
    subject: str
    subtopic: str
    kind: str
    stem: str
    options: tuple[tuple[str, str], ...] = ()
    key: tuple[str, ...] = ()
    rationale: str = ""
    stimulus: str = ""
    shuffle: bool = True
    level: str = ""
    enemies: tuple[str, ...] = field(default=())

    def plain(self) -> dict[str, Json]:
        """The content as it is stored, digested and written to files."""
        return {
            "section": self.section,
            "subject": self.subject,
            "subtopic": self.subtopic,
            "kind": self.kind,
            "stem": self.stem,
            "options": [[letter, text] for letter, text in self.options],
            "key": list(self.key),
            "rationale": self.rationale,
            "stimulus": self.stimulus,
            "shuffle": self.shuffle,
            "level": self.level,
            "enemies": sorted(set(self.enemies)),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content: what a history and a form commit to."""
        return hashlib.sha256(canonical(self.plain()).encode()).hexdigest()

    @property
    def words(self) -> int:
        """Words a candidate reads: stem and options, without a shared stimulus."""
        return sum(count_words(text) for text in (self.stem, *(t for _, t in self.options)))


def read_content(plain: dict[str, Json]) -> ItemContent:
    """Content as it was stored."""
    options: list[list[str]] = plain["options"]  # type: ignore[assignment]
    key: list[str] = plain["key"]  # type: ignore[assignment]
    enemies: list[str] = plain.get("enemies", [])  # type: ignore[assignment]
    return ItemContent(
        section=str(plain["section"]),
        subject=str(plain["subject"]),
        subtopic=str(plain["subtopic"]),
        kind=str(plain["kind"]),
        stem=str(plain["stem"]),
        options=tuple((letter, text) for letter, text in options),
        key=tuple(key),
        rationale=str(plain.get("rationale", "")),
        stimulus=str(plain.get("stimulus", "")),
        shuffle=bool(plain.get("shuffle", True)),
        level=str(plain.get("level", "")),
        enemies=tuple(sorted(set(enemies))),
    )


def plain_text(markup: str) -> str:
    """The words of a markup, without its tags; blocks are parted by a blank line."""
    parted = re.sub(r"</(?:p|li|tr|blockquote|pre|ul|ol|table)>", "\n\n", markup)
    text = TAG.sub("", parted.replace("<br/>", "\n"))
    for entity, char in ENTITIES.items():
        if entity != "&amp;":
            text = text.replace(entity, char)
    return re.sub(r"\n{3,}", "\n\n", text.replace("&amp;", "&")).strip()


def count_words(markup: str) -> int:
    """How many words a markup holds."""
    return len(plain_text(markup).split())


def squeezed(markup: str) -> str:
    """Text for comparing: words in lower case, parted by single spaces."""
    return " ".join(plain_text(markup).casefold().split())


def faults_of(content: ItemContent) -> Iterator[tuple[str, str, str]]:
    """Every fault of an item as (field, code, remedy); none means it may stand in the bank."""
    if content.kind not in KINDS:
        yield "kind", "no_such_kind", f"The kind is one of {', '.join(KINDS)}."
        return
    if content.level not in LEVELS:
        yield "level", "no_such_level", "The expected difficulty is easy, medium, hard or empty."
    if not plain_text(content.stem) and "<img" not in content.stem:
        yield "stem", "stem_missing", "Give the item a stem."
    for name, text, limit in (
        ("stem", content.stem, STEM_LIMIT),
        ("rationale", content.rationale, RATIONALE_LIMIT),
        *((f"option {letter}", text, OPTION_LIMIT) for letter, text in content.options),
    ):
        if len(text) > limit:
            yield name, "too_long", f"Keep it to {limit} characters; it has {len(text)}."
    if len(content.enemies) > MOST_ENEMIES:
        yield "enemies", "too_many_enemies", f"An item has at most {MOST_ENEMIES} enemies."
    yield from _option_faults(content)


def _option_faults(content: ItemContent) -> Iterator[tuple[str, str, str]]:
    letters = [letter for letter, _ in content.options]
    if content.kind == "text":
        if content.options or content.key:
            yield (
                "options",
                "options_of_text",
                "An item answered in writing has no options and no key.",
            )
        return
    if letters != list(LETTERS[: len(letters)]) or not 2 <= len(letters) <= len(LETTERS):
        yield (
            "options",
            "options_wrong",
            f"Give 2 to {len(LETTERS)} options, named A, B, C and so on.",
        )
        return
    texts = [squeezed(text) or text for _, text in content.options]
    if "" in texts:
        yield "options", "option_empty", "Every option needs a text."
    if len(set(texts)) != len(texts):
        yield "options", "options_alike", "No two options may say the same."
    if len(set(content.key)) != len(content.key) or not set(content.key) <= set(letters):
        yield "key", "key_unknown", f"The key names options among {', '.join(letters)}, each once."
    elif content.kind == "choice" and len(content.key) != 1:
        yield "key", "one_key", "An item with one right answer has exactly one key."
    elif content.kind == "multiple" and not 1 <= len(content.key) < len(letters):
        yield "key", "some_keys", "Name at least one right option, and leave one wrong."


def require_content(content: ItemContent) -> ItemContent:
    """The content, if it has no fault. Raises BadInput with the first one."""
    for name, code, remedy in faults_of(content):
        raise BadInput(code, remedy=remedy, field=name)
    return content


def require_name(name: str) -> str:
    """An item's name, or a stimulus's. Raises BadInput when it cannot be one."""
    if not NAME.fullmatch(name):
        raise BadInput(
            "bad_item_name",
            remedy="A name has 3 to 40 small letters, digits and dashes, such as jk-econ-001.",
            field="name",
        )
    return name
