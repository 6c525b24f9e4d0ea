"""Data for the tests of calibration and scoring: a published table, and answers drawn from a model."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.parameters import ItemParameters, item_parameters
from concours.psychometrics.sum_scores import category_probabilities

Floats = NDArray[np.float64]
PATTERNS = Path(__file__).parents[1] / "golden" / "lsat6_patterns.csv"


def lsat6() -> tuple[NDArray[np.int8], Floats]:
    """The 32 patterns of section 6 of the Law School Admission Test and how many gave each.

    The table is printed in Bock & Lieberman (1970), Psychometrika 35, 179-197, and in most texts
    on the subject since.
    """
    lines = PATTERNS.read_text(encoding="utf-8").split()[1:]
    rows = [line.split(",") for line in lines]
    patterns = np.array([[int(digit) for digit in pattern] for pattern, _ in rows], np.int8)
    return patterns, np.array([float(persons) for _, persons in rows])


def lsat6_persons() -> NDArray[np.int8]:
    """The same, one row per person."""
    patterns, persons = lsat6()
    return np.repeat(patterns, persons.astype(int), axis=0)


def drawn(parameters: ItemParameters, theta: Floats, seed: int) -> NDArray[np.int8]:
    """Answers of persons with these abilities."""
    generator = np.random.default_rng(seed)
    columns = []
    for prob in category_probabilities(parameters, theta):
        chance = generator.random(theta.size)
        columns.append((chance[None, :] > np.cumsum(prob, axis=0)[:-1]).sum(axis=0))
    return np.stack(columns, axis=1).astype(np.int8)


def some_2pl(items: int, seed: int) -> ItemParameters:
    """Slopes lognormal(0, 0.3), difficulties standard normal."""
    generator = np.random.default_rng(seed)
    return item_parameters(a=generator.lognormal(0, 0.3, items), b=generator.normal(0, 1, items))


def abilities(persons: int, seed: int, mean: float = 0.0, sd: float = 1.0) -> Floats:
    """Normal abilities."""
    return mean + sd * np.random.default_rng(seed).normal(size=persons)
