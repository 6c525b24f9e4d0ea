"""`concours impact`: selection rates by group at each cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from concours.kernel.errors import BadInput
from concours.psychometrics.impact import Impact, adverse_impact, impact_at_cuts
from concours.psychometrics.notice import Notice
from concours.services.measurement.items_run import options_asked
from concours.services.measurement.report import (
    Cell,
    Figure,
    Part,
    Report,
    Table,
    input_of,
    write_report,
)
from concours.services.measurement.report_figures import Row, interval_chart
from concours.services.measurement.table_file import numbers_of, read_columns, texts_of
from concours.services.measurement.telling import SILENT, Telling

YES, NO = {"1", "yes", "true", "y"}, {"0", "no", "false", "n"}


@dataclass(frozen=True, slots=True)
class ImpactRequest:
    """What to compare; the path as given. Either scores and cuts, or who was selected.

    selected  column of yes or no (1 or 0)
    smallest  groups with fewer persons are not shown
    """

    persons: str
    group: str
    score: str = ""
    cuts: tuple[float, ...] = ()
    selected: str = ""
    reference: str = ""
    smallest: int = 10
    confidence: float = 0.95


def run_impact(
    request: ImpactRequest, folder: Path, *, told: Telling = SILENT
) -> tuple[Impact, ...]:
    """Compare, and write tables, pictures and report into ``folder``."""
    path = Path(request.persons)
    columns = (request.group, request.score, request.selected)
    frame = read_columns(path, columns, told.counted("reading"))
    if bool(request.selected) == bool(request.score and request.cuts):
        raise BadInput(
            "score_or_selected",
            field="selected",
            remedy="Give --selected, or --score with one --cut or more.",
        )
    titles, found = _rates(request, frame, path, told)
    notices = tuple(
        Notice(n.code, n.text, f"{t}, {n.where}" if n.where else t)
        for t, made in zip(titles, found, strict=True)
        for n in made.notices
    )
    write_report(
        folder,
        Report(
            kind="impact",
            title="Selection rates by group",
            inputs=(input_of("persons", path),),
            options=options_asked(request),
            summary=_summary(titles, found),
            parts=tuple(
                _part(n, t, made)
                for n, (t, made) in enumerate(zip(titles, found, strict=True), start=1)
            ),
            warnings=notices,
        ),
        told.counted("writing"),
    )
    return found


def _rates(
    request: ImpactRequest, frame: pl.DataFrame, path: Path, told: Telling
) -> tuple[list[str], tuple[Impact, ...]]:
    """What each comparison is called, and what it found."""
    groups = texts_of(frame, request.group, path)
    reference = request.reference or None
    if request.selected:
        names = np.unique(groups).tolist()
        chosen = yes_or_no(texts_of(frame, request.selected, path), request.selected)
        found = adverse_impact(
            names,
            [int((groups == n).sum()) for n in names],
            [int(chosen[groups == n].sum()) for n in names],
            reference=reference,
            confidence=request.confidence,
            smallest=request.smallest,
        )
        return ["selected"], (found,)
    at_cuts = impact_at_cuts(
        numbers_of(frame, request.score, path),
        groups.tolist(),
        request.cuts,
        reference=reference,
        confidence=request.confidence,
        smallest=request.smallest,
        progress=told.counted("cuts"),
    )
    return [f"cut {c:g}" for c in request.cuts], at_cuts


def yes_or_no(
    values: Iterable[str], column: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Yes or no as written; raises BadInput with the row of anything else."""
    low = [str(v).strip().lower() for v in values]
    for row, value in enumerate(low, start=1):
        if value not in YES | NO:
            raise BadInput(
                "not_yes_or_no",
                field=f"row {row}, column {column}",
                remedy=f"Found {value!r}; write yes or no.",
            )
    return np.array([v in YES for v in low])


def _summary(titles: Sequence[str], found: Sequence[Impact]) -> dict[str, Cell]:
    lines: dict[str, Cell] = {
        "groups": len(found[0].groups),
        "groups not shown": len(found[0].suppressed),
    }
    for title, made in zip(titles, found, strict=True):
        below = [row.group for row in made.groups if row.below_four_fifths]
        lines[f"{title}: below four fifths"] = ", ".join(below) or "none"
    return lines


def _part(number: int, title: str, made: Impact) -> Part:
    names = [n for n in made.groups[0].__slots__ if n != "below_four_fifths"]
    columns: dict[str, list[Cell]] = {n: [getattr(row, n) for row in made.groups] for n in names}
    columns["below_four_fifths"] = [
        "not shown"
        if row.considered is None
        else ""
        if row.below_four_fifths is None
        else "yes"
        if row.below_four_fifths
        else "no"
        for row in made.groups
    ]
    rows = [
        Row(
            row.group,
            row.rate,
            row.rate_low or 0.0,
            row.rate_high or 0.0,
            flagged=bool(row.below_four_fifths),
        )
        for row in made.groups
        if row.rate is not None
    ]
    text = (
        f"Compared with {made.reference}. Rates have Wilson intervals, ratios intervals on the log scale; fisher_p is "
        "the exact test of equal rates; shortfall is the number of selections missing for the reference group's rate. "
        "Below four fifths is a rule of thumb for a closer look, in both directions: with few persons it is chance, "
        "with many a difference above it can still be real."
    )
    picture = Figure(
        f"rates_{number}",
        f"Selection rates by group, {title}; squares are below four fifths.",
        interval_chart(f"Selection rates, {title}", "share selected", rows),
    )
    return Part(
        title.capitalize(),
        (text,),
        (Table(f"impact_{number}", f"Groups, {title}", columns),),
        (picture,),
    )
