"""Every model, estimated by so many threads: ``python estimated.py THREADS FILE.npz ...``."""

import sys

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.calibration import calibrate
from concours.psychometrics.raters import rater_model
from concours.psychometrics.responses import pack
from concours.psychometrics.scoring import score
from concours.psychometrics.shards import ShardMap, threaded

Numbers = dict[str, NDArray[np.float64]]

# Model, persons and categories; 20,000 complete answer sheets go by weighted scores, gaps by nodes.
CALIBRATIONS = {
    "1pl": ("1pl", 2_500, 2, 0.1),
    "2pl": ("2pl", 2_500, 2, 0.1),
    "2pl by scores": ("2pl", 20_000, 2, 0.0),
    "3pl": ("3pl", 2_500, 2, 0.0),
    "gpcm": ("gpcm", 2_500, 3, 0.0),
    "grm": ("grm", 2_500, 3, 0.0),
}


def answers(persons: int, categories: int, gaps: float) -> NDArray[np.int8]:
    """Answers of ten items, as far apart as their number says, with some not presented."""
    chance = np.random.default_rng(20261123)
    ability = chance.normal(size=(persons, 1))
    place = np.linspace(-1.2, 1.2, 10)
    steps = [ability - place - step + chance.logistic(size=(persons, 10)) for step in (-0.5, 0.5)]
    reached = sum((step > 0).astype(np.int8) for step in steps[: categories - 1])
    found: NDArray[np.int8] = np.where(chance.random((persons, 10)) < gaps, -1, reached).astype(
        np.int8
    )
    return found


def calibrated(name: str, run: ShardMap) -> Numbers:
    """Parameters, errors, log-likelihood and scores under one model."""
    model, persons, categories, gaps = CALIBRATIONS[name]
    given = pack(answers(persons, categories, gaps))
    found = calibrate(given, model, standard_errors="cross-product", map=run)
    assert found.converged
    assert found.standard_errors is not None
    scores = score(given, found.parameters, method="eap", map=run)
    return {
        "a": found.a,
        "b": found.parameters.thresholds,
        "c": found.c,
        "log_likelihood": np.array([found.log_likelihood]),
        "covariance": found.standard_errors.covariance,
        "theta": scores.theta,
        "se": scores.se,
    }


def rated() -> Numbers:
    """Severities and abilities of 300 persons rated twice by a dozen raters."""
    chance = np.random.default_rng(7)
    person = np.repeat(np.arange(300), 6)
    pair = chance.integers(0, 12, (300, 2)) + np.arange(2)
    rater = np.repeat(pair, 3, axis=1).ravel()
    item = np.tile(np.arange(3), 600)
    at = chance.normal(size=300)[person] - np.linspace(-0.8, 0.8, 13)[rater]
    points = np.clip(np.round(1.5 + at + chance.normal(size=at.size)), 0, 3).astype(int)
    found = rater_model(person, item, {"rater": rater}, points)
    assert found.converged
    return {
        "severity": found.facets[0].severity,
        "error": found.facets[0].error,
        "steps": found.steps,
        "ability": found.ability,
        "log_likelihood": np.array([found.log_likelihood]),
    }


def all_of_it(run: ShardMap) -> Numbers:
    """The numbers of every model, named model/number."""
    found = {name: calibrated(name, run) for name in CALIBRATIONS} | {"raters": rated()}
    return {
        f"{model}/{name}": value for model, part in found.items() for name, value in part.items()
    }


if __name__ == "__main__":
    for threads, file in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        np.savez(file, **all_of_it(threaded(int(threads))))  # type: ignore[arg-type]
