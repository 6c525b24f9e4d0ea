"""`concours standard`: a cut score from judges or from groups, with its error."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from concours.kernel.errors import BadInput
from concours.psychometrics.standards import (
    Angoff,
    Bookmark,
    Contrast,
    angoff,
    bookmark,
    contrasting_groups,
)
from concours.services.measurement.figures import Line, line_chart
from concours.services.measurement.impact_run import yes_or_no
from concours.services.measurement.item_file import read_parameters
from concours.services.measurement.items_run import options_asked
from concours.services.measurement.report import Figure, Part, Report, Table, input_of, write_report
from concours.services.measurement.report_figures import Row, interval_chart
from concours.services.measurement.table_file import (
    item_columns,
    numbers_of,
    read_columns,
    read_table,
    texts_of,
)
from concours.services.measurement.telling import SILENT, Telling


@dataclass(frozen=True, slots=True)
class AngoffRequest:
    """Judgements, one row a judge, one column an item; the path as given."""

    judgements: str
    judge: str = "judge"
    items: tuple[str, ...] = ()
    highest: float = 1.0
    items_sampled: bool = False


@dataclass(frozen=True, slots=True)
class BookmarkRequest:
    """Item parameters, and a file with columns judge and page."""

    parameters: str
    pages: str
    judge: str = "judge"
    page: str = "page"
    probability: float = 2 / 3
    keep_guessing: bool = False


@dataclass(frozen=True, slots=True)
class ContrastRequest:
    """Persons with a score and whether they were judged competent."""

    persons: str
    score: str = "score"
    competent: str = "competent"
    equal_weight: bool = False


def run_angoff(request: AngoffRequest, folder: Path, *, told: Telling = SILENT) -> Angoff:
    """Set the cut, and write tables, picture and report into ``folder``."""
    path = Path(request.judgements)
    frame = read_table(path, (request.judge,), told.counted("reading"))
    items = item_columns(frame.columns, request.items, (request.judge,))
    judges = texts_of(frame, request.judge, path)
    table = np.stack([numbers_of(frame, name, path) for name in items], axis=1)
    found = angoff(
        table, maxima=np.full(len(items), request.highest), items_fixed=not request.items_sampled
    )
    parts = _angoff_parts(found, items, judges.tolist())
    summary = {
        "judges": len(judges),
        "items": len(items),
        "cut (points)": found.cut,
        "standard error (points)": found.error,
        "standard error from the judges alone": found.judge_error,
    }
    inputs = (input_of("judgements", path),)
    write_report(
        folder,
        Report(
            "angoff",
            "Cut score by Angoff's method",
            inputs,
            options_asked(request),
            summary,
            parts,
            found.notices,
        ),
        told.counted("writing"),
    )
    return found


def run_bookmark(request: BookmarkRequest, folder: Path, *, told: Telling = SILENT) -> Bookmark:
    """Set the cut, and write tables, picture and report into ``folder``."""
    path = Path(request.pages)
    items = read_parameters(Path(request.parameters))
    frame = read_columns(path, (request.judge, request.page), told.counted("reading"))
    pages = numbers_of(frame, request.page, path)
    if (pages != np.round(pages)).any():
        raise BadInput("page_outside", field=request.page, remedy="Pages are whole numbers.")
    found = bookmark(
        items,
        pages.astype(np.int64),
        probability=request.probability,
        guessing_removed=not request.keep_guessing,
    )
    judges = texts_of(frame, request.judge, path)
    parts = _bookmark_parts(found, items.names, judges.tolist(), pages.tolist())
    summary = {
        "judges": len(judges),
        "pages": int(found.order.size),
        "cut (logits)": found.cut,
        "standard error (logits)": found.error,
        "expected score at the cut (points)": found.points,
    }
    inputs = (input_of("parameters", Path(request.parameters)), input_of("pages", path))
    write_report(
        folder,
        Report(
            "bookmark",
            "Cut score by bookmarks",
            inputs,
            options_asked(request),
            summary,
            parts,
            found.notices,
        ),
        told.counted("writing"),
    )
    return found


def run_contrast(request: ContrastRequest, folder: Path, *, told: Telling = SILENT) -> Contrast:
    """Set the cut, and write table, picture and report into ``folder``."""
    path = Path(request.persons)
    frame = read_columns(path, (request.score, request.competent), told.counted("reading"))
    scores = numbers_of(frame, request.score, path)
    able = yes_or_no(texts_of(frame, request.competent, path), request.competent)
    found = contrasting_groups(scores, able, equal_weight=request.equal_weight)
    values = np.unique(scores)
    shares = np.array([[(scores[g] == v).mean() for v in values] for g in (~able, able)])
    picture = line_chart(
        "Scores by group",
        "score",
        "share of the group",
        [Line("not competent", values, shares[0]), Line("competent", values, shares[1])],
    )
    table = Table(
        "scores",
        "Scores by group",
        {
            "score": values.tolist(),
            "not_competent": shares[0].tolist(),
            "competent": shares[1].tolist(),
        },
    )
    summary = {
        "judged competent": int(able.sum()),
        "judged not competent": int((~able).sum()),
        "cut (points)": found.cut,
        "standard error (points)": found.error,
        "where normal densities cross": found.crossing,
        "competent below the cut": found.missed,
        "others at or above the cut": found.passed_wrongly,
    }
    inputs = (input_of("persons", path),)
    part = Part("Groups", (), (table,), (Figure("scores", "Scores by group.", picture),))
    write_report(
        folder,
        Report(
            "contrast",
            "Cut score by contrasting groups",
            inputs,
            options_asked(request),
            summary,
            (part,),
            found.notices,
        ),
        told.counted("writing"),
    )
    return found


def _angoff_parts(found: Angoff, items: Sequence[str], judges: Sequence[str]) -> tuple[Part, ...]:
    """Judges, items and where judgements vary."""
    rows = [
        Row(str(n), float(c), float(c), float(c)) for n, c in zip(judges, found.judges, strict=True)
    ]
    return (
        Part(
            "Judges",
            ("Each judge's cut is the sum of their judgements.",),
            (
                Table(
                    "judges",
                    "Cut by judge",
                    {"judge": list(judges), "cut": found.judges.tolist()},
                ),
            ),
            (
                Figure(
                    "judges",
                    "Cut by judge; the dashed line is the mean.",
                    interval_chart("Cut by judge", "points", rows, marks=(found.cut,)),
                ),
            ),
        ),
        Part(
            "Items",
            (),
            (
                Table(
                    "items",
                    "Judgements by item",
                    {
                        "item": list(items),
                        "mean": found.item_means.tolist(),
                        "sd": found.item_spread.tolist(),
                    },
                ),
                Table(
                    "components",
                    "Variance of one judgement",
                    {
                        "effect": list(found.components.effects),
                        "variance": found.components.variances.tolist(),
                    },
                ),
            ),
        ),
    )


def _bookmark_parts(
    found: Bookmark, items: Sequence[str], judges: Sequence[str], pages: Sequence[float]
) -> tuple[Part, ...]:
    """Judges, and the booklet they turned."""
    booklet = {
        "page": list(range(1, found.order.size + 1)),
        "item": [items[j] for j in found.order],
        "place": found.places.tolist(),
    }
    rows = [
        Row(str(n), float(c), float(c), float(c)) for n, c in zip(judges, found.judges, strict=True)
    ]
    return (
        Part(
            "Judges",
            ("Each judge's cut is the place of the last page mastered; the cut is their median.",),
            (
                Table(
                    "judges",
                    "Cut by judge",
                    {
                        "judge": list(judges),
                        "page": list(pages),
                        "cut": found.judges.tolist(),
                    },
                ),
            ),
            (
                Figure(
                    "judges",
                    "Cut by judge.",
                    interval_chart("Cut by judge", "logits", rows, marks=(found.cut,)),
                ),
            ),
        ),
        Part(
            "Ordered booklet",
            (),
            (Table("booklet", "Items in the order of their places", booklet),),
        ),
    )
