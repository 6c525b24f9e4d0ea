"""What a test form must be, as plain values: counts, budgets, information, enemies, overlap, anchors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concours.kernel.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item a form may hold. ``information`` is at the points of the blueprint, in order.

    ``pilot`` items never count; ``used`` is how many administrations showed it;
    ``forms`` are earlier forms that held it; ``seconds`` the time it takes.
    """

    name: str
    section: str
    subject: str
    subtopic: str
    kind: str
    words: int
    seconds: float
    information: tuple[float, ...]
    pilot: bool = False
    stimulus: str = ""
    used: int = 0
    enemies: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """So many counted items of a section with these traits in each form; "" is any."""

    section: str
    subject: str = ""
    subtopic: str = ""
    kind: str = ""
    least: int = 0
    most: int = 10_000

    @property
    def traits(self) -> str:
        """What is counted, as one code."""
        return ".".join(x for x in (self.section, self.subject, self.subtopic, self.kind) if x)

    def holds(self, item: Candidate) -> bool:
        """Whether this item is one of those counted."""
        return (
            item.section == self.section
            and self.subject in {"", item.subject}
            and self.subtopic in {"", item.subtopic}
            and self.kind in {"", item.kind}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of each form.

    ``information`` gives at some of the blueprint's points what the counted items
    must have at least; ``target`` at each point what all forms should come near to.
    """

    section: str
    counted: int
    pilots: int = 0
    most_words: int | None = None
    most_seconds: float | None = None
    information: Mapping[int, float] = field(default_factory=dict)
    target: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """At least so many counted items of a section are those of an earlier form."""

    form: str
    section: str
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What ``forms`` parallel forms must each be, and how they may resemble each other.

    most_overlap   items any two of them may share, beside anchors; None is any number
    most_used      administrations an item may have had before; None is any number
    least_of_set   at least so many items of a stimulus that a form shows
    """

    forms: int
    points: tuple[float, ...]
    sections: tuple[Section, ...]
    ranges: tuple[Range, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    most_overlap: int | None = 0
    most_used: int | None = None
    least_of_set: int = 1


def require_blueprint(blueprint: Blueprint) -> None:
    """Refuse a blueprint that cannot be read as one. Raises BadInput with the field."""
    if not 1 <= blueprint.forms <= 12:
        raise _bad("forms", "Ask for 1 to 12 forms.")
    if not blueprint.points or len(blueprint.points) > 40:
        raise _bad("points", "Give 1 to 40 points of ability.")
    names = [section.section for section in blueprint.sections]
    if not names or len(set(names)) != len(names):
        raise _bad("sections", "Name every section once, and at least one.")
    for section in blueprint.sections:
        if section.counted < 0 or section.pilots < 0 or section.counted + section.pilots < 1:
            raise _bad("sections", f"{section.section} needs at least one item.")
        if section.target and len(section.target) != len(blueprint.points):
            raise _bad("target", f"{section.section} needs a target for each point.")
        if any(point not in range(len(blueprint.points)) for point in section.information):
            raise _bad("information", f"{section.section} names a point that is not there.")
    asked = [*(r.section for r in blueprint.ranges), *(a.section for a in blueprint.anchors)]
    for section_name in asked:
        if section_name not in names:
            raise _bad("ranges", f"There is no section {section_name}.")
    for span in blueprint.ranges:
        if not 0 <= span.least <= span.most:
            raise _bad("ranges", f"{span.traits}: the least is above the most.")


def _bad(field_: str, remedy: str) -> BadInput:
    return BadInput("bad_blueprint", remedy=remedy, field=field_)
