"""Residuals from the model: mean squares of items and persons, and the likelihood index lz."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.models import ability_derivatives
from concours.psychometrics.parameters import ItemParameters, blocks_of
from concours.psychometrics.responses import Responses

Floats = NDArray[np.float64]

ROWS = 1024


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Fit mean squares, near 1 where the model holds, with standardised forms near N(0, 1).

    outfit weighs all residuals alike, infit by their information; NaN where nothing was answered
    """

    outfit: Floats
    outfit_z: Floats
    infit: Floats
    infit_z: Floats


@dataclass(frozen=True, slots=True)
class ResidualFit:
    """Mean squares by item and by person, and each person's standardised log-likelihood lz.

    lz far below zero: an unlikely pattern (guessing, copying, a mis-read key)
    """

    items: MeanSquares
    persons: MeanSquares
    lz: Floats


@dataclass(slots=True)
class Sums:
    """Running sums of residual statistics, by item or by person."""

    count: Floats
    square: Floats
    raw: Floats
    variance: Floats
    kurtosis: Floats
    spread: Floats

    def mean_squares(self) -> MeanSquares:
        """Outfit and infit with their Wilson-Hilferty z."""
        with np.errstate(divide="ignore", invalid="ignore"):
            outfit = self.square / self.count
            infit = self.raw / self.variance
            outfit_q = np.sqrt(np.maximum(self.kurtosis / self.count**2 - 1.0 / self.count, 0.0))
            infit_q = np.sqrt(np.maximum(self.spread / self.variance**2, 0.0))
            outfit_z = (np.cbrt(outfit) - 1.0) * 3.0 / outfit_q + outfit_q / 3.0
            infit_z = (np.cbrt(infit) - 1.0) * 3.0 / infit_q + infit_q / 3.0
        return MeanSquares(outfit, outfit_z, infit, infit_z)


def residual_fit(
    responses: Responses,
    parameters: ItemParameters,
    theta: Floats,
    *,
    progress: Counted | None = None,
) -> ResidualFit:
    """Fit of items and persons from residuals at abilities ``theta`` (persons,).

    ``progress`` is told persons done of all.
    Raises BadInput if there is not one finite ability per person.
    Cost: persons x items x categories exponentials; memory of 1,024 persons.
    Sources: Wright & Masters (1982), Rating Scale Analysis; Drasgow, Levine & Williams (1985),
    BJMSP 38, 67-86.
    """
    if theta.shape != (responses.persons,) or not np.isfinite(theta).all():
        raise BadInput(
            "shapes_disagree",
            field="theta",
            remedy=f"Give one finite ability for each of the {responses.persons} persons.",
        )
    parameters = parameters.select(responses.layout.names)
    by_item = Sums(*(np.zeros(parameters.items) for _ in range(6)))
    by_person = Sums(*(np.zeros(responses.persons) for _ in range(6)))
    lz = np.empty(responses.persons)
    for low in range(0, responses.persons, ROWS):
        high = min(low + ROWS, responses.persons)
        lz[low:high] = _add_rows(
            responses.unpack(low, high), parameters, theta[low:high], by_item, by_person, low
        )
        (progress or unheard)(high, responses.persons)
    return ResidualFit(by_item.mean_squares(), by_person.mean_squares(), lz)


def _add_rows(
    answers: NDArray[np.int8],
    parameters: ItemParameters,
    theta: Floats,
    by_item: Sums,
    by_person: Sums,
    low: int,
) -> Floats:
    n = theta.size
    likelihood, expected, spread = np.zeros(n), np.zeros(n), np.zeros(n)
    for block in blocks_of(parameters):
        prob, _, _ = ability_derivatives(block, theta)  # (items, categories, persons)
        prob = np.maximum(prob, 1e-300)
        given = answers[:, block.items].T
        here = given >= 0
        level = np.arange(block.categories)[None, :, None]
        mean = (level * prob).sum(axis=1)
        centred = level - mean[:, None, :]
        variance = np.maximum((centred**2 * prob).sum(axis=1), 1e-100)
        fourth = (centred**4 * prob).sum(axis=1)
        raw = np.where(here, (given - mean) ** 2, 0.0)
        parts = (
            here.astype(np.float64),
            raw / variance,
            raw,
            np.where(here, variance, 0.0),
            np.where(here, fourth / variance**2, 0.0),
            np.where(here, fourth - variance**2, 0.0),
        )
        for name, part in zip(Sums.__slots__, parts, strict=True):
            getattr(by_item, name)[block.items] += part.sum(axis=1)
            getattr(by_person, name)[low : low + n] += part.sum(axis=0)
        log_p = np.log(prob)
        entropy = (prob * log_p).sum(axis=1)
        picked = np.take_along_axis(log_p, np.maximum(given, 0)[:, None, :].astype(np.int64), 1)
        likelihood += np.where(here, picked[:, 0], 0.0).sum(axis=0)
        expected += np.where(here, entropy, 0.0).sum(axis=0)
        second = (prob * log_p**2).sum(axis=1) - entropy**2
        spread += np.where(here, second, 0.0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((likelihood - expected) / np.sqrt(spread))
