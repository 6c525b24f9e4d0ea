"""`concours dif`: do items favour one of two groups among persons of equal score?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from concours.kernel.errors import BadInput
from concours.psychometrics.dif import MantelHaenszel, mantel_haenszel
from concours.psychometrics.dif_logistic import LogisticDif, logistic_dif
from concours.psychometrics.distractor import mark
from concours.psychometrics.notice import Notice
from concours.services.measurement.dif_irt_part import irt_part
from concours.services.measurement.items_run import options_asked
from concours.services.measurement.reading import read_key
from concours.services.measurement.report import (
    Cell,
    Figure,
    Input,
    Part,
    Report,
    Table,
    input_of,
    write_report,
)
from concours.services.measurement.report_figures import Row, interval_chart
from concours.services.measurement.table_file import (
    Texts,
    answers_of,
    item_columns,
    numbers_of,
    open_table,
    options_of,
    texts_of,
)
from concours.services.measurement.table_source import Source
from concours.services.measurement.telling import SILENT, Telling


@dataclass(frozen=True, slots=True)
class DifRequest:
    """What to compare; paths as given.

    group, focal, reference   column and codes of the groups; without reference, everybody else
    matching                  column of a whole-number score; "" for the points earned
    irt                       "1pl", "2pl" or "3pl" to compare two calibrations too; "" not to
    """

    answers: str
    group: str
    focal: str
    reference: str = ""
    key: str = ""
    matching: str = ""
    items: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    purify: bool = True
    level: float = 0.05
    irt: str = ""


def run_dif(request: DifRequest, folder: Path, *, told: Telling = SILENT) -> MantelHaenszel:
    """Compare, and write tables, picture and report into ``folder``."""
    path = Path(request.answers)
    source = open_table(path, (request.group, request.matching))
    sides = source.whole(
        [n for n in (request.group, request.matching) if n], told.counted("reading groups")
    )
    groups = texts_of(sides, request.group, path)
    kept = _two_groups(groups, request)
    others = (request.group, request.matching, *request.leave_out)
    items = item_columns(source.names, request.items, [o for o in others if o])
    scored = _scored(request, source, items, told)
    if not kept.all():
        scored, groups = scored[kept], groups[kept]
    focal = groups == request.focal
    matching = numbers_of(sides, request.matching, path)[kept] if request.matching else None
    found = mantel_haenszel(
        scored,
        focal,
        matching=matching,
        purify=request.purify,
        level=request.level,
        progress=told.counted("Mantel-Haenszel"),
    )
    binary = scored.max(axis=0) <= 1
    turned = None
    notices = found.notices
    if binary.all():
        turned = logistic_dif(
            scored,
            focal,
            matching=matching,
            purify=request.purify,
            level=request.level,
            progress=told.counted("logistic regression"),
        )
        notices += tuple(n for n in turned.notices if n not in notices)
    parts = _parts(request, items, found, turned)
    warnings = _named(notices, items)
    if request.irt:
        part, more = irt_part(
            scored, focal, items, request.irt, purify=request.purify, level=request.level, told=told
        )
        parts, warnings = (*parts, part), warnings + more
    write_report(
        folder,
        Report(
            kind="dif",
            title="Differential item functioning",
            inputs=_inputs(request),
            options=options_asked(request),
            summary=_summary(found, focal, items),
            parts=parts,
            warnings=warnings,
        ),
        told.counted("writing"),
    )
    return found


def _scored(
    request: DifRequest, source: Source, items: Sequence[str], told: Telling
) -> NDArray[np.int8]:
    """Points of everybody, marked by the key where there is one."""
    if not request.key:
        return answers_of(source, items, told.counted("reading"))
    key = read_key(Path(request.key))
    chosen, codes, _ = options_of(source, items, key, request.omitted, told.counted("reading"))
    return mark(chosen, codes)


def _inputs(request: DifRequest) -> tuple[Input, ...]:
    given = (("answers", request.answers), ("key", request.key))
    return tuple(input_of(role, Path(path)) for role, path in given if path)


def _two_groups(groups: Texts, request: DifRequest) -> NDArray[np.bool_]:
    """Rows of the two groups; raises BadInput when a code does not occur."""
    codes = np.unique(groups).tolist()
    for code in (request.focal, request.reference):
        if code and code not in codes:
            raise BadInput(
                "unknown_group",
                field=request.group,
                remedy=f"No row has {code!r}; the codes are {', '.join(codes[:20])}.",
            )
    asked = [request.focal, request.reference] if request.reference else codes
    return np.isin(groups, asked)


def _named(notices: Sequence[Notice], items: Sequence[str]) -> tuple[Notice, ...]:
    return tuple(
        Notice(n.code, n.text, items[int(n.where) - 1]) if n.where.isdigit() else n for n in notices
    )


def _summary(
    found: MantelHaenszel,
    focal: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    items: Sequence[str],
) -> dict[str, Cell]:
    return {
        "focal group, persons": int(focal.sum()),
        "reference group, persons": int((~focal).sum()),
        "items": len(items),
        "class B (moderate)": int((found.ets == "B").sum()),
        "class C (large)": int((found.ets == "C").sum()),
        "large against the focal group": ", ".join(
            name
            for name, c, d in zip(items, found.ets, found.mean_gap, strict=True)
            if c == "C" and d < 0
        )
        or "none",
        "purification rounds": found.rounds,
    }


def _parts(
    request: DifRequest, items: Sequence[str], found: MantelHaenszel, turned: LogisticDif | None
) -> tuple[Part, ...]:
    table = Table(
        "mantel_haenszel",
        "Mantel-Haenszel by item",
        {
            "item": list(items),
            "chi2": found.chi2.tolist(),
            "p": found.p.tolist(),
            "odds_ratio": found.odds_ratio.tolist(),
            "log_odds_se": found.log_odds_se.tolist(),
            "delta": found.delta.tolist(),
            "mean_gap": found.mean_gap.tolist(),
            "class": found.ets.tolist(),
            "in_anchor": ["yes" if a else "no" for a in found.anchor],
        },
    )
    z = float(stats.norm.isf(request.level / 2))
    reach = 2.35 * z * found.log_odds_se
    rows = [
        Row(n, float(d), float(d - w), float(d + w), flagged=str(c) == "C")
        for n, d, w, c in zip(items, found.delta, reach, found.ets, strict=True)
    ]
    text = (
        "Delta is the common odds ratio on the ETS scale: below 0 the item is harder for the focal group than "
        "for the reference group at equal score. A is negligible, B moderate (1 or more and significant), C large "
        "(1.5 or more and significantly above 1). mean_gap is the difference of mean scores, focal less reference, "
        "weighted by the focal group, as a share of the item's points. A class is a reason to read the item, not a verdict."
    )
    picture = Figure(
        "delta",
        f"Delta by item with {1 - request.level:.0%} intervals; squares are class C.",
        interval_chart("Mantel-Haenszel delta", "delta", rows, marks=(-1.5, 0.0, 1.5)),
    )
    parts = [
        Part(
            "Shift between the groups",
            (text,),
            (table,),
            (picture,) if np.isfinite(found.delta).any() else (),
        )
    ]
    if turned is not None:
        parts.append(_logistic_part(items, turned))
    else:
        parts.append(
            Part("Logistic regression", ("Not computed: some items have more than two scores.",))
        )
    return tuple(parts)


def _logistic_part(items: Sequence[str], found: LogisticDif) -> Part:
    table = Table(
        "logistic",
        "Logistic regression by item",
        {
            "item": list(items),
            "chi2": found.chi2.tolist(),
            "p": found.p.tolist(),
            "uniform_chi2": found.uniform_chi2.tolist(),
            "uniform_p": found.uniform_p.tolist(),
            "nonuniform_chi2": found.nonuniform_chi2.tolist(),
            "nonuniform_p": found.nonuniform_p.tolist(),
            "r2_gain": found.gain.tolist(),
            "class": found.jodoin_gierl.tolist(),
        },
    )
    text = (
        "Uniform: the item's curve is shifted between the groups. Nonuniform: it is turned, so that the item "
        "favours one group among low scores and the other among high ones. Classes by the gain in Nagelkerke's "
        "R squared: A below 0.035, B below 0.07, C above."
    )
    return Part("Logistic regression", (text,), (table,))
