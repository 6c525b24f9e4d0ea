"""The package's door: complete, documented, and light until used."""

import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

import concours.psychometrics as door
from concours.kernel.errors import BadInput
from concours.psychometrics.parameters import item_parameters


def test_every_public_name_is_there_and_documented() -> None:
    for name in door.SURFACE:
        found = getattr(door, name)
        assert (found.__doc__ or "").strip(), name
        assert found.__module__ == f"concours.psychometrics.{door.SURFACE[name]}"
    assert dir(door) == sorted(door.SURFACE)
    assert list(door.SURFACE) == sorted(door.SURFACE)


def test_no_public_name_hides_a_module() -> None:
    modules = set(door.SURFACE.values())
    assert modules.isdisjoint(door.SURFACE)


def test_looking_at_the_door_loads_nothing_heavy() -> None:
    program = (
        "import sys, concours.psychometrics; "
        "print({'numpy', 'scipy', 'numba', 'django'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_every_public_function_states_its_errors_its_cost_and_its_source() -> None:
    functions = {name: getattr(door, name) for name in door.SURFACE}
    silent = {
        (name, word)
        for name, found in functions.items()
        if inspect.isfunction(found)
        for word in ("Raises", "Cost", "Source")
        if word.lower() not in (found.__doc__ or "").lower()
    }
    assert silent == set()


ITEMS = item_parameters(a=[1.0, 1.2], b=[0.0, 0.5])


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: door.information_of_test(ITEMS, [0.0, np.nan]), "wrong_abilities"),
        (lambda: door.expected_score(ITEMS, [[0.0]]), "wrong_abilities"),
        (lambda: door.expected_points(ITEMS, []), "wrong_abilities"),
        (lambda: door.score_distribution(ITEMS, np.inf), "wrong_abilities"),
        (lambda: door.marginal_reliability(ITEMS, np.zeros(3), np.ones(2)), "shapes_disagree"),
        (lambda: door.moved_parameters(ITEMS, 0.0, 1.0), "wrong_line"),
        (lambda: door.moved_parameters(ITEMS, 1.0, np.nan), "wrong_line"),
        (lambda: door.robust_z([]), "wrong_values"),
        (lambda: door.robust_z([1.0, np.nan]), "wrong_values"),
        (lambda: door.sum_score_table(ITEMS, sd=0.0), "prior_out_of_range"),
        (lambda: door.threaded(-1), "wrong_threads"),
    ],
)
def test_numbers_that_mean_nothing_are_refused_not_computed_with(
    call: Callable[[], object], code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        call()
    assert refused.value.code == code


def test_long_computations_tell_how_far_they_are() -> None:
    chance = np.random.default_rng(2)
    right = (chance.random((3000, 6)) < 0.3 + 0.4 * chance.random((3000, 1))).astype(np.int8)
    focal = np.arange(3000) % 2 == 0
    answers = door.pack(right)
    known = item_parameters(a=[1.0] * 6, b=[0.0] * 6)
    total, sites = right.sum(axis=1), ["a", "b"] * 1500
    counts = np.bincount(total, minlength=7).astype(float)
    resampled = partial(
        door.bootstrap_error,
        (counts, counts),
        lambda a, b: a - b,
        generator=np.random.default_rng(1),
        replications=12,
    )
    calibrated = partial(door.calibrate, right, standard_errors="observed")
    calls: list[tuple[int, Callable[[Callable[[int, int], None]], object]]] = [
        (3000, lambda tell: door.score(answers, known, progress=tell)),
        (6000, lambda tell: door.score(answers, known, method="wle", progress=tell)),
        (3000, lambda tell: door.item_analysis(right, progress=tell)),
        (3000, lambda tell: door.residual_fit(answers, known, np.zeros(3000), progress=tell)),
        (6, lambda tell: door.mantel_haenszel(right, focal, progress=tell)),
        (6, lambda tell: door.logistic_dif(right, focal, progress=tell)),
        (6, lambda tell: door.item_fit(answers, known, progress=tell)),
        (2, lambda tell: door.distractors(right + 1, np.full(6, 2), progress=tell)),
        (61, lambda tell: door.overall_fit(answers, known, progress=tell)),
        (6, lambda tell: door.link_error(known, known, method="mean_mean", progress=tell)),
        (2, lambda tell: door.impact_at_cuts(total, sites, [2.0, 3.0], progress=tell)),
        (12, lambda tell: resampled(progress=tell)),
        (3, lambda tell: calibrated(model="2pl", progress_of_errors=tell)),
        (18, lambda tell: calibrated(model="3pl", progress_of_errors=tell)),
    ]
    for place, (pieces, call) in enumerate(calls):
        heard: list[tuple[int, int]] = []
        call(lambda done, of, to=heard: to.append((done, of)))  # type: ignore[misc]
        assert heard == sorted(heard), place
        assert {of for _, of in heard} == {pieces}, place
        assert heard[-1] == (pieces, pieces), place
