"""`concours score`: from answers and item parameters to reported scores with their errors."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.rounding import ScaledScores, scaled_scores
from concours.psychometrics.scoring import Scores, score
from concours.psychometrics.shards import ShardMap
from concours.services.measurement.figures import Line, histogram, line_chart
from concours.services.measurement.item_file import read_parameters
from concours.services.measurement.packed_file import Sheet
from concours.services.measurement.reading import Columns, read_key, read_sheet, with_categories
from concours.services.measurement.report import (
    Cell,
    Column,
    Figure,
    Part,
    Report,
    Table,
    input_of,
    write_report,
)
from concours.services.measurement.telling import SILENT, Telling

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """What to score and how to report it.

    scale_mean, scale_sd  the reported score of ability 0, and its points per logit: 50 and 10 give
                          T-scores of the population the parameters are scaled to. Decimal texts, so
                          that the line is exact
    low, high             limits of reported scores, "" for none
    """

    answers: str
    parameters: str
    method: str = "eap"
    id: str = ""
    items: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    lowest: int = 0
    key: str = ""
    prior_mean: float = 0.0
    prior_sd: float = 1.0
    scale_mean: str = "50"
    scale_sd: str = "10"
    decimals: int = 2
    rule: str = "half_up"
    low: str = ""
    high: str = ""

    def columns(self) -> Columns:
        """Which columns mean what."""
        return Columns(items=self.items, id=self.id, leave_out=self.leave_out, lowest=self.lowest)


def run_scores(
    request: ScoreRequest,
    folder: Path,
    *,
    map: ShardMap | None = None,
    told: Telling = SILENT,
) -> Scores:
    """Score everybody, and write scores, pictures, record and report into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    key = read_key(Path(request.key)) if request.key else None
    sheet = read_sheet(
        Path(request.answers),
        request.columns(),
        folder / "answers.packed",
        key=key,
        told=told.counted("reading"),
    )
    parameters = read_parameters(Path(request.parameters))
    used = parameters.select(sheet.responses.layout.names)
    sheet = with_categories(sheet, [int(k) for k in used.categories], folder / "answers.packed")
    found = score(
        sheet.responses,
        used,
        method=request.method,
        prior_mean=request.prior_mean,
        prior_sd=request.prior_sd,
        map=map,
        progress=told.counted("scoring"),
    )
    write_report(folder, report_of(request, sheet, found), told.counted("writing"))
    return found


def report_of(request: ScoreRequest, sheet: Sheet, found: Scores) -> Report:
    """The report of a scoring run."""
    scaled, text = _reported(request, found)
    ids = sheet.ids if sheet.ids is not None else range(1, found.theta.size + 1)
    slope = float(request.scale_sd)
    table = Table(
        "scores",
        "Scores",
        {
            "id": ids,
            "theta": found.theta,
            "se": found.se,
            "score": text,
            "score_se": found.se * slope,
            "scored": np.where(found.scored, "yes", "no"),
        },
        of_persons=True,
    )
    inputs = [
        input_of("answers", Path(request.answers)),
        input_of("parameters", Path(request.parameters)),
    ]
    inputs += [input_of("key", Path(request.key))] if request.key else []
    return Report(
        kind="scores",
        title="Scores of a sitting",
        inputs=tuple(inputs),
        options={
            name: list(value) if isinstance(value, tuple) else value
            for name in ScoreRequest.__slots__
            for value in (getattr(request, name),)
        },
        summary=_summary(found, scaled),
        parts=(_score_part(request, found, scaled, table),),
        warnings=found.warnings,
    )


def _reported(request: ScoreRequest, found: Scores) -> tuple[ScaledScores, Column]:
    """Scaled scores of those who have a score, and one text per person, none without a score."""
    have = np.isfinite(found.theta)
    scaled = scaled_scores(
        found.theta[have],
        slope=request.scale_sd,
        intercept=request.scale_mean,
        decimals=request.decimals,
        rule=request.rule,
        low=request.low or None,
        high=request.high or None,
    )
    units, place = np.unique(scaled.units, return_inverse=True)
    said = np.array(ScaledScores(units, scaled.decimals).texts())[place]
    if have.all():
        return scaled, said
    texts: list[Cell] = [None] * found.theta.size
    for person, text in zip(np.flatnonzero(have).tolist(), said.tolist(), strict=True):
        texts[person] = text
    return scaled, texts


def _summary(found: Scores, scaled: ScaledScores) -> dict[str, Cell]:
    values = scaled.values()
    return {
        "persons": found.theta.size,
        "persons without an answer": int((~found.scored).sum()),
        "method": found.method,
        "mean score": float(values.mean()),
        "standard deviation": float(values.std()),
        "lowest": float(values.min()),
        "highest": float(values.max()),
        "root mean square error (logits)": float(np.sqrt(np.nanmean(found.se**2))),
    }


def _score_part(request: ScoreRequest, found: Scores, scaled: ScaledScores, table: Table) -> Part:
    order = np.argsort(found.theta)
    order = order[np.isfinite(found.theta[order])]
    order = order[:: max(1, order.size // 500)]
    text = (
        f"Reported score = {request.scale_mean} + {request.scale_sd} x ability, rounded once to "
        f"{request.decimals} decimals ({request.rule.replace('_', ' ')})."
    )
    return Part(
        "Scores",
        (text,),
        (table,),
        (
            Figure(
                "distribution",
                "Distribution of reported scores.",
                histogram("Reported scores", "score", scaled.values()),
            ),
            Figure(
                "errors",
                "Standard error by ability.",
                line_chart(
                    "Standard errors",
                    "ability (logits)",
                    "standard error (logits)",
                    [Line("standard error", found.theta[order], found.se[order])],
                ),
            ),
        ),
    )
