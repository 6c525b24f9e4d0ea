"""A blueprint as people write it (JSON or the form's fields), and as the planner takes it."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.compensatory_sum import CompensatorySum
from concours.policy.edition import Edition
from concours.policy.subject_list import SubjectList
from concours.policy.t_scale import TScale
from concours.policy.test_section import counted_items, pilot_items
from concours.selection.examination import sections_of


class SectionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section; ``least_information`` at the cut, ``target`` at each point."""

    section: str
    counted: int
    pilots: int = 0
    most_words: int | None = None
    minutes: float | None = None
    least_information: float | None = None
    target: list[float] = []


class RangeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Counted items of these traits in each form."""

    section: str
    subject: str = ""
    subtopic: str = ""
    kind: str = ""
    least: int = 0
    most: int = 10_000


class AnchorText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Counted items shared with an earlier locked form."""

    form: str
    section: str
    least: int


class BlueprintText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the forms must be. ``points`` are abilities in logits, the one at ``cut`` is the cut.

    Time is estimated as words at ``words_per_minute`` and ``seconds_per_item`` on top.
    """

    forms: int
    points: list[float]
    cut: int
    sections: list[SectionText]
    ranges: list[RangeText] = []
    anchors: list[AnchorText] = []
    most_overlap: int | None = None
    most_used: int | None = None
    least_of_set: int = 1
    words_per_minute: int = 200
    seconds_per_item: float = 15.0


def read_blueprint(text: str | bytes) -> BlueprintText:
    """A blueprint from JSON. Raises BadInput saying where it is wrong."""
    try:
        found = msgspec.json.decode(text, type=BlueprintText)
    except msgspec.DecodeError as error:
        raise BadInput(
            "bad_blueprint",
            remedy=f"The blueprint is not the JSON asked for: {error}.",
            field="blueprint",
        ) from error
    if not 0 <= found.cut < len(found.points):
        raise BadInput(
            "bad_blueprint", remedy="The cut names one of the points, from 0.", field="cut"
        )
    if not 60 <= found.words_per_minute <= 1_000:
        raise BadInput(
            "bad_blueprint", remedy="Words a minute lie from 60 to 1,000.", field="words_per_minute"
        )
    return found


def blueprint_text(blueprint: BlueprintText) -> str:
    """The blueprint as JSON for people to read and change."""
    return msgspec.json.format(msgspec.json.encode(blueprint), indent=1).decode()


def default_blueprint(
    edition: Edition, *, step: str, forms: int = 1, subjects: bool = True
) -> BlueprintText:
    """A blueprint from the rulebook alone: its sections, pilots and minutes, subjects spread evenly.

    The cut in logits is where the sum of scaled scores, shared evenly by the
    sections, lies on the scale's mean and spread.
    """
    cut = _cut(edition, step)
    sections, ranges = [], []
    for name, about in sections_of(edition, step).items():
        choice = about.answer == "choice"
        sections.append(
            SectionText(
                section=name,
                counted=counted_items(about),
                pilots=pilot_items(about),
                minutes=float(about.minutes) if choice else None,
            )
        )
        rule = f"{step}.subjects_{name}"
        if not (choice and subjects and edition.has(rule)):
            continue
        published = edition.value(rule, SubjectList).subjects
        if len(published) > 1:
            even = counted_items(about) // len(published)
            ranges += [
                RangeText(section=name, subject=code, least=max(0, even - 1), most=even + 2)
                for code in published
            ]
    return BlueprintText(
        forms=forms,
        points=[round(cut - 1, 2), round(cut, 2), round(cut + 1, 2)],
        cut=1,
        sections=sections,
        ranges=ranges,
    )


def _cut(edition: Edition, step: str) -> float:
    rule = f"{step}.cut"
    if not edition.has(rule) or edition.rule(rule).value is None:
        return 0.0
    if not isinstance(edition.rule(rule).value, CompensatorySum):
        return 0.0
    found = edition.value(rule, CompensatorySum)
    scale = edition.value(f"{step}.scale", TScale)
    each = Fraction(found.cut) / len(found.sections)
    return float((each - Fraction(scale.mean)) / Fraction(scale.spread))


def section_names(blueprint: BlueprintText) -> Sequence[str]:
    """The blueprint's sections in their order."""
    return [section.section for section in blueprint.sections]
