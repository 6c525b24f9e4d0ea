"""`concours raters`: severity, fit and agreement of raters, and how many of them are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.agreement import kappa
from concours.psychometrics.counted import Counted
from concours.psychometrics.generalizability import components, decide
from concours.psychometrics.notice import Notice
from concours.psychometrics.rater_result import Facet, RaterModel
from concours.psychometrics.raters import TOLERANCE, rater_model
from concours.services.measurement.figures import histogram
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
from concours.services.measurement.table_file import item_columns, numbers_of, read_table, texts_of
from concours.services.measurement.telling import SILENT, Telling

FEWEST_PAIRS = 10
MOST_PAIRS = 2000


@dataclass(frozen=True, slots=True)
class RatersRequest:
    """What to analyse; the path as given. One row a rating of a person by a rater.

    criteria  columns of whole scores; by default every column not named otherwise
    facets    further columns that may make a rating harder, such as the occasion
    steps     "item" or "common" thresholds
    lowest    the score the scale begins at
    most      raters a person could have, for the decision study
    """

    ratings: str
    person: str
    rater: str
    criteria: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    steps: str = "item"
    lowest: int = 0
    most: int = 5


@dataclass(frozen=True, slots=True)
class _Long:
    """Ratings in long form: one row a score."""

    person: NDArray[np.str_]
    rater: NDArray[np.str_]
    criterion: NDArray[np.str_]
    facets: dict[str, NDArray[np.str_]]
    score: NDArray[np.float64]


def run_raters(request: RatersRequest, folder: Path, *, told: Telling = SILENT) -> RaterModel:
    """Fit, and write tables, pictures and report into ``folder``."""
    path = Path(request.ratings)
    frame = read_table(
        path, (request.person, request.rater, *request.facets), told.counted("reading")
    )
    others = (request.person, request.rater, *request.facets, *request.leave_out)
    criteria = item_columns(frame.columns, request.criteria, others)
    if request.steps not in ("item", "common"):
        raise BadInput("unknown_steps", field="steps", remedy='Use "item" or "common".')
    long = _long(frame, request, criteria, path)
    found = rater_model(
        long.person,
        long.criterion,
        {request.rater: long.rater, **long.facets},
        long.score,
        steps="common" if request.steps == "common" else "item",
        lowest=request.lowest,
        progress=told.passes("rater model", TOLERANCE, "log-likelihood"),
    )
    study, notices = _study_part(long, request)
    parts = (
        *(_facet_part(f) for f in found.facets),
        _criteria_part(found),
        _agreement_part(long, told.counted("agreement")),
        study,
        _persons_part(found),
    )
    write_report(
        folder,
        Report(
            kind="raters",
            title="Raters",
            inputs=(input_of("ratings", path),),
            options=options_asked(request),
            summary=_summary(found, long),
            parts=parts,
            warnings=found.notices + notices,
        ),
        told.counted("writing"),
    )
    return found


def _long(
    frame: pl.DataFrame, request: RatersRequest, criteria: Sequence[str], path: Path
) -> _Long:
    """One row a score; missing scores are left out."""
    person, rater = texts_of(frame, request.person, path), texts_of(frame, request.rater, path)
    facets = {name: texts_of(frame, name, path) for name in request.facets}
    given = {name: frame[name].is_not_null().to_numpy() for name in criteria}
    rows = {name: np.flatnonzero(given[name]) for name in criteria}
    if not any(r.size for r in rows.values()):
        raise BadInput("no_scores", field="criteria", remedy="No criterion has a score.")
    order = np.concatenate([rows[name] for name in criteria])
    scores = np.concatenate(
        [numbers_of(_present(frame, name, path), name, path) for name in criteria]
    )
    return _Long(
        person=person[order],
        rater=rater[order],
        criterion=np.repeat(
            np.array(criteria, dtype=np.str_), [rows[name].size for name in criteria]
        ),
        facets={name: codes[order] for name, codes in facets.items()},
        score=scores,
    )


def _present(frame: pl.DataFrame, name: str, path: Path) -> pl.DataFrame:
    """Rows with a score; raises BadInput, with the file's row, for one that is no number."""
    lost = frame[name].is_not_null() & frame[name].cast(pl.Float64, strict=False).is_null()
    if lost.any():
        row = int(lost.arg_max() or 0)
        raise BadInput(
            "not_a_number",
            field=f"row {row + 1}, column {name}",
            remedy=f"Found {frame[name][row]!r} in {path.name}; scores are whole numbers from 0.",
        )
    return frame.filter(pl.col(name).is_not_null())


def _summary(found: RaterModel, long: _Long) -> dict[str, Cell]:
    facet = found.facets[0]
    spread = float(facet.severity.var())
    known = float(np.nanmean(facet.error**2))
    return {
        "scores": int(long.score.size),
        "persons": int(found.persons.size),
        "raters": int(facet.levels.size),
        "criteria": int(found.items.size),
        "severity, lowest to highest (logits)": f"{facet.severity.min():.3f} to {facet.severity.max():.3f}",
        "share of severity's spread that is not error": max(0.0, 1 - known / spread)
        if spread > 0
        else None,
        "spread of ability (sd, logits)": float(np.sqrt(found.variance)),
        "reliability of ability": found.reliability,
        "log-likelihood": found.log_likelihood,
        "converged": "yes" if found.converged else "no",
    }


def _facet_part(facet: Facet) -> Part:
    table = Table(
        facet.name,
        f"Severity by {facet.name}",
        {
            facet.name: [str(v) for v in facet.levels],
            "severity": facet.severity.tolist(),
            "standard_error": facet.error.tolist(),
            "infit": facet.infit.tolist(),
            "outfit": facet.outfit.tolist(),
            "scores": facet.count.tolist(),
            "mean_score": facet.mean.tolist(),
            "shared_persons": facet.connection.shared.tolist(),
            "part": (facet.connection.part + 1).tolist(),
        },
    )
    reach = 1.96 * np.nan_to_num(facet.error)
    rows = [
        Row(str(n), float(s), float(s - w), float(s + w), flagged=bool(f > 1.5 or f < 0.5))
        for n, s, w, f in zip(facet.levels, facet.severity, reach, facet.infit, strict=True)
    ]
    text = (
        "Severity is taken off every score, in logits; the mean is 0 and above it is severe. Infit is 1 where ratings "
        "are as predictable as the model allows; above 1.5 erratic, below 0.5 hardly using the scale (squares). "
        "Levels of different parts share no person and compare only if persons were assigned at random."
    )
    picture = Figure(
        facet.name,
        f"Severity by {facet.name}, with 95 % intervals.",
        interval_chart(f"Severity by {facet.name}", "logits", rows, marks=(0.0,)),
    )
    return Part(f"Severity: {facet.name}", (text,), (table,), (picture,))


def _criteria_part(found: RaterModel) -> Part:
    columns: dict[str, Sequence[Cell]] = {
        "criterion": [str(v) for v in found.items],
        "difficulty": found.difficulty.tolist(),
        "standard_error": found.difficulty_error.tolist(),
        "infit": found.item_infit.tolist(),
        "outfit": found.item_outfit.tolist(),
    }
    for k in range(found.steps.shape[1]):
        columns[f"step_{k + 1}"] = found.steps[:, k].tolist()
    text = "Steps are relative to the criterion's difficulty; out of order, a score is hardly ever the likeliest one."
    return Part("Criteria", (text,), (Table("criteria", "Difficulty by criterion", columns),))


def _agreement_part(long: _Long, told: Counted) -> Part:
    """Every two raters with ten or more scores of the same persons on the same criteria."""
    what = np.char.add(np.char.add(long.person, "\x1f"), long.criterion)
    _, place = np.unique(what, return_inverse=True)
    order = np.argsort(place, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(place[order])) + 1)
    pairs: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for done, group in enumerate(groups, start=1):
        seen = {str(long.rater[r]): float(long.score[r]) for r in group}
        if len(seen) <= 30:
            for one, two in combinations(sorted(seen), 2):
                pairs.setdefault((one, two), []).append((seen[one], seen[two]))
        if done % 1000 == 0 or done == len(groups):
            told(done, len(groups))
    columns: dict[str, list[Cell]] = {
        k: []
        for k in (
            "rater",
            "other",
            "scores",
            "exact",
            "adjacent",
            "kappa",
            "weighted_kappa",
            "error",
        )
    }
    enough = sorted(
        (k for k, v in pairs.items() if len(v) >= FEWEST_PAIRS), key=lambda k: -len(pairs[k])
    )
    for one, two in enough[:MOST_PAIRS]:
        a, b = np.array(pairs[one, two]).T
        plain, weighted = kappa(a, b), kappa(a, b, weights="quadratic")
        values: list[Cell] = [
            one,
            two,
            a.size,
            plain.exact,
            plain.adjacent,
            plain.kappa,
            weighted.kappa,
            weighted.error,
        ]
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    text = (
        f"Pairs of raters with {FEWEST_PAIRS} or more scores of the same persons on the same criteria. Weighted kappa "
        "has quadratic weights. Agreement says whether raters would put the same number; it does not say who is severe."
    )
    if not enough:
        return Part("Agreement", ("No two raters share enough scores.",))
    return Part("Agreement", (text,), (Table("agreement", "Agreement by pair of raters", columns),))


def _study_part(long: _Long, request: RatersRequest) -> tuple[Part, tuple[Notice, ...]]:
    """Variance components of person, rater and criterion, and designs with more or fewer raters."""
    several = np.unique(long.criterion).size > 1
    effects = ["person", "rater"] + (["criterion", "person x criterion"] if several else [])
    facets = {"person": long.person, "rater": long.rater, "criterion": long.criterion}
    try:
        found = components(long.score, facets, effects, object="person")
    except BadInput as refused:
        return Part("Where scores vary", (f"Not computed: {refused.remedy}",)), ()
    table = Table(
        "components",
        "Variance components of one score",
        {
            "effect": list(found.effects),
            "variance": found.variances.tolist(),
            "standard_error": found.errors.tolist(),
        },
    )
    criteria = float(np.unique(long.criterion).size)
    made = []
    for count in range(1, request.most + 1):
        sizes = {"rater": float(count), "criterion": criteria}
        made.append(decide(found, sizes, fixed=("criterion",)))
    designs = Table(
        "designs",
        "Reliability by number of raters a person",
        {
            "raters": list(range(1, request.most + 1)),
            "generalizability": [m.generalizability for m in made],
            "dependability": [m.dependability for m in made],
            "relative_error": [float(np.sqrt(m.relative_error)) for m in made],
            "absolute_error": [float(np.sqrt(m.absolute_error)) for m in made],
        },
    )
    text = (
        "Components by "
        + {
            "ems": "expected mean squares",
            "reml": "restricted likelihood",
            "henderson": "Henderson's method 1",
        }[found.method]
        + ". Generalizability is for ranking persons, dependability for a fixed cut; errors are in points of the mean "
        "score, over the criteria used here."
    )
    return Part("Where scores vary", (text,), (table, designs)), found.notices


def _persons_part(found: RaterModel) -> Part:
    table = Table(
        "persons",
        "Abilities",
        {
            "person": [str(v) for v in found.persons],
            "ability": found.ability.tolist(),
            "standard_error": found.ability_error.tolist(),
            "fair_score": found.fair.tolist(),
        },
        of_persons=True,
    )
    text = (
        "Ability in logits with severity taken out (EAP), and the mean score it would bring with raters of average "
        "severity."
    )
    picture = Figure(
        "abilities", "Distribution of abilities.", histogram("Abilities", "logits", found.ability)
    )
    return Part("Persons", (text,), (table,), (picture,))
