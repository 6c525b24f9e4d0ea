"""Charts with a named row for each item, rater or group: a point, its interval, and marks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTH, ROW, TOP, BOTTOM, RIGHT = 720, 16, 30, 40, 20
POINT, FLAGGED, MARK = "#1d70b8", "#d4351c", "#505a5f"
MOST_ROWS = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A name, a value, and its interval (equal to the value where there is none)."""

    name: str
    value: float
    low: float
    high: float
    flagged: bool = False


def interval_chart(
    title: str, x_label: str, rows: Sequence[Row], *, marks: Sequence[float] = ()
) -> str:
    """Points with intervals over one axis; flagged rows have a square and another colour.

    Rows without a finite value are left out; above 120 rows, the ones farthest
    from the middle of the values are shown, and the title says so.
    """
    kept = [r for r in rows if np.isfinite([r.value, r.low, r.high]).all()]
    if len(kept) > MOST_ROWS:
        middle = float(np.median([r.value for r in kept]))
        far = sorted(kept, key=lambda r: -abs(r.value - middle))[:MOST_ROWS]
        kept = [r for r in kept if r in far]
        title = f"{title} ({MOST_ROWS} farthest from the middle)"
    if not kept:
        kept = [Row("nothing to show", 0.0, 0.0, 0.0)]
    ends = np.array([[r.low, r.high] for r in kept]).ravel()
    low, high = min([float(ends.min()), *marks]), max([float(ends.max()), *marks])
    pad = (high - low) * 0.05 or 0.5
    left = 14 + 7 * min(max(len(r.name) for r in kept), 28)
    height = TOP + ROW * len(kept) + BOTTOM

    def across(value: float) -> float:
        return left + (value - low + pad) / (high - low + 2 * pad) * (WIDTH - left - RIGHT)

    body = []
    for mark in marks:
        body.append(
            f'<line x1="{across(mark):.1f}" y1="{TOP}" x2="{across(mark):.1f}" y2="{height - BOTTOM}" '
            f'stroke="{MARK}" stroke-dasharray="4 3"/>'
        )
    for n, row in enumerate(kept):
        y = TOP + ROW * n + ROW / 2
        colour = FLAGGED if row.flagged else POINT
        x = across(row.value)
        shape = (
            f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
            if row.flagged
            else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        )
        body.append(
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(row.name[:28])}</text>'
            f'<line x1="{across(row.low):.1f}" y1="{y:.1f}" x2="{across(row.high):.1f}" y2="{y:.1f}" '
            f'stroke="{colour}" stroke-width="1.5"/>{shape}'
        )
    return _framed(title, x_label, body, across, (low - pad, high + pad), left, height)


def _framed(
    title: str,
    x_label: str,
    body: Sequence[str],
    across: Callable[[float], float],
    reach: tuple[float, float],
    left: int,
    height: int,
) -> str:
    """Axis, ticks and title around the rows."""
    base = height - BOTTOM
    axis = [f'<line x1="{left}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}" stroke="#0b0c0c"/>']
    for value in _ticks(*reach):
        x = across(value)
        axis.append(
            f'<line x1="{x:.1f}" y1="{base}" x2="{x:.1f}" y2="{base + 5}" stroke="#0b0c0c"/>'
            f'<text x="{x:.1f}" y="{base + 17}" text-anchor="middle">{value:g}</text>'
        )
    axis.append(
        f'<text x="{(left + WIDTH - RIGHT) / 2:.0f}" y="{height - 6}" text-anchor="middle">{escape(x_label)}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="11" fill="#0b0c0c"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(axis)}{"".join(body)}</svg>\n'
    )


def _ticks(low: float, high: float) -> list[float]:
    """Round values that divide the axis into about seven."""
    rough = (high - low) / 7
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = np.ceil(low / step) * step
    return [round(float(v), 10) for v in np.arange(first, high, step)]
