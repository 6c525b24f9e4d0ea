"""Markers beside each other: severity, agreement, and distance from the known marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from concours.kernel.exact import mean
from concours.policy.double_marking import DoubleMarking
from concours.policy.seeding import Seeding
from concours.records.models import EssaySheet, SeededScript
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step

READ = "examination.read_marks"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerRow:
    """One marker. ``severity`` is the mean of own minus the other reader's mark: below zero is
    more severe. ``seeded`` is the same against the known marks; ``drift`` how much it moved
    from the first half of them to the second. ``flagged`` beyond what the rulebook allows."""

    marker: str
    sheets: int
    mean: Fraction | None
    severity: Fraction | None
    exact: int
    within: int
    compared: int
    seeds: int
    seeded: Fraction | None
    drift: Fraction | None
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkersPage:
    """Every marker of one competition."""

    competition: str
    title: str
    rows: tuple[MarkerRow, ...]
    essays: int
    exact: int
    within: int
    third: int
    tolerance: int
    limit: str


def markers_page(actor: Actor, competition: str) -> MarkersPage:
    """The markers of a competition, from their locked sheets alone."""
    require(actor, READ)
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    tolerance = 0
    if edition.has(f"{step}.essay_marking"):
        tolerance = edition.value(f"{step}.essay_marking", DoubleMarking).tolerance
    rule = f"{step}.essay_seeding"
    limit = edition.value(rule, Seeding).drift if edition.has(rule) else ""
    locked = EssaySheet.objects.filter(competition=competition, locked_at__isnull=False)
    sheets = list(locked.order_by("locked_at", "code"))
    known = dict(SeededScript.objects.filter(competition=competition).values_list("code", "mark"))
    first = [s for s in sheets if not s.seeded and s.reading < 3]
    pairs = _pairs(first)
    codes = sorted({s.marker for s in sheets if s.reading < 3})
    rows = tuple(_row(code, first, sheets, pairs, known, tolerance, limit) for code in codes)
    gaps = [abs(_mark(a) - _mark(b)) for a, b in pairs]
    return MarkersPage(
        competition=competition,
        title=running.title,
        rows=rows,
        essays=len(pairs),
        exact=sum(gap == 0 for gap in gaps),
        within=sum(gap <= tolerance for gap in gaps),
        third=sum(s.reading == 3 for s in sheets),
        tolerance=tolerance,
        limit=limit,
    )


def _mark(sheet: EssaySheet) -> int:
    return sheet.mark or 0


def _pairs(first: Iterable[EssaySheet]) -> list[tuple[EssaySheet, EssaySheet]]:
    """The two first readings of each essay that has both."""
    by_essay: dict[str, list[EssaySheet]] = {}
    for sheet in first:
        by_essay.setdefault(sheet.candidacy, []).append(sheet)
    return [(found[0], found[1]) for found in by_essay.values() if len(found) == 2]


def _row(
    code: str,
    first: Sequence[EssaySheet],
    sheets: Sequence[EssaySheet],
    pairs: Sequence[tuple[EssaySheet, EssaySheet]],
    known: dict[str, int],
    tolerance: int,
    limit: str,
) -> MarkerRow:
    own = [_mark(s) for s in first if s.marker == code]
    gaps = [
        _mark(a) - _mark(b) if a.marker == code else _mark(b) - _mark(a)
        for a, b in pairs
        if code in (a.marker, b.marker)
    ]
    seeds = [
        _mark(s) - known[s.candidacy]
        for s in sheets
        if s.seeded and s.marker == code and s.candidacy in known
    ]
    half = len(seeds) // 2
    seeded = mean(seeds) if seeds else None
    return MarkerRow(
        marker=code,
        sheets=len(own),
        mean=mean(own) if own else None,
        severity=mean(gaps) if gaps else None,
        exact=sum(gap == 0 for gap in gaps),
        within=sum(abs(gap) <= tolerance for gap in gaps),
        compared=len(gaps),
        seeds=len(seeds),
        seeded=seeded,
        drift=mean(seeds[half:]) - mean(seeds[:half]) if half else None,
        flagged=bool(limit) and seeded is not None and abs(seeded) > Fraction(limit),
    )
