"""Charts drawn on the server: each knows its picture, its sentence and its table.

Lengths and places are percentages given as attributes, never style, so that a
strict content policy allows them; text keeps its size at any width; colours come
from the style sheet. A value of None is withheld or unknown: it is drawn as a
gap and said in the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor, log10

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Number = int | Decimal | Fraction
Words = str | Promise

LONGEST = 78
"""Percent of a row the longest bar takes, so that its value still fits beside it."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart: titles of the columns, and rows whose first value heads the row."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, its number as shown, its length in percent, which series it is of."""

    label: str
    shown: str
    length: str
    series: str = ""
    tone: int = 1


@dataclass(frozen=True, slots=True)
class BarRow:
    """The bars of one category."""

    label: str
    bars: Sequence[Bar]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsChart:
    """Horizontal bars, one or several to a category; also a funnel, whose rows carry notes."""

    key: str
    title: str
    summary: str
    rows: Sequence[BarRow]
    series: Sequence[tuple[int, str]]
    table: Table


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis and its place in percent from the start."""

    label: str
    place: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line in percent from the left and the top, with the words of its value."""

    x: str
    y: str
    shown: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of a line between two neighbouring points."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, its tone, its points and the pieces between them."""

    name: str
    tone: int
    points: Sequence[Point]
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Block:
    """One column of a histogram, in percent of the plot."""

    x: str
    y: str
    width: str
    height: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotChart:
    """A plot with two axes: lines over an ordered scale, or the columns of a histogram."""

    key: str
    title: str
    summary: str
    across: Sequence[Tick]
    up: Sequence[Tick]
    up_title: str
    across_title: str
    lines: Sequence[Line] = ()
    blocks: Sequence[Block] = ()
    mark: Tick | None = None
    table: Table


def shown(value: Number | None, places: int = 0, unit: str = "") -> str:
    """A number as charts write it; None is "not shown"."""
    if value is None:
        return _("not shown")
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    text = number_format(exact, decimal_pos=places, force_grouping=True)
    return f"{text}\u00a0{unit}" if unit else text


def percent(part: Number, whole: Number) -> str:
    """A share as a whole percentage, or a dash where there is nothing to share."""
    if not whole:
        return "–"
    return f"{number_format(round(Fraction(part) * 100 / Fraction(whole)))}\u00a0%"


def _at(value: Number | float, top: Number | float, scale: int = 100) -> str:
    return f"{float(value) * scale / float(top):.2f}%" if top else "0%"


def bars(
    *,
    key: str,
    title: Words,
    summary: Words,
    head: Words,
    series: Sequence[Words],
    rows: Sequence[tuple[Words, Sequence[Number | None]]],
    places: int = 0,
    unit: str = "",
) -> BarsChart:
    """Bars by category; with several ``series`` the bars of a category stand together.

    ``head`` titles the table's first column. Values are zero or more.
    """
    values = [value for _label, found in rows for value in found if value is not None]
    top = max(values, default=0)
    several = len(series) > 1
    return BarsChart(
        key=key,
        title=str(title),
        summary=str(summary),
        series=[(tone, str(name)) for tone, name in enumerate(series, start=1)] if several else [],
        rows=[
            BarRow(
                str(label),
                [
                    Bar(
                        str(label),
                        shown(value, places, unit),
                        _at(value or 0, top, LONGEST),
                        str(series[index]) if several else "",
                        index + 1,
                    )
                    for index, value in enumerate(found)
                ],
            )
            for label, found in rows
        ],
        table=Table(
            [str(head), *(str(name) for name in series)],
            [[str(label), *(shown(v, places, unit) for v in found)] for label, found in rows],
        ),
    )


def funnel(
    *, key: str, title: Words, summary: Words, head: Words, rows: Sequence[tuple[Words, int]]
) -> BarsChart:
    """How many are left after each step, and what share of the step before that is."""
    top = max((count for _label, count in rows), default=0)
    drawn, lines = [], []
    before: int | None = None
    for label, count in rows:
        share = percent(count, before) if before is not None else ""
        note = _("{share} of the step before").format(share=share) if share else ""
        bar = Bar(str(label), shown(count), _at(count, top, LONGEST))
        drawn.append(BarRow(str(label), [bar], note))
        lines.append([str(label), shown(count), share or "–"])
        before = count
    return BarsChart(
        key=key,
        title=str(title),
        summary=str(summary),
        series=[],
        rows=drawn,
        table=Table([str(head), _("People"), _("Of the step before")], lines),
    )


def line(
    *,
    key: str,
    title: Words,
    summary: Words,
    across: Sequence[Words],
    across_title: Words,
    up_title: Words,
    series: Sequence[tuple[Words, Sequence[Number | None]]],
    places: int = 0,
) -> PlotChart:
    """Lines over an ordered scale that starts at zero; None breaks a line."""
    values = [value for _name, found in series for value in found if value is not None]
    ticks = _ticks(max(values, default=0), places)
    top = ticks[-1][0]
    steps = max(1, len(across) - 1)
    return PlotChart(
        key=key,
        title=str(title),
        summary=str(summary),
        across=_spread([str(words) for words in across]),
        up=[Tick(label, f"{100 - float(value) * 100 / float(top):.2f}%") for value, label in ticks],
        across_title=str(across_title),
        up_title=str(up_title),
        lines=[
            _line(str(name), tone, found, steps, top, places)
            for tone, (name, found) in enumerate(series, start=1)
        ],
        table=Table(
            [str(across_title), *(str(name) for name, _found in series)],
            [
                [str(words), *(shown(found[index], places) for _name, found in series)]
                for index, words in enumerate(across)
            ],
        ),
    )


def _line(
    name: str, tone: int, found: Sequence[Number | None], steps: int, top: Number, places: int
) -> Line:
    spots = [
        None
        if value is None
        else Point(
            _at(index, steps), f"{100 - float(value) * 100 / float(top):.2f}%", shown(value, places)
        )
        for index, value in enumerate(found)
    ]
    segments = [
        Segment(a.x, a.y, b.x, b.y) for a, b in pairwise(spots) if a is not None and b is not None
    ]
    return Line(name, tone, [spot for spot in spots if spot is not None], segments)


def histogram(
    *,
    key: str,
    title: Words,
    summary: Words,
    across_title: Words,
    up_title: Words,
    bins: Sequence[tuple[Words, int]],
    mark: tuple[Words, Fraction] | None = None,
) -> PlotChart:
    """Counts by bins of equal width; ``mark`` is a line such as a cut, with its place from 0 to 1."""
    ticks = _ticks(max((count for _label, count in bins), default=0), 0)
    top = float(ticks[-1][0])
    width = 100 / max(1, len(bins))
    return PlotChart(
        key=key,
        title=str(title),
        summary=str(summary),
        across=_spread([str(label) for label, _count in bins], inset=width / 2),
        up=[Tick(label, f"{100 - float(value) * 100 / top:.2f}%") for value, label in ticks],
        across_title=str(across_title),
        up_title=str(up_title),
        blocks=[
            Block(
                f"{index * width + width * 0.04:.2f}%",
                f"{100 - count * 100 / top:.2f}%",
                f"{width * 0.92:.2f}%",
                f"{count * 100 / top:.2f}%",
                str(label),
                shown(count),
            )
            for index, (label, count) in enumerate(bins)
        ],
        mark=Tick(str(mark[0]), f"{float(mark[1]) * 100:.2f}%") if mark else None,
        table=Table(
            [str(across_title), str(up_title)], [[str(label), shown(n)] for label, n in bins]
        ),
    )


def _spread(labels: Sequence[str], inset: float = 0) -> list[Tick]:
    """Places for the labels of a scale; those that phones leave out are minor."""
    steps = max(1, len(labels) - 1)
    every = max(1, -(-len(labels) // 8))
    rare = max(1, -(-len(labels) // 3))
    room = 100 - 2 * inset
    return [
        Tick(label, f"{inset + index * room / steps:.2f}%", minor=bool(index % rare))
        for index, label in enumerate(labels)
        if index % every == 0
    ]


def _ticks(highest: Number, places: int) -> list[tuple[Number, str]]:
    """From zero in four or five round steps to at least the highest value."""
    if highest <= 0:
        return [(0, shown(0)), (1, shown(1))]
    rough = float(highest) / 4
    unit = 10 ** floor(log10(rough)) if rough >= 1 or places else 1
    step = next(
        s for s in (Fraction(unit) * m for m in (1, 2, Fraction(5, 2), 5, 10)) if s >= rough
    )
    if not places and step.denominator != 1:
        step = Fraction(-(-step.numerator // step.denominator))
    count = -(-Fraction(highest) // step)
    decimals = places if step.denominator != 1 else 0
    return [(step * n, shown(step * n, decimals)) for n in range(int(count) + 1)]
