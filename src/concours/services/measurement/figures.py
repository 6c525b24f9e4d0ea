"""Plain SVG charts for reports: lines, bars, and items on the scale of persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 36, 48
COLOURS = ("#1d70b8", "#d4351c", "#00703c", "#4c2c92")
DASHES = ("", "6 3", "2 3", "8 3 2 3")


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its name and its points."""

    name: str
    x: Floats
    y: Floats


@dataclass(frozen=True, slots=True)
class Frame:
    """The ranges of a chart, and where they fall on the page."""

    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, value: float) -> float:
        """Horizontal place of a value."""
        low, high = self.x
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        """Vertical place of a value."""
        low, high = self.y
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def line_chart(title: str, x_label: str, y_label: str, lines: Sequence[Line]) -> str:
    """Curves over a common axis; told apart by colour and by dashes, named in a legend."""
    ys = np.concatenate([line.y for line in lines])
    xs = np.concatenate([line.x for line in lines])
    frame = Frame(_range(xs), _range(np.append(ys, 0.0)))
    body = []
    for n, line in enumerate(lines):
        points = " ".join(
            f"{frame.across(x):.1f},{frame.up(y):.1f}" for x, y in zip(line.x, line.y, strict=True)
        )
        colour, dash = COLOURS[n % len(COLOURS)], DASHES[n % len(DASHES)]
        body.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}" points="{points}"/>'
        )
        at = LEFT + 8 + 170 * n
        body.append(
            f'<line x1="{at}" y1="{TOP - 8}" x2="{at + 24}" y2="{TOP - 8}" stroke="{colour}" '
            f'stroke-width="2" stroke-dasharray="{dash}"/>'
            f'<text x="{at + 30}" y="{TOP - 4}">{escape(line.name)}</text>'
        )
    return _svg(title, x_label, y_label, frame, body)


def histogram(title: str, x_label: str, values: Floats, bins: int = 40) -> str:
    """How many persons fall into each of equally wide intervals."""
    counts, edges = np.histogram(values[np.isfinite(values)], bins=bins)
    frame = Frame((float(edges[0]), float(edges[-1])), (0.0, max(float(counts.max()), 1.0) * 1.05))
    body = [
        _bar(frame, low, high, n) for low, high, n in zip(edges, edges[1:], counts, strict=False)
    ]
    return _svg(title, x_label, "persons", frame, body)


def item_map(
    title: str, theta: Floats, weight: Floats, names: Sequence[str], places: Floats
) -> str:
    """Persons (bars) and items (ticks with names) on one scale."""
    low = min(float(theta.min()), float(places.min()))
    high = max(float(theta.max()), float(places.max()))
    frame = Frame((low - 0.3, high + 0.3), (0.0, float(weight.max()) * 1.6))
    step = float(theta[1] - theta[0])
    body = [_bar(frame, t - step / 2, t + step / 2, w) for t, w in zip(theta, weight, strict=True)]
    for n, j in enumerate(np.argsort(places)):
        x = frame.across(float(places[j]))
        y = TOP + 10 + (n % 9) * 9
        body.append(
            f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#b1b4b6" '
            f'stroke-width="0.6"/><text x="{x:.1f}" y="{y}" font-size="8" '
            f'text-anchor="middle">{escape(names[j])}</text>'
        )
    return _svg(title, "ability and difficulty (logits)", "share of persons", frame, body)


def _bar(frame: Frame, low: float, high: float, height: float) -> str:
    left, right = frame.across(float(low)), frame.across(float(high))
    top = frame.up(float(height))
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(right - left - 0.5, 0.5):.1f}" '
        f'height="{HEIGHT - BOTTOM - top:.1f}" fill="{COLOURS[0]}"/>'
    )


def _range(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 6
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = np.ceil(low / step) * step
    return [float(v) for v in np.arange(first, high + step / 2, step) if v <= high + 1e-9]


def _svg(title: str, x_label: str, y_label: str, frame: Frame, body: Sequence[str]) -> str:
    axes = []
    for value in _ticks(*frame.x):
        x = frame.across(value)
        axes.append(
            f'<line x1="{x:.1f}" y1="{HEIGHT - BOTTOM}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM + 5}" '
            f'stroke="#0b0c0c"/><text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" '
            f'text-anchor="middle">{value:g}</text>'
        )
    for value in _ticks(*frame.y):
        y = frame.up(value)
        axes.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e5e6e7"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    base = HEIGHT - BOTTOM
    axes.append(
        f'<line x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="#0b0c0c"/>'
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(x_label)}</text>"
        f'<text transform="translate(14 {(TOP + base) / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="#0b0c0c"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f"{''.join(axes)}{''.join(body)}</svg>\n"
    )
