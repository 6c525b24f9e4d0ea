"""The demonstration bank: items written for this project, read from the process's folder and checked.

One file for each subject in the rulebooks' `<process>/bank/`: `<section>/<subject>.toml`.
Reading is strict: an unknown key, a subject that is not published, a second item of
a name or a fault of an item stops it, with the file and the item named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources.abc import Traversable

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.edition import Edition, rulebooks
from concours.policy.subject_list import SubjectList, require_subject
from concours.selection.item_content import (
    LETTERS,
    ItemContent,
    faults_of,
    require_name,
    squeezed,
)

STEM_LENGTH, OPTION_LENGTH, RATIONALE_LENGTH, STIMULUS_LENGTH = (
    (20, 700),
    (1, 220),
    (40, 900),
    (80, 2_400),
)
FORBIDDEN = ("all of the above", "none of the above", "all of these", "none of these", "both a and")
OPTIONS = 4
SCALE_OPTIONS = (4, 5)


class StimulusText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A passage several items share."""

    id: str
    title: str
    text: str


class ItemText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item as written. ``fixed`` keeps its options in their order: a scale."""

    id: str
    subtopic: str
    stem: str
    options: list[str]
    key: str
    rationale: str
    level: str
    stimulus: str = ""
    fixed: bool = False
    enemies: list[str] = []


class PromptText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One essay prompt; the rationale says what a good answer shows."""

    id: str
    subtopic: str
    prompt: str
    rationale: str


class SubjectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the bank."""

    author: str
    reviewer: str
    stimuli: list[StimulusText] = []
    items: list[ItemText] = []
    prompts: list[PromptText] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One item of the demonstration bank: its name, who wrote and who read it, what it says."""

    name: str
    author: str
    reviewer: str
    content: ItemContent


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStimulus:
    """One passage of the demonstration bank."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBank:
    """Everything written so far, in the order of sections, files and items."""

    stimuli: tuple[DemoStimulus, ...]
    items: tuple[DemoItem, ...]

    def of(self, section: str) -> tuple[DemoItem, ...]:
        """The items of one section."""
        return tuple(item for item in self.items if item.content.section == section)


def load_bank(edition: Edition, *, step: str, folder: Traversable | None = None) -> DemoBank:
    """Read and check the whole bank. Raises BadInput with file, item and remedy."""
    root = folder or rulebooks().joinpath(edition.process, "bank")
    stimuli: dict[str, DemoStimulus] = {}
    items: dict[str, DemoItem] = {}
    asked: dict[str, str] = {}
    for section, path in _files(root):
        subjects = edition.value(f"{step}.subjects_{section}", SubjectList)
        subject = path.name.removesuffix(".toml")
        text = _read(path)
        where = f"{section}/{path.name}"
        for stimulus in text.stimuli:
            _once(stimuli, stimulus.id, where)
            _length(where, stimulus.id, "text", stimulus.text, STIMULUS_LENGTH)
            stimuli[stimulus.id] = DemoStimulus(
                name=stimulus.id, title=stimulus.title, text=_markup(stimulus.text)
            )
        for name, content in _contents(where, section, subject, text):
            _once(items, name, where)
            require_subject(subjects, subject=subject, subtopic=content.subtopic)
            _check(where, name, content)
            if content.stimulus and content.stimulus not in stimuli:
                raise _bad(where, name, "stimulus", "names no stimulus of the bank")
            question = f"{content.stimulus}/{squeezed(content.stem)}/{_right(content)}"
            if (other := asked.setdefault(question, name)) != name:
                raise _bad(where, name, "stem", f"asks the same as {other}")
            items[name] = DemoItem(
                name=name, author=text.author, reviewer=text.reviewer, content=content
            )
    _check_enemies(items)
    return DemoBank(stimuli=tuple(stimuli.values()), items=tuple(items.values()))


def _files(root: Traversable) -> Iterator[tuple[str, Traversable]]:
    if not root.is_dir():
        return
    for section in sorted(root.iterdir(), key=lambda found: found.name):
        if section.is_dir():
            for path in sorted(section.iterdir(), key=lambda found: found.name):
                if path.name.endswith(".toml"):
                    yield section.name, path


def _read(path: Traversable) -> SubjectFile:
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=SubjectFile)
    except msgspec.DecodeError as error:
        raise BadInput(
            "bank_file_wrong", remedy=f"{path.name}: {error}.", field=path.name
        ) from error
    if found.author == found.reviewer or not found.author or not found.reviewer:
        raise _bad(path.name, "file", "reviewer", "must be another person than the author")
    return found


def _contents(
    where: str, section: str, subject: str, text: SubjectFile
) -> Iterator[tuple[str, ItemContent]]:
    for item in text.items:
        options = tuple(
            (LETTERS[place], _markup(words)) for place, words in enumerate(item.options[:8])
        )
        yield (
            item.id,
            ItemContent(
                section=section,
                subject=subject,
                subtopic=item.subtopic,
                kind="choice",
                stem=_markup(item.stem),
                options=options,
                key=(item.key,),
                rationale=_markup(item.rationale),
                stimulus=item.stimulus,
                shuffle=not item.fixed,
                level=item.level,
                enemies=tuple(item.enemies),
            ),
        )
    for prompt in text.prompts:
        yield (
            prompt.id,
            ItemContent(
                section=section,
                subject=subject,
                subtopic=prompt.subtopic,
                kind="text",
                stem=_markup(prompt.prompt),
                rationale=_markup(prompt.rationale),
            ),
        )


def _check(where: str, name: str, content: ItemContent) -> None:
    require_name(name)
    for field, _, remedy in faults_of(content):
        raise _bad(where, name, field, remedy)
    _length(where, name, "stem", content.stem, STEM_LENGTH)
    _length(where, name, "rationale", content.rationale, RATIONALE_LENGTH)
    if content.kind != "choice":
        return
    if not content.level:
        raise _bad(where, name, "level", "must be easy, medium or hard")
    allowed = (OPTIONS,) if content.shuffle else SCALE_OPTIONS
    if len(content.options) not in allowed:
        raise _bad(where, name, "options", f"must be {' or '.join(map(str, allowed))}")
    for letter, words in content.options:
        _length(where, name, f"option {letter}", words, OPTION_LENGTH)
        if any(phrase in squeezed(words) for phrase in FORBIDDEN):
            raise _bad(where, name, f"option {letter}", "may not point to other options")


def _check_enemies(items: dict[str, DemoItem]) -> None:
    for name, item in items.items():
        for enemy in item.content.enemies:
            if enemy not in items or enemy == name:
                raise _bad(item.content.section, name, "enemies", f"{enemy} is no other item")


def _markup(text: str) -> str:
    """Plain text as markup: paragraphs where a blank line parts them, marks escaped."""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    plain = [escape(part, quote=False) for part in parts if part]
    return plain[0] if len(plain) == 1 else "".join(f"<p>{part}</p>" for part in plain)


def _right(content: ItemContent) -> str:
    words = dict(content.options)
    return "/".join(squeezed(words[letter]) for letter in content.key if letter in words)


def _once(known: object, name: str, where: str) -> None:
    if name in known:  # type: ignore[operator]
        raise _bad(where, name, "id", "is the id of another entry")


def _length(where: str, name: str, field: str, text: str, bounds: tuple[int, int]) -> None:
    if not bounds[0] <= len(text) <= bounds[1]:
        raise _bad(
            where, name, field, f"must have {bounds[0]} to {bounds[1]} characters, has {len(text)}"
        )


def _bad(where: str, name: str, field: str, what: str) -> BadInput:
    return BadInput(
        "bank_item_wrong", remedy=f"{where}, {name}: {field}: {what}.", field=f"{name}.{field}"
    )
