"""`concours items`: item analysis, key check, reliability and decision consistency of one test."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.classical import ItemAnalysis, item_analysis
from concours.psychometrics.consistency import classification
from concours.psychometrics.distractor import DistractorTable, distractors, mark
from concours.psychometrics.notice import Notice
from concours.services.measurement.figures import histogram
from concours.services.measurement.reading import read_key
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
from concours.services.measurement.table_file import (
    answers_of,
    item_columns,
    open_table,
    options_of,
)
from concours.services.measurement.telling import SILENT, Telling

# Persons whose points are added up at once.
BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class ItemsRequest:
    """What to analyse; paths as given.

    omitted   codes of an omitted answer (with a key)
    cuts      cut scores for decision consistency, in points
    """

    answers: str
    key: str = ""
    items: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()


def run_items(request: ItemsRequest, folder: Path, *, told: Telling = SILENT) -> ItemAnalysis:
    """Analyse, and write tables, pictures and report into ``folder``."""
    path = Path(request.answers)
    source = open_table(path)
    items = item_columns(source.names, request.items, request.leave_out)
    found_options: tuple[DistractorTable, tuple[str, ...]] | None = None
    inputs = [input_of("answers", path)]
    if request.key:
        chosen, codes, names = options_of(
            source, items, read_key(Path(request.key)), request.omitted, told.counted("reading")
        )
        found_options = (
            distractors(chosen, codes, progress=told.counted("options")),
            names,
        )
        scored = mark(chosen, codes)
        inputs.append(input_of("key", Path(request.key)))
    else:
        scored = answers_of(source, items, told.counted("reading"))
    total = points_earned(scored)
    found = item_analysis(scored, progress=told.counted("items"))
    parts = [_item_part(items, found), _reliability_part(found, total)]
    warnings = _named(found.notices, items)
    if found_options is not None:
        parts.insert(1, _option_part(items, *found_options))
        warnings = _key_notices(items, *found_options) + warnings
    if request.cuts:
        part, more = _consistency_part(total, found, request.cuts)
        parts.append(part)
        warnings += more
    write_report(
        folder,
        Report(
            kind="items",
            title="Item analysis",
            inputs=tuple(inputs),
            options=options_asked(request),
            summary=_summary(found, total),
            parts=tuple(parts),
            warnings=warnings,
        ),
        told.counted("writing"),
    )
    return found


def options_asked(request: object) -> dict[str, object]:
    """What a request asks for, fit to be recorded."""
    names: Sequence[str] = type(request).__slots__  # type: ignore[attr-defined]
    return {n: list(v) if isinstance(v := getattr(request, n), tuple) else v for n in names}


def _named(notices: Sequence[Notice], items: Sequence[str]) -> tuple[Notice, ...]:
    """Item numbers replaced by the items' names."""
    return tuple(
        Notice(n.code, n.text, items[int(n.where) - 1]) if n.where.isdigit() else n for n in notices
    )


def _key_notices(
    items: Sequence[str], found: DistractorTable, names: Sequence[str]
) -> tuple[Notice, ...]:
    """What the key check says, in the options' own names."""
    made = []
    for notice in found.notices:
        j = int(notice.where) - 1
        key = names[found.key[j] - 1]
        if notice.code == "key_suspect":
            best = names[found.suspects[j] - 1]
            text = f"Option {best} goes with high scores more than the key, option {key}; check the key."
        else:
            text = f"Nobody chose the key, option {key}."
        made.append(Notice(notice.code, text, items[j]))
    return tuple(made)


def points_earned(scored: NDArray[np.int8]) -> NDArray[np.int64]:
    """(persons,) points over the items presented, a block of persons at a time."""
    found = np.empty(scored.shape[0], np.int64)
    for low in range(0, found.size, BLOCK):
        block = scored[low : low + BLOCK]
        found[low : low + BLOCK] = np.maximum(block, 0).sum(axis=1, dtype=np.int64)
    return found


def _summary(found: ItemAnalysis, total: NDArray[np.int64]) -> dict[str, Cell]:
    return {
        "persons": found.persons,
        "items": found.presented.size,
        "highest score": int(found.maxima.sum()),
        "mean score": float(total.mean()),
        "standard deviation": float(total.std(ddof=1)),
        "alpha": found.reliability.alpha,
        "standard error of measurement": found.reliability.sem,
    }


def _item_part(items: Sequence[str], found: ItemAnalysis) -> Part:
    table = Table(
        "items",
        "Items: difficulty and discrimination",
        {
            "item": list(items),
            "presented": found.presented.tolist(),
            "highest": found.maxima.astype(int).tolist(),
            "mean": found.mean.tolist(),
            "sd": found.sd.tolist(),
            "difficulty": found.difficulty.tolist(),
            "item_total": found.item_total.tolist(),
            "item_rest": found.item_rest.tolist(),
            "alpha_without": found.reliability.alpha_without.tolist(),
            "loading": found.reliability.loadings.tolist(),
        },
    )
    rows = [
        Row(name, float(r), float(r), float(r), flagged=bool(r < 0.1))
        for name, r in zip(items, found.item_rest, strict=True)
    ]
    places = [
        Row(n, float(p), float(p), float(p)) for n, p in zip(items, found.difficulty, strict=True)
    ]
    text = (
        "Difficulty is the mean as a share of the highest points: 1 is easiest. The item-rest "
        "correlation leaves the item out of the score it is compared with; below 0.1 (squares) an "
        "item hardly tells persons apart, below 0 look at its key."
    )
    return Part(
        "Items",
        (text,),
        (table,),
        (
            Figure(
                "difficulty",
                "Difficulty by item.",
                interval_chart("Difficulty", "share of points", places),
            ),
            Figure(
                "discrimination",
                "Item-rest correlation by item.",
                interval_chart("Item-rest correlation", "correlation", rows, marks=(0.0,)),
            ),
        ),
    )


def _option_part(items: Sequence[str], found: DistractorTable, names: Sequence[str]) -> Part:
    label = {0: "omitted", **dict(enumerate(names, start=1))}
    columns: dict[str, list[Cell]] = {
        k: []
        for k in (
            "item",
            "option",
            "is_key",
            "chosen",
            "share",
            "correlation",
            "rest_mean",
            "suspect",
        )
    }
    groups = found.by_group.shape[0]
    columns |= {f"group_{g + 1}": [] for g in range(groups)}
    for j, item in enumerate(items):
        for row, code in enumerate(found.options):
            if found.chosen[row, j] == 0 and code != found.key[j]:
                continue
            values: list[Cell] = [
                item,
                label[int(code)],
                "yes" if code == found.key[j] else "",
                int(found.chosen[row, j]),
                float(found.share[row, j]),
                float(found.correlation[row, j]),
                float(found.rest_mean[row, j]),
                "look at the key" if 0 < code == found.suspects[j] else "",
                *found.by_group[:, row, j].tolist(),
            ]
            for name, value in zip(columns, values, strict=True):
                columns[name].append(value)
    text = (
        "Correlation of choosing an option with the score on the other items; the key should have "
        f"the highest. Columns group_1 to group_{groups} are the shares choosing it, from the lowest "
        "fifth of scores to the highest. An option named suspect goes with high scores more than the key."
    )
    return Part("Options and key check", (text,), (Table("options", "Options by item", columns),))


def _reliability_part(found: ItemAnalysis, total: NDArray[np.int64]) -> Part:
    r = found.reliability
    rows: dict[str, tuple[float, float]] = {
        "alpha": (r.alpha, r.alpha_se),
        "alpha, standardised items": (r.alpha_standardised, np.nan),
        "lambda-2": (r.lambda2, np.nan),
        "lambda-2, standardised items": (r.lambda2_standardised, np.nan),
        "lambda-6, standardised items": (r.lambda6, np.nan),
        "omega, one factor, standardised items": (r.omega, np.nan),
    }
    table = Table(
        "reliability",
        "Reliability of the sum score",
        {
            "coefficient": list(rows),
            "estimate": [v for v, _ in rows.values()],
            "standard_error": [e for _, e in rows.values()],
        },
    )
    scores = total.astype(float)
    values, counts = np.unique(scores, return_counts=True)
    below = np.cumsum(counts) - counts / 2
    distribution = Table(
        "scores",
        "Distribution of scores",
        {
            "score": values.astype(int).tolist(),
            "persons": counts.tolist(),
            "percentile_rank": (100 * below / counts.sum()).tolist(),
        },
    )
    width = int(min(60, max(5, np.ptp(scores) + 1)))
    picture = Figure(
        "scores", "Distribution of scores.", histogram("Scores", "points", scores, bins=width)
    )
    return Part("Scores and reliability", (), (table, distribution), (picture,))


def _consistency_part(
    total: NDArray[np.int64], found: ItemAnalysis, cuts: Sequence[float]
) -> tuple[Part, tuple[Notice, ...]]:
    if (found.presented < found.persons).any():
        raise BadInput(
            "missing_answers",
            field="cuts",
            remedy="Decision consistency needs every answer; leave out --cut.",
        )
    made = classification(
        total.astype(float),
        sorted(cuts),
        reliability=found.reliability.alpha,
        highest=float(found.maxima.sum()),
    )
    names = [f"below {sorted(cuts)[0]:g}", *(f"from {c:g}" for c in sorted(cuts))]
    tables = tuple(
        Table(
            name,
            caption,
            {side: list(names)} | {n: values[:, k].tolist() for k, n in enumerate(names)},
        )
        for name, caption, side, values in (
            (
                "agreement",
                "Share of persons by class on this form and on another",
                "this_form",
                made.agreement,
            ),
            (
                "accuracy",
                "Share of persons by true class and class on this form",
                "true_class",
                made.accuracy,
            ),
        )
    )
    text = (
        f"A second sitting would decide the same for {made.consistent:.1%} of persons (chance alone "
        f"{made.chance:.1%}, kappa {made.kappa:.3f}); {made.accurate:.1%} are placed in their true class. "
        "Livingston and Lewis's method with alpha as the reliability."
    )
    return Part("Decisions at the cut", (text,), tables), made.notices
