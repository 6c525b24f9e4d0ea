"""`concours calibrate`: from a file of answers to item parameters and a technical report."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import Calibration, calibrate
from concours.psychometrics.counted import Counted
from concours.psychometrics.fit_items import ItemFit, item_fit
from concours.psychometrics.fit_overall import overall_fit
from concours.psychometrics.fit_persons import ResidualFit, residual_fit
from concours.psychometrics.information import (
    marginal_reliability,
)
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters
from concours.psychometrics.scoring import Scores, score
from concours.psychometrics.shards import ShardMap
from concours.services.measurement.information_part import POINTS, information_part
from concours.services.measurement.item_file import parameter_table, read_parameters
from concours.services.measurement.packed_file import Sheet
from concours.services.measurement.reading import Columns, read_key, read_sheet, with_categories
from concours.services.measurement.report import (
    Cell,
    Part,
    Report,
    Table,
    input_of,
    write_report,
)
from concours.services.measurement.telling import SILENT, Telling

Floats = NDArray[np.float64]
# Residuals of more persons than this add nothing to a picture and take their time.
MOST_RESIDUALS = 200_000
UNLIKELY = -1.645


@dataclass(frozen=True, slots=True)
class CalibrationRequest:
    """What to calibrate and how; paths as given, so that a record can be asked for again.

    model  a model for all items, or the path of a CSV file with columns item and model
    """

    answers: str
    model: str = "2pl"
    id: str = ""
    group: str = ""
    weight: str = ""
    items: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    lowest: int = 0
    key: str = ""
    fixed: str = ""
    reference: str = ""
    standard_errors: str = "auto"
    tolerance: float = 1e-6
    most_iterations: int = 500
    allow_unconnected: bool = False

    def columns(self) -> Columns:
        """Which columns mean what."""
        return Columns(self.items, self.id, self.group, self.weight, self.leave_out, self.lowest)


def run_calibration(
    request: CalibrationRequest,
    folder: Path,
    *,
    map: ShardMap | None = None,
    told: Telling = SILENT,
) -> Calibration:
    """Calibrate, and write parameters, fit, pictures, record and report into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    key = read_key(Path(request.key)) if request.key else None
    sheet = read_sheet(
        Path(request.answers),
        request.columns(),
        folder / "answers.packed",
        key=key,
        told=told.counted("reading"),
    )
    names = sheet.responses.layout.names
    fixed = read_parameters(Path(request.fixed)) if request.fixed else None
    if fixed is not None:
        fixed = fixed.select([n for n in fixed.names if n in set(names)])
        known = dict(zip(fixed.names, fixed.categories.tolist(), strict=True))
        seen = dict(zip(names, sheet.responses.layout.categories.tolist(), strict=True))
        wanted = [known.get(name, seen[name]) for name in names]
        sheet = with_categories(sheet, wanted, folder / "answers.packed")
    found = calibrate(
        sheet.responses,
        model_of_items(request.model, names),
        groups=sheet.groups,
        reference=request.reference or None,
        weights=sheet.weights,
        fixed=fixed,
        standard_errors=request.standard_errors,
        tolerance=request.tolerance,
        most_iterations=request.most_iterations,
        allow_unconnected=request.allow_unconnected,
        map=map,
        progress=told.passes("calibrating", request.tolerance),
        progress_of_errors=told.counted("standard errors"),
    )
    write_report(
        folder, report_of(request, sheet, found, fixed, map, told), told.counted("writing")
    )
    return found


def model_of_items(model: str, names: Sequence[str]) -> str | list[str]:
    """The model, or one for each item from a CSV file; raises BadInput for an item it leaves out."""
    if not model.endswith(".csv"):
        return model
    path = Path(model)
    if not path.is_file():
        raise BadInput("no_such_file", field=model, remedy="Check the path.")
    table = pl.read_csv(path, infer_schema=False)
    if not {"item", "model"} <= set(table.columns):
        raise BadInput("wrong_columns", field=model, remedy="Give columns item and model.")
    known = dict(zip(table["item"].to_list(), table["model"].to_list(), strict=True))
    missing = [name for name in names if name not in known]
    if missing:
        raise BadInput("item_without_model", field=missing[0], remedy=f"Add it to {path.name}.")
    return [str(known[name]) for name in names]


def report_of(
    request: CalibrationRequest,
    sheet: Sheet,
    found: Calibration,
    fixed: ItemParameters | None,
    map: ShardMap | None,
    told: Telling = SILENT,
) -> Report:
    """The technical report of a calibration."""
    scores = _scores(sheet, found, map, told.counted("scores"))
    residuals = _residuals(sheet, found, scores, told.counted("fit of persons"))
    fit, fit_notices = _item_fit(
        sheet, found, () if fixed is None else fixed.names, told.counted("fit of items")
    )
    inputs = [input_of("answers", Path(request.answers))]
    inputs += [
        input_of(role, Path(path))
        for role, path in (("key", request.key), ("fixed parameters", request.fixed))
        if path
    ]
    return Report(
        kind="calibration",
        title="Calibration of a test",
        inputs=tuple(inputs),
        options={
            name: list(value) if isinstance(value, tuple) else value
            for name in CalibrationRequest.__slots__
            for value in (getattr(request, name),)
        },
        summary=_summary(sheet, found, scores),
        parts=(
            _design_part(sheet, found),
            _item_part(sheet, found, residuals, fit),
            _fit_part(sheet, found, told.counted("fit of the test")),
            *_person_parts(sheet, scores, residuals),
            information_part(found, scores),
            _method_part(found),
        ),
        warnings=found.warnings + fit_notices,
    )


def _scores(sheet: Sheet, found: Calibration, map: ShardMap | None, told: Counted) -> Scores:
    run = partial(score, sheet.responses, found.parameters, map=map, progress=told)
    place = {group.label: n for n, group in enumerate(found.groups)}
    if sheet.groups is None:
        mean, sd = found.groups[0].mean, found.groups[0].sd
        return run(prior_mean=mean, prior_sd=sd)
    code = np.array([place[str(label)] for label in sheet.groups])
    means = np.array([group.mean for group in found.groups])[code]
    sds = np.array([group.sd for group in found.groups])[code]
    return run(prior_mean=means, prior_sd=sds)


def _summary(sheet: Sheet, found: Calibration, scores: Scores) -> dict[str, Cell]:
    weight = np.exp(-0.5 * POINTS**2)
    reliability = marginal_reliability(found.parameters, POINTS, weight / weight.sum())
    return {
        "persons": found.persons,
        "items": found.parameters.items,
        "groups": len(found.groups),
        "log-likelihood": found.log_likelihood,
        "free parameters": found.free_parameters,
        "AIC": found.aic,
        "BIC": found.bic,
        "converged": "yes" if found.converged else "no",
        "passes over the persons": found.iterations,
        "marginal reliability": reliability,
        "mean standard error of EAP scores": float(np.sqrt((scores.se**2).mean())),
    }


def _design_part(sheet: Sheet, found: Calibration) -> Part:
    presented = _presented(sheet)
    groups = Table(
        "groups",
        "Distributions of ability",
        {
            "group": [g.label for g in found.groups],
            "persons": [
                int(g.persons) if g.persons.is_integer() else g.persons for g in found.groups
            ],
            "mean": [g.mean for g in found.groups],
            "sd": [g.sd for g in found.groups],
        },
    )
    text = (
        f"{found.persons:,} persons answered {found.parameters.items} items; an item was presented "
        f"to {int(presented.min()):,} to {int(presented.max()):,} persons. Ability is normal in "
        f"each group; the scale is set by {_scale(found)}."
    )
    return Part("Who answered what", (text,), (groups,))


def _scale(found: Calibration) -> str:
    first = found.groups[0]
    if (first.mean, first.sd) == (0.0, 1.0):
        return f"group {first.label}, which has mean 0 and standard deviation 1"
    return "the fixed items"


def _presented(sheet: Sheet) -> Floats:
    layout = sheet.responses.layout
    counts = sheet.responses.category_counts()
    return np.add.reduceat(counts, layout.first[:-1]).astype(np.float64)


def _item_fit(
    sheet: Sheet, found: Calibration, fixed: Sequence[str], told: Counted
) -> tuple[ItemFit | None, tuple[Notice, ...]]:
    group = found.groups[0]
    try:
        fit = item_fit(
            sheet.responses,
            found.parameters,
            mean=group.mean,
            sd=group.sd,
            fixed=fixed,
            progress=told,
        )
    except BadInput as refused:
        return None, (Notice("no_item_fit", f"S-X2 was not computed: {refused.remedy}"),)
    return fit, fit.warnings


def _item_part(
    sheet: Sheet, found: Calibration, residuals: ResidualFit | None, fit: ItemFit | None
) -> Part:
    table = parameter_table(found.parameters, found.standard_errors)
    columns: dict[str, list[Cell]] = {
        "item": list(found.parameters.names),
        "persons": _presented(sheet).astype(int).tolist(),
    }
    if fit is not None:
        columns |= {
            "S-X2": fit.statistic.tolist(),
            "df": fit.degrees.tolist(),
            "p": fit.p.tolist(),
            "RMSEA": fit.rmsea.tolist(),
        }
    if residuals is not None:
        squares = residuals.items
        columns |= {"infit": squares.infit.tolist(), "outfit": squares.outfit.tolist()}
    method = found.standard_errors.method if found.standard_errors is not None else "none"
    text = (
        "a is the slope per logit, b the difficulty, c the lower asymptote, b1, b2, ... the "
        f"thresholds of ordered categories. Standard errors: {method}. S-X2 compares observed "
        "and expected answers in groups with the same sum score; with one test per item, about "
        "one in twenty sound items falls below p = 0.05."
    )
    return Part("Items", (text,), (table, Table("fit", "Fit of items", columns)))


def _residuals(
    sheet: Sheet, found: Calibration, scores: Scores, told: Counted
) -> ResidualFit | None:
    if found.persons > MOST_RESIDUALS:
        return None
    return residual_fit(sheet.responses, found.parameters, scores.theta, progress=told)


def _person_parts(sheet: Sheet, scores: Scores, found: ResidualFit | None) -> tuple[Part, ...]:
    """Fit of persons, whose rows stay out of the page; nothing where residuals were not computed."""
    if found is None:
        return ()
    answered = np.isfinite(found.lz)
    low = int((found.lz[answered] < UNLIKELY).sum())
    table = Table(
        "person_fit",
        "Fit of persons",
        {
            "id": sheet.ids.tolist() if sheet.ids is not None else _numbers(scores.theta.size),
            "theta": scores.theta.tolist(),
            "infit": found.persons.infit.tolist(),
            "outfit": found.persons.outfit.tolist(),
            "lz": found.lz.tolist(),
        },
        of_persons=True,
    )
    text = (
        f"lz is a person's standardised log-likelihood; far below 0 the pattern of answers is unlikely "
        f"(guessing, copying, a mis-read sheet). Below {UNLIKELY} are {low:,} of "
        f"{int(answered.sum()):,} persons; where the model holds, one in twenty or fewer "
        "are expected."
    )
    return (Part("Fit of persons", (text,), (table,)),)


def _numbers(persons: int) -> list[int]:
    return list(range(1, persons + 1))


def _fit_part(sheet: Sheet, found: Calibration, told: Counted) -> Part:
    title = "Fit of the whole test"
    if len(found.groups) > 1 or found.groups[0].mean != 0.0 or sheet.weights is not None:
        return Part(title, ("M2 is for one unweighted group on its own scale: not computed.",))
    try:
        fit = overall_fit(sheet.responses, found.parameters, progress=told)
    except BadInput as refused:
        return Part(title, (f"M2 was not computed: {refused.remedy}",))
    text = (
        f"M2 = {fit.statistic:.2f} with {fit.degrees} degrees of freedom, "
        f"{'p < 0.0001' if fit.p < 1e-4 else f'p = {fit.p:.4f}'}; "
        f"RMSEA {fit.rmsea:.4f} (90 % interval {fit.rmsea_low:.4f} to {fit.rmsea_high:.4f}); "
        f"SRMSR {fit.srmsr:.4f}."
    )
    return Part(title, (text,))


def _method_part(found: Calibration) -> Part:
    table = Table(
        "convergence",
        "Course of the iteration",
        {
            "pass": [s.iteration for s in found.record],
            "log-posterior": [s.log_posterior for s in found.record],
            "largest change": [s.change for s in found.record],
            "kept": ["yes" if s.kept else "no" for s in found.record],
        },
    )
    text = (
        "Marginal maximum likelihood by an accelerated EM algorithm; ability integrated over "
        f"{found.nodes.count} equally spaced points from {found.nodes.low:.2f} to "
        f"{found.nodes.high:.2f}. Under 3pl, logit c has a normal prior with mean -1.386 and "
        "standard deviation 0.5."
    )
    return Part("How it was computed", (text,), (table,))
