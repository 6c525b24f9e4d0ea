"""Calibration: item parameters and group distributions by marginal maximum likelihood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.acceptance import check_connection, model_per_item, notices_of
from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.design import Design, read_design
from concours.psychometrics.errors_of_estimate import StandardErrors, standard_errors_of
from concours.psychometrics.fitting import Fitted, Problem, Progress, Step, fit
from concours.psychometrics.information import information_of_test
from concours.psychometrics.maximisation import Freedom, Priors
from concours.psychometrics.models import SHARED_SLOPE
from concours.psychometrics.nodes import Nodes
from concours.psychometrics.notice import Notice
from concours.psychometrics.parameters import ItemParameters, parameters_of
from concours.psychometrics.responses import Chunk, Responses, pack
from concours.psychometrics.shards import ShardMap, threaded
from concours.psychometrics.start import check_answers, first_blocks

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """A population: ability is normal with this mean and sd in logits of the reference group."""

    label: str
    persons: float
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a calibration found.

    parameters          items, logistic metric; the reference group has mean 0 and sd 1, unless
                        items were fixed: then the scale is theirs
    standard_errors     of the parameters, or None when none were asked for
    groups              reference first
    log_likelihood      marginal, of the data, without priors
    log_posterior       with the log prior densities (up to a constant) added
    free_parameters     how many numbers were estimated
    converged           whether the largest change fell below the tolerance
    iterations          E-steps over all persons
    record              log-posterior and largest change at each iteration
    nodes               the grid used
    warnings            everything a reader of these numbers should know
    """

    parameters: ItemParameters
    standard_errors: StandardErrors | None
    groups: tuple[Group, ...]
    log_likelihood: float
    log_posterior: float
    free_parameters: int
    persons: int
    converged: bool
    iterations: int
    record: tuple[Step, ...]
    nodes: Nodes
    warnings: tuple[Notice, ...]

    @property
    def a(self) -> Floats:
        """(items,) slopes."""
        return self.parameters.a

    @property
    def b(self) -> Floats:
        """(items,) difficulties."""
        return self.parameters.b

    @property
    def c(self) -> Floats:
        """(items,) lower asymptotes."""
        return self.parameters.c

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2.0 * (self.free_parameters - self.log_likelihood)

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(self.free_parameters * np.log(self.persons) - 2.0 * self.log_likelihood)

    def information(self, theta: ArrayLike) -> Floats:
        """(points,) test information of all items at these abilities."""
        return information_of_test(self.parameters, theta)


def calibrate(
    responses: Responses | Chunk | Iterable[Chunk],
    model: str | Sequence[str] = "2pl",
    *,
    items: Sequence[str] | None = None,
    categories: Sequence[int] | int | None = None,
    groups: Sequence[object] | ArrayLike | None = None,
    reference: object = None,
    weights: ArrayLike | None = None,
    fixed: ItemParameters | None = None,
    asymptote_prior: tuple[float, float] | None = (-1.386, 0.5),
    slope_prior: tuple[float, float] | None = None,
    standard_errors: str = "auto",
    nodes: Nodes | None = None,
    tolerance: float = 1e-6,
    most_iterations: int = 500,
    allow_unconnected: bool = False,
    map: ShardMap | None = None,
    progress: Progress | None = None,
    progress_of_errors: Counted | None = None,
) -> Calibration:
    """Estimate item parameters and group distributions by marginal maximum likelihood.

    responses   (persons, items) whole numbers from 0, -1 not presented; chunks; or ``Responses``.
                Forms need no declaration: what a person was not presented does not count
    model       one for all items or one per item: 1pl, 2pl, 3pl, pcm, gpcm, grm. Items under 1pl
                and pcm share one slope
    items, categories   names, and numbers of categories where they cannot be read off the data
    groups      (persons,) labels of populations with their own mean and sd; ``reference`` names
                the one with mean 0 and sd 1 (default the first in order)
    weights     (persons,) how many persons each row stands for
    fixed       parameters of items that stay as they are (by name): pilot items come out on their
                scale, and every group's mean and sd is estimated
    asymptote_prior  normal prior (mean, sd) on logit c; None for none
    slope_prior      normal prior (mean, sd) on log a; None for none
    standard_errors  "auto", "observed", "cross-product", "sandwich" or "none"
    nodes       grid of abilities; by default chosen from the information it meets
    tolerance   on the largest change of any slope, intercept, logit, mean or log sd
    allow_unconnected  calibrate although no persons link some items; says so in the warnings
    map         runs shards; default threads. Sums are taken in the order of the shards, so that
                the result is the same to the bit for any number of workers
    progress    called after each iteration with a ``Step``
    progress_of_errors  told how much of the work on standard errors is done

    Raises BadInput for unreadable responses, items without variation or with skipped categories,
    unconnected designs, and parameters out of range. Non-convergence is a named warning.
    Cost: about ten passes over the packed responses. Memory: a quarter byte per right-or-wrong
    answer (none where the rows are a memory map), 8 bytes a person for each of forms, groups and
    weights where there is more than one, and the tables of a shard per thread.
    Sources: Bock & Aitkin (1981), Psychometrika 46; Mislevy (1986), Psychometrika 51; Muraki
    (1992), APM 16; Samejima (1969); Kim (2006), JEM 43 (fixed items); Liu, Rubin & Wu (1998),
    Biometrika 85 (parameter expansion); Walker & Ni (2011) (acceleration).
    """
    packed = pack(responses, items=items, categories=categories)
    design = read_design(packed, groups=groups, reference=reference, weights=weights)
    models = model_per_item(model, design.layout, fixed)
    freedom = _freedom(design, models, fixed)
    check_answers(design, freedom.free)
    unconnected = check_connection(design, freedom.free, allow_unconnected)
    none = (0.0, np.inf)
    priors = Priors(asymptote_prior or none, slope_prior or none)
    problem = Problem(design, freedom, priors, fixed is not None, nodes, tolerance, most_iterations)
    run = map or threaded()
    found = fit(problem, first_blocks(design, models, fixed), run, progress)
    parameters = parameters_of(found.blocks, design.layout.names, models)
    errors, untold = standard_errors_of(
        problem, found, parameters, standard_errors, run, progress_of_errors or unheard
    )
    notices = notices_of(design, found, parameters, freedom.free, unconnected) + untold
    return _result(problem, found, parameters, errors, notices)


def _result(
    problem: Problem,
    found: Fitted,
    parameters: ItemParameters,
    errors: StandardErrors | None,
    notices: tuple[Notice, ...],
) -> Calibration:
    design = problem.design
    return Calibration(
        parameters=parameters,
        standard_errors=errors,
        groups=tuple(
            Group(label, float(weight), float(mean), float(sd))
            for label, weight, mean, sd in zip(
                design.groups, design.group_weight, found.mean, found.sd, strict=True
            )
        ),
        log_likelihood=found.log_likelihood,
        log_posterior=found.log_posterior,
        free_parameters=problem.free_parameters(found.blocks),
        persons=design.persons,
        converged=found.converged,
        iterations=len(found.record),
        record=found.record,
        nodes=found.nodes,
        warnings=notices,
    )


def _freedom(design: Design, models: Sequence[str], fixed: ItemParameters | None) -> Freedom:
    names = design.layout.names
    held = set() if fixed is None else set(fixed.names)
    free = np.array([name not in held for name in names])
    shared = np.array([model in SHARED_SLOPE for model in models])
    pinned = shared & ~free
    if fixed is not None and pinned.any():
        slopes = fixed.select([n for n, p in zip(names, pinned, strict=True) if p]).a
        if np.ptp(slopes) > 1e-9:
            raise BadInput(
                "slopes_differ",
                field="fixed",
                remedy="Items fixed under 1pl or pcm must share one slope.",
            )
    return Freedom(free=free, shared=shared, slope_free=bool(shared.any() and not pinned.any()))
