"""What a report says of an equating: the table, the differences, the errors, the smoothing."""

from collections.abc import Mapping, Sequence

import numpy as np

from concours.psychometrics.equating import Equating
from concours.psychometrics.frequency import Frequency
from concours.psychometrics.presmoothing import Smoothed
from concours.services.measurement.figures import Line, line_chart
from concours.services.measurement.report import Cell, Figure, Part, Table


def score_parts(
    found: Sequence[Equating],
    forms: tuple[Frequency, Frequency],
    smoothing: Mapping[str, tuple[int, Smoothed]],
) -> tuple[Part, ...]:
    """Chapters of an equating by observed scores."""
    return (table_part(found), _distribution_part(forms, smoothing))


def table_part(found: Sequence[Equating]) -> Part:
    """Equivalents by method, their errors, and how far the methods lie apart."""
    points = found[0].points
    columns: dict[str, Sequence[Cell]] = {"score": points.astype(int).tolist()}
    for made in found:
        columns[made.method] = made.equated.tolist()
    for made in found:
        if np.isfinite(made.error).any():
            columns[f"error_{made.method}"] = made.error.tolist()
    gaps = [Line(made.method, points, made.equated - points) for made in found[:4]]
    figures = [
        Figure(
            "differences",
            "Equivalent on form Y less the score on form X"
            + (" (first four methods)." if len(found) > 4 else "."),
            line_chart("Equivalent less score", "score on form X", "difference (points)", gaps),
        )
    ]
    known = [m for m in found if np.isfinite(m.error).sum() > 1][:4]
    if known:
        figures.append(
            Figure(
                "errors",
                "Standard error of equating by score.",
                line_chart(
                    "Standard error of equating",
                    "score on form X",
                    "standard error (points)",
                    [
                        Line(
                            m.method, m.points[np.isfinite(m.error)], m.error[np.isfinite(m.error)]
                        )
                        for m in known
                    ],
                ),
            )
        )
    lines = [m for m in found if m.line is not None]
    tables = [Table("equivalents", "Equivalents on form Y of the scores of form X", columns)]
    if lines:
        tables.append(
            Table(
                "lines",
                "Linear methods",
                {
                    "method": [m.method for m in lines],
                    "slope": [m.line[0] for m in lines if m.line is not None],
                    "intercept": [m.line[1] for m in lines if m.line is not None],
                },
            )
        )
    text = (
        "Equivalents are not rounded here; round once, when they are published. Where methods differ by more than "
        "half a point, the choice of method decides scores: choose by the design, not by the result."
    )
    return Part("Equivalents", (text,), tuple(tables), tuple(figures))


def _distribution_part(
    forms: tuple[Frequency, Frequency], smoothing: Mapping[str, tuple[int, Smoothed]]
) -> Part:
    tables, figures, texts = [], [], []
    for name, form in zip(("X", "Y"), forms, strict=True):
        columns: dict[str, Sequence[Cell]] = {
            "score": form.points.astype(int).tolist(),
            "persons": np.round(form.counts).astype(int).tolist(),
        }
        lines = [Line("observed", form.points, form.counts)]
        if name in smoothing:
            degree, fit = smoothing[name]
            fitted = fit.counts if fit.counts.ndim == 1 else fit.counts.sum(axis=1)
            if fitted.size == form.counts.size:
                columns["smoothed"] = fitted.tolist()
                lines.append(Line(f"smoothed, degree {degree}", form.points, fitted))
            texts.append(
                f"Form {name}: log-linear smoothing of degree {degree}, likelihood ratio {fit.chi2:.2f} with "
                f"{fit.df} degrees of freedom (p {fit.p:.3f}), AIC {fit.aic:.2f}."
            )
        tables.append(Table(f"form_{name.lower()}", f"Scores on form {name}", columns))
        figures.append(
            Figure(
                f"form_{name.lower()}",
                f"Distribution of scores on form {name}.",
                line_chart(f"Scores on form {name}", "score", "persons", lines),
            )
        )
    return Part("Score distributions", tuple(texts), tuple(tables), tuple(figures))
