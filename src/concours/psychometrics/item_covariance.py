"""Sampling covariances item by item, in slope, difficulty and lower asymptote."""

import numpy as np

from concours.kernel.errors import BadInput
from concours.psychometrics.arrays import Floats
from concours.psychometrics.errors_of_estimate import StandardErrors
from concours.psychometrics.parameters import ItemParameters


def item_covariances(parameters: ItemParameters, errors: StandardErrors) -> Floats:
    """Covariance (items, 3, 3) of a, b, c of right-or-wrong items, from a calibration's errors.

    Zero where a parameter was fixed. Raises BadInput for an item with more than
    two categories. Source: delta method, b = -d / a, c = logistic(logit c).
    Cost: items.
    """
    if (parameters.categories != 2).any():
        worst = parameters.names[int(np.argmax(parameters.categories != 2))]
        raise BadInput(
            "not_right_or_wrong", field=worst, remedy="Item covariances are for two categories."
        )
    place = {label: k for k, label in enumerate(errors.labels)}
    found = np.zeros((parameters.items, 3, 3))
    for j, name in enumerate(parameters.names):
        a, b, c = float(parameters.a[j]), float(parameters.b[j]), float(parameters.c[j])
        slope = place.get(
            (name, "a"), place.get(("shared", "a")) if parameters.models[j] == "1pl" else None
        )
        known = [(slope, 0), (place.get((name, "d1")), 1), (place.get((name, "logit c")), 2)]
        where = [k for k, _ in known if k is not None]
        turn = np.zeros((3, 3))
        turn[0, 0] = 1.0
        turn[1, 0], turn[1, 1] = -b / a, -1 / a
        turn[2, 2] = c * (1 - c)
        columns = turn[:, [n for k, n in known if k is not None]]
        found[j] = columns @ errors.covariance[np.ix_(where, where)] @ columns.T
    return found
