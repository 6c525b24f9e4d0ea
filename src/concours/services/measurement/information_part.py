"""The chapter of a calibration's report on what the test measures well."""

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.calibration import Calibration
from concours.psychometrics.information import information_of_test, item_information
from concours.psychometrics.scoring import Scores
from concours.services.measurement.figures import Line, histogram, item_map, line_chart
from concours.services.measurement.report import Figure, Part, Table

Floats = NDArray[np.float64]
POINTS = np.linspace(-4.0, 4.0, 81)
COARSE = np.arange(-4.0, 4.5)


def information_part(found: Calibration, scores: Scores) -> Part:
    """Information of the test and of each item, errors, and persons beside items on one scale."""
    information = information_of_test(found.parameters, POINTS)
    error = 1.0 / np.sqrt(np.maximum(information, 1e-12))
    text = (
        "Information is highest where the test tells persons apart best; the standard error of "
        "an ability is the inverse of its square root."
    )
    return Part(
        "What the test measures well",
        (text,),
        _tables(found, information, error),
        _figures(found, scores, information, error),
    )


def _tables(found: Calibration, information: Floats, error: Floats) -> tuple[Table, Table]:
    table = Table(
        "information",
        "Test information and standard error of measurement",
        {
            "theta": POINTS.tolist(),
            "information": information.tolist(),
            "standard error": error.tolist(),
        },
    )
    by_item = item_information(found.parameters, COARSE)
    items = Table(
        "item_information",
        "Information of each item by ability",
        {"item": list(found.parameters.names)}
        | {f"{at:+.0f}" if at else "0": by_item[:, n].tolist() for n, at in enumerate(COARSE)},
    )
    return table, items


def _figures(
    found: Calibration, scores: Scores, information: Floats, error: Floats
) -> tuple[Figure, ...]:
    curve = line_chart(
        "Test information",
        "ability (logits)",
        "information",
        [Line("information", POINTS, information)],
    )
    shown = error < 3.0
    errors = line_chart(
        "Standard error of measurement",
        "ability (logits)",
        "standard error (logits)",
        [Line("standard error", POINTS[shown], error[shown])]
        if shown.any()
        else [Line("standard error", POINTS, np.minimum(error, 3.0))],
    )
    counts, edges = np.histogram(scores.theta, bins=40)
    middle = (edges[1:] + edges[:-1]) / 2
    places = np.clip(found.parameters.b, -6.0, 6.0)
    persons_and_items = item_map(
        "Persons and items on one scale",
        middle,
        counts / counts.sum(),
        found.parameters.names,
        places,
    )
    return (
        Figure("information", "Test information by ability.", curve),
        Figure("error", "Standard error of measurement by ability.", errors),
        Figure(
            "item_map",
            "Abilities (EAP) of the persons, difficulties of the items; beyond 6 logits at the edge.",
            persons_and_items,
        ),
        Figure(
            "abilities",
            "Distribution of EAP abilities.",
            histogram("EAP abilities", "ability (logits)", scores.theta),
        ),
    )
