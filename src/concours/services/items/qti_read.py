"""QTI packages in: 3.0, 2.2 and 2.1; what the bank can hold is kept, everything else is named.

The two families of names are read as one: `qti-choice-interaction` and
`choiceInteraction` are both "choice-interaction".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from concours.kernel.errors import BadInput
from concours.selection.item_content import LETTERS, NAME, ItemContent
from concours.services.items.markup import Lost, inner
from concours.services.items.package import Package, open_package
from concours.services.items.parcel import Incoming, IncomingStimulus, Parcel
from concours.services.items.stimuli import drawn_image
from concours.services.items.xml import descendants, local_name, parse

INTERACTION = re.compile(r".*-interaction$")
KNOWN_INTERACTIONS = ("choice-interaction", "extended-text-interaction")
MATCHES = ("match_correct", "map_response")
SILENT = frozenset({"outcome-declaration", "item-body", "response-declaration", "stylesheet"})
ROLES = frozenset({"author", "scorer", "tutor"})
SKIPPED = frozenset(
    {
        "qti-choice-interaction",
        "choiceInteraction",
        "qti-extended-text-interaction",
        "extendedTextInteraction",
        "qti-rubric-block",
        "rubricBlock",
        "qti-prompt",
        "prompt",
    }
)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the manifest says of an item beside its file."""

    about: str
    level: str
    enemies: tuple[str, ...]


def read_qti(data: bytes, *, about: str = "") -> Parcel:
    """Read a package, or one item's XML. ``about`` is section.subject.subtopic for items that say none.

    Raises BadInput for a package or an XML file that cannot be read at all; whatever
    of an item cannot be kept is in the parcel's report.
    """
    parcel = Parcel()
    if data[:2] != b"PK":
        root = parse(data)
        _item(parcel, None, "item.xml", root, _Subject(about, "", ()))
        return parcel
    package = open_package(data)
    root = parse(package.read("imsmanifest.xml"))
    resources = descendants(root, "resource")
    for resource in resources:
        if "stimulus" in (resource.get("type") or ""):
            _stimulus(parcel, package, _href(package, resource))
    for resource in resources:
        kind = resource.get("type") or ""
        if kind.startswith("imsqti_item"):
            path = _href(package, resource)
            found = parse(package.read(path))
            _item(parcel, package, path, found, _subject(resource, about))
        elif kind.startswith(("imsqti_test", "imsqti_section")):
            parcel.lose(resource.get("href") or kind, "assessment-test")
    if not parcel.items and not parcel.report:
        raise BadInput("no_items", remedy="The package's manifest names no QTI item.", field="file")
    return parcel


def name_of(identifier: str) -> str:
    """A bank's name from an identifier of another program."""
    if NAME.fullmatch(identifier):
        return identifier
    plain = re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")[:40].strip("-")
    return plain if len(plain) >= 3 else f"item-{plain or 'x'}"


def canonical_name(node: etree._Element) -> str:
    """The element's name in the spelling both families share."""
    return _kebab(local_name(node))


def _kebab(name: str) -> str:
    plain = re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).lower()
    return plain.removeprefix("qti-")


def _attribute(node: etree._Element, name: str) -> str:
    """An attribute by its shared name; "" where there is none."""
    return next((str(v) for k, v in node.attrib.items() if _kebab(str(k)) == name), "")


def _named(node: etree._Element, *names: str) -> list[etree._Element]:
    """Elements below with these shared names, in the order of the document."""
    return [
        d for d in node.iterdescendants() if isinstance(d.tag, str) and canonical_name(d) in names
    ]


def _href(package: Package, resource: etree._Element) -> str:
    href = resource.get("href") or ""
    path = package.beside("imsmanifest.xml", href)
    if not path:
        raise BadInput("file_missing", remedy=f"The package has no file {href[:80]}.", field="file")
    return path


def _subject(resource: etree._Element, about: str) -> _Subject:
    taxa = [
        (d.text or "").strip()
        for path in descendants(resource, "taxonPath")
        for d in descendants(path, "id")
    ]
    ours = next((taxon for taxon in taxa if taxon.count(".") == 2), about)
    level = next(
        (
            (value.text or "").strip()
            for found in descendants(resource, "difficulty")
            for value in descendants(found, "value")
        ),
        "",
    )
    levels = {"very easy": "easy", "difficult": "hard", "very difficult": "hard"}
    level = levels.get(level, level)
    enemies = [
        (entry.text or "").strip()
        for relation in descendants(resource, "relation")
        if any((v.text or "").strip() == "enemy" for v in descendants(relation, "value"))
        for entry in descendants(relation, "entry")
    ]
    known = level if level in {"easy", "medium", "hard"} else ""
    return _Subject(ours, known, tuple(name_of(enemy) for enemy in enemies))


def _stimulus(parcel: Parcel, package: Package, path: str) -> None:
    root = parse(package.read(path))
    name = name_of(_attribute(root, "identifier") or path)
    lost = Lost()
    bodies = _named(root, "stimulus-body")
    text = "".join(inner(body, lost, _images(parcel, package, path)) for body in bodies)
    _tell(parcel, path, lost)
    title = " ".join((_attribute(root, "title") or name).split())
    parcel.stimuli[name] = IncomingStimulus(place=path, name=name, title=title, text=text)


def _item(
    parcel: Parcel, package: Package | None, path: str, root: etree._Element, subject: _Subject
) -> None:
    if canonical_name(root) != "assessment-item":
        parcel.lose(path, canonical_name(root), "item_left_out")
        return
    asked = [n for n in root.iterdescendants() if _is_interaction(n)]
    body = _named(root, "item-body")
    others = [canonical_name(n) for n in asked if canonical_name(n) not in KNOWN_INTERACTIONS]
    if len(asked) != 1 or others or len(body) != 1:
        why = others[0] if others else f"{len(asked)} interactions"
        parcel.lose(path, why, "item_left_out")
        return
    _tell_unknown(parcel, path, root)
    lost, images = Lost(), _images(parcel, package, path)
    stem = inner(body[0], lost, images, skip=SKIPPED)
    prompts = [inner(p, lost, images) for p in _named(asked[0], "prompt")]
    stem = "".join([stem, *prompts]) if not stem or not prompts else _joined(stem, prompts)
    options, key, shuffle = _answers(parcel, path, root, asked[0], lost, images)
    section, _, rest = subject.about.partition(".")
    topic, _, subtopic = rest.partition(".")
    refs = _named(root, "assessment-stimulus-ref", "stimulus-ref")
    stimulus = name_of(_attribute(refs[0], "identifier")) if refs else ""
    if stimulus and stimulus not in parcel.stimuli:
        parcel.lose(path, f"assessment-stimulus-ref {stimulus}")
        stimulus = ""
    rationale = "".join(
        inner(block, lost, images)
        for block in _named(root, "rubric-block")
        if ROLES & set(_attribute(block, "view").split())
    )
    for block in _named(root, "rubric-block"):
        if not ROLES & set(_attribute(block, "view").split()):
            parcel.lose(path, "rubric-block for candidates")
    _tell(parcel, path, lost)
    parcel.items.append(
        Incoming(
            place=path,
            row=len(parcel.items) + 1,
            name=name_of(_attribute(root, "identifier")),
            content=ItemContent(
                section=section,
                subject=topic,
                subtopic=subtopic,
                kind=_kind(root, asked[0]),
                stem=stem,
                options=options,
                key=key,
                rationale=rationale,
                stimulus=stimulus,
                shuffle=shuffle,
                level=subject.level,
                enemies=subject.enemies,
            ),
        )
    )


def _kind(root: etree._Element, asked: etree._Element) -> str:
    if canonical_name(asked) == "extended-text-interaction":
        return "text"
    declared = _declaration(root, asked)
    return "multiple" if _attribute(declared, "cardinality") == "multiple" else "choice"


def _declaration(root: etree._Element, asked: etree._Element) -> etree._Element:
    wanted = _attribute(asked, "response-identifier")
    declared = _named(root, "response-declaration")
    return next((d for d in declared if _attribute(d, "identifier") == wanted), asked)


def _answers(
    parcel: Parcel,
    path: str,
    root: etree._Element,
    asked: etree._Element,
    lost: Lost,
    images: object,
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], bool]:
    """Options by letter in their order, the key as letters, whether they may be shuffled."""
    if canonical_name(asked) != "choice-interaction":
        return (), (), True
    letters: dict[str, str] = {}
    options: list[tuple[str, str]] = []
    choices = _named(asked, "simple-choice")
    if len(choices) > len(LETTERS):
        parcel.lose(path, "simple-choice", count=len(choices) - len(LETTERS))
    for letter, choice in zip(LETTERS, choices, strict=False):
        letters[_attribute(choice, "identifier")] = letter
        options.append((letter, inner(choice, lost, images)))  # type: ignore[arg-type]
        if _attribute(choice, "fixed") == "true":
            parcel.lose(path, "simple-choice@fixed")
    declared = _declaration(root, asked)
    correct = [
        (v.text or "").strip()
        for found in _named(declared, "correct-response")
        for v in _named(found, "value")
    ]
    for value in correct:
        if value not in letters:
            parcel.lose(path, f"correct-response {value[:40]}")
    key = tuple(sorted({letters[v] for v in correct if v in letters}))
    return tuple(options), key, _attribute(asked, "shuffle") == "true"


def _is_interaction(node: object) -> bool:
    tag = getattr(node, "tag", None)
    return isinstance(tag, str) and bool(INTERACTION.match(canonical_name(node)))


def _tell_unknown(parcel: Parcel, path: str, root: etree._Element) -> None:
    """Name what of an item has no place in the bank: feedback, templates, mappings, own scoring."""
    for node in root:
        name = canonical_name(node) if isinstance(node.tag, str) else ""
        if name == "response-processing":
            template = _attribute(node, "template")
            if not any(match in template for match in MATCHES) or len(node):
                parcel.lose(path, "response-processing")
        elif name and name not in SILENT and not name.endswith("stimulus-ref"):
            parcel.lose(path, name)
    for name in ("mapping", "area-mapping", "template-block", "feedback-block", "feedback-inline"):
        if found := _named(root, name):
            parcel.lose(path, name, count=len(found))


def _images(parcel: Parcel, package: Package | None, path: str):  # type: ignore[no-untyped-def]
    """How an image of this file is found, drawn anew and kept with the parcel."""

    def find(source: str, _words: str) -> str | None:
        target = package.beside(path, source) if package is not None else ""
        if package is None or not target:
            return None
        try:
            digest, drawn = drawn_image(package.read(target))
        except BadInput:
            return None
        parcel.images[digest] = drawn
        return digest

    return find


def _joined(stem: str, prompts: Sequence[str]) -> str:
    parts = [
        part if part.startswith("<p>") else f"<p>{part}</p>" for part in (stem, *prompts) if part
    ]
    return "".join(parts)


def _tell(parcel: Parcel, path: str, lost: Lost) -> None:
    for element, count in sorted(lost.found.items()):
        outcome = "changed" if ", kept as " in element else "left_out"
        parcel.lose(path, element, outcome, count)
