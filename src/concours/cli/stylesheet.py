"""Rewrites of the two vendor stylesheets, each asserted by how often it applies.

Neutral (no crest, no font reserved for another service), one font variable, and
logical in place of physical directions, so that one sheet serves scripts written
from the left and from the right. An upgrade that changes what a rewrite finds
stops the installer with the rewrite's name and both counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

FONT = "var(--concours-font)"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A pattern, what takes its place, and how often it must be found."""

    name: str
    pattern: str
    put: str
    times: int


class Unexpected(RuntimeError):
    """A vendor stylesheet is not the one the rewrites were written for."""


_DIRECTIONS = (
    ("margin and padding at the start", r"(?<=[{;])(margin|padding)-left:", r"\1-inline-start:"),
    ("margin and padding at the end", r"(?<=[{;])(margin|padding)-right:", r"\1-inline-end:"),
    ("border at the start", r"(?<=[{;])border-left(-color|-width)?:", r"border-inline-start\1:"),
    ("border at the end", r"(?<=[{;])border-right(-color|-width)?:", r"border-inline-end\1:"),
    ("place from the start", r"(?<=[{;])left:", "inset-inline-start:"),
    ("place from the end", r"(?<=[{;])right:", "inset-inline-end:"),
    ("float to the start", r"(?<=[{;])float:left", "float:inline-start"),
    ("float to the end", r"(?<=[{;])float:right", "float:inline-end"),
    ("text from the start", r"(?<=[{;])text-align:left", "text-align:start"),
    ("text from the end", r"(?<=[{;])text-align:right", "text-align:end"),
    ("corner at the start", r"(?<=[{;])border-bottom-left-radius:", "border-end-start-radius:"),
    ("corner at the end", r"(?<=[{;])border-bottom-right-radius:", "border-end-end-radius:"),
    (
        "four sides with a different start and end",
        r"(?<=[{;])(margin|padding):([^\s;}]+) ([^\s;}]+) ([^\s;}]+) (?!\3[;}!])([^\s;}!]+)(!important)?(?=[;}])",
        r"\1-block:\2 \4\6;\1-inline:\5 \3\6",
    ),
)


def _directions(*times: int) -> tuple[Rewrite, ...]:
    return tuple(
        Rewrite(name, pattern, put, count)
        for (name, pattern, put), count in zip(_DIRECTIONS, times, strict=True)
    )


GOVUK: tuple[Rewrite, ...] = (
    Rewrite("font files reserved for GOV.UK", r"@font-face\{[^}]*GDS Transport[^}]*\}", "", 2),
    Rewrite(
        "font on screen", r"font-family:GDS Transport,arial,sans-serif", f"font-family:{FONT}", 58
    ),
    Rewrite("font in print", r"font-family:sans-serif", f"font-family:{FONT}", 58),
    Rewrite("crest", r"url\(/assets/images/govuk-crest\.svg\)", "none", 3),
    Rewrite("source map", r"/\*# sourceMappingURL=[^*]*\*/", "", 1),
    *_directions(117, 97, 17, 7, 21, 7, 16, 1, 9, 5, 0, 0, 3),
)
MOJ: tuple[Rewrite, ...] = (
    Rewrite("colours that belong to the other sheet", r":root\{--govuk-[^}]*\}", "", 4),
    Rewrite(
        "font on screen", r"font-family:GDS Transport,arial,sans-serif", f"font-family:{FONT}", 60
    ),
    Rewrite("font in print", r"font-family:sans-serif", f"font-family:{FONT}", 60),
    Rewrite("pictures", r"url\(/assets/images/", "url(images/", 11),
    Rewrite("source map", r"/\*# sourceMappingURL=[^*]*\*/", "", 1),
    *_directions(28, 39, 14, 10, 18, 13, 9, 5, 9, 1, 1, 1, 5),
)


def rewrite(sheet: str, rewrites: Sequence[Rewrite], *, name: str) -> str:
    """The sheet after all rewrites, in order.

    Raises `Unexpected` when one applies more or less often than it says, or when
    the reserved font or a physical side is left over.
    """
    for each in rewrites:
        sheet, found = re.subn(each.pattern, each.put, sheet)
        if found != each.times:
            raise Unexpected(
                f"{name}: {each.name} was found {found} times, not {each.times}. The package has "
                "changed: look at its release notes, then mend the rewrite and its count."
            )
    for left_over in ("GDS Transport", "sourceMappingURL", "/assets/"):
        if left_over in sheet:
            raise Unexpected(f"{name}: {left_over!r} is still there after all rewrites.")
    return sheet
