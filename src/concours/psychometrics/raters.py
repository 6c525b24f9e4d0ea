"""Many-facet ratings: how able the persons, how hard the criteria, how severe the raters."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from concours.kernel.errors import BadInput
from concours.psychometrics.fitting import Progress
from concours.psychometrics.notice import Notice
from concours.psychometrics.rater_error import covariance
from concours.psychometrics.rater_fitting import fitted
from concours.psychometrics.rater_result import RaterModel, described, facet_of, weakly_linked
from concours.psychometrics.rating import Steps, connection_notices, ratings

TOLERANCE = 1e-6


def rater_model(
    person: ArrayLike,
    item: ArrayLike,
    facets: Mapping[str, ArrayLike],
    score: ArrayLike,
    *,
    steps: Steps = "item",
    lowest: int = 0,
    nodes: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = 500,
    progress: Progress | None = None,
) -> RaterModel:
    """Fit log odds of neighbouring scores = ability - item - facets - step, by marginal likelihood.

    person, item, score  (ratings,)  long form, one row for each score a rater gave;
                         item is the criterion (one code throughout where there is one)
    facets     name to (ratings,)  the rater first, then any others (occasion, topic)
    steps      "item": thresholds of each item's own; "common": shared by all items
    lowest     the score the scale begins at
    nodes      (nodes,)  fixed abilities to integrate over; by default standard-normal
               nodes that move with the spread of ability, 61 or as many as the
               most closely known person needs
    tolerance  largest change of any parameter between two passes at which to stop
    progress   called after each pass with a ``Step``, which holds the log-likelihood
               (there is no prior); a rough fit comes first where the nodes are ours
               to choose

    Ability is normal with mean 0. Persons with several ratings by one rater, or
    none by another, are all used as they are; nothing is laid out but the
    ratings met. Unconnected raters are named; not converging is a notice and
    ``converged`` false. Raises BadInput as ``ratings``.
    Cost: ratings x nodes a pass, some twenty passes; (parameters)^3 once.
    Source: Linacre (1989); Adams, Wilson & Wang (1997), APM 21, 1-23; Eckes (2015).
    """
    found = ratings(person, item, facets, score, lowest=lowest)
    if steps not in ("item", "common"):
        raise BadInput("unknown_steps", field="steps", remedy='Use "item" or "common".')
    if steps == "common" and len(set(found.highest.tolist())) > 1:
        raise BadInput(
            "steps_differ",
            field="steps",
            remedy='Items have different highest scores; use steps="item".',
        )
    climbed = fitted(found, steps, nodes, tolerance, most_iterations, progress)
    notices: tuple[Notice, ...] = ()
    if not climbed.settled:
        text = f"The estimates still moved after {climbed.passes} passes; do not use them."
        notices += (Notice("not_converged", text),)
    spread = covariance(climbed.task, climbed.last, climbed.variance)
    if not np.isfinite(spread).all():
        notices += (
            Notice(
                "no_standard_errors",
                "The information has no inverse; some parameters cannot be told apart.",
            ),
        )
    told = tuple(facet_of(found, k, climbed, spread) for k in range(len(found.facets)))
    for facet in told:
        notices += connection_notices(facet.name, facet.levels, facet.connection)
        notices += weakly_linked(facet)
    return described(found, climbed, spread, told, steps, notices)
