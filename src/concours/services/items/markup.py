"""The safe markup of items: what comes in is reduced to a small set of elements, and named if lost.

Nothing a browser would run or fetch survives: no script, style, handler, link or
address. An image is named by the digest of what the bank holds. Text is drawn by
`pages` exactly as it stands here, so what passes this module is what people see.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from concours.kernel.errors import BadInput
from concours.services.items.xml import local_name, parse

BLOCKS = frozenset(
    {
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
)
INLINE = frozenset({"em", "strong", "u", "sub", "sup", "code", "br"})
ALIASES = {"i": "em", "b": "strong", "h1": "strong", "h2": "strong", "h3": "strong", "h4": "strong"}
BARE = frozenset(
    {"div", "span", "section", "article", "qti-content-body", "content-body", "contentBody"}
)
"""Elements that only group: their content stays, they go without a word."""
DROPPED = frozenset(
    {"script", "style", "object", "iframe", "embed", "svg", "math", "video", "audio"}
)
"""Elements whose content goes with them."""
IMAGE = "img"
MOST_DEEP = 40
BLOCK = re.compile(f"</?(?:{'|'.join(sorted(BLOCKS))})>")
CELL_END = re.compile("</t[hd]>")
BLOCK_END = re.compile("</(?:p|li|blockquote|pre|caption|tr)>")
LAST_BREAKS = re.compile(r"(?:\s|<br/>)+$")
ONE_PARAGRAPH = re.compile("<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold."""


@dataclass(slots=True)
class Lost:
    """What could not be kept: element or attribute, and how often."""

    found: dict[str, int] = field(default_factory=dict)

    def add(self, what: str) -> None:
        """Count one more."""
        self.found[what] = self.found.get(what, 0) + 1


Images = Callable[[str, str], str | None]
"""Given the address and the words for it, the digest of the image in the bank, or None."""


def clean(text: str) -> str:
    """Markup as somebody typed it, reduced to the safe set; plain text is kept as it reads.

    Raises BadInput when it looks like markup and is not well-formed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if UNWRITABLE.search(text):
        raise BadInput(
            "bad_character",
            remedy="Take out the control characters; XML cannot carry them.",
            field="stem",
        )
    if "<" not in text and "&" not in text:
        return escape(text, quote=False)
    try:
        root = parse(f"<x>{text}</x>".encode())
    except BadInput:
        if "<" in text:
            raise BadInput(
                "bad_markup",
                remedy="Close every element, and write &lt; for a plain less-than sign.",
                field="stem",
            ) from None
        return escape(text.strip(), quote=False)
    return inner(root, Lost(), lambda source, _: source if is_digest(source) else None)


def inner(
    node: etree._Element, lost: Lost, images: Images, *, skip: frozenset[str] = frozenset()
) -> str:
    """The safe markup of what stands inside an element. ``skip`` are names the caller reads itself."""
    return "".join(_children(node, lost, images, skip, 0)).strip()


def drawn(markup: str, address: Callable[[str], str]) -> str:
    """Markup as it is shown: reduced once more, its images at the addresses of their digests."""
    text = clean(markup)
    for digest in set(images_of(text)):
        text = text.replace(f'src="{digest}"', f'src="{escape(address(digest))}"')
    return text


def has_blocks(markup: str) -> bool:
    """Whether a safe markup holds paragraphs, lists, tables or pictures, beyond one paragraph
    around it all: then no heading or label can hold it."""
    return "<img" in markup or bool(BLOCK.search(_unwrapped(markup)))


def in_one_line(markup: str) -> str:
    """A safe markup without its blocks, for headings and labels: their words and pictures stay,
    parted by line breaks, the cells of a table by spaces."""
    parted = CELL_END.sub(" ", _unwrapped(markup))
    return LAST_BREAKS.sub("", BLOCK.sub("", BLOCK_END.sub("<br/>", parted)).strip())


def _unwrapped(markup: str) -> str:
    """What stands in the one paragraph around a markup, where there is one."""
    found = ONE_PARAGRAPH.fullmatch(markup.strip())
    return found[1] if found else markup


def is_digest(text: str) -> bool:
    """Whether this names an image of the bank."""
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)


def images_of(markup: str) -> tuple[str, ...]:
    """The digests of the images a markup shows, in their order."""
    if "<img" not in markup:
        return ()
    root = parse(f"<x>{markup}</x>".encode())
    return tuple(str(node.get("src")) for node in root.iter("img"))


def _children(
    node: etree._Element, lost: Lost, images: Images, skip: frozenset[str], depth: int
) -> Iterator[str]:
    if depth > MOST_DEEP:
        lost.add("elements nested too deep")
        return
    yield escape(node.text or "", quote=False)
    for child in node:
        if isinstance(child.tag, str):
            yield from _element(child, lost, images, skip, depth)
        yield escape(child.tail or "", quote=False)


def _element(
    node: etree._Element, lost: Lost, images: Images, skip: frozenset[str], depth: int
) -> Iterator[str]:
    name = local_name(node)
    if name in skip:
        return
    if name in DROPPED:
        lost.add(name)
        return
    if name == IMAGE:
        yield _image(node, lost, images)
        return
    kept = ALIASES.get(name, name)
    content = _children(node, lost, images, skip, depth + 1)
    if kept not in BLOCKS and kept not in INLINE:
        if name not in BARE | {"x"}:
            lost.add(name)
        yield from content
        return
    if kept != name:
        lost.add(f"{name}, kept as {kept}")
    for attribute in node.attrib:
        lost.add(f"{name}@{str(attribute).rpartition('}')[2]}")
    yield "<br/>" if kept == "br" else f"<{kept}>{''.join(content)}</{kept}>"


def _image(node: etree._Element, lost: Lost, images: Images) -> str:
    words = " ".join((node.get("alt") or "").split())
    digest = images(node.get("src") or "", words)
    if digest is None:
        lost.add("img")
        return f"[{escape(words)}]" if words else ""
    return f'<img src="{digest}" alt="{escape(words)}"/>'
