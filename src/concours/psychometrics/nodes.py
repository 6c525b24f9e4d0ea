"""Where ability is integrated: equally spaced nodes, as many as the information asks for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput

Floats = NDArray[np.float64]

# The nodes' step must not exceed this many of the smallest posterior standard deviations met.
# A sum over equal steps h misses an integral of a normal density by about 2 exp(-2 (pi sd / h)^2),
# 5e-9 at h = sd.
STEP_PER_SD = 1.0
# Nodes come in eights, which fill the processor's registers.
EIGHT = 8
REACH = 6.0
MOST = 1024


@dataclass(frozen=True, slots=True)
class Nodes:
    """``count`` equally spaced nodes from ``low`` to ``high``, in logits of the reference group."""

    low: float
    high: float
    count: int

    def __post_init__(self) -> None:
        if not self.low < self.high or not 3 <= self.count <= MOST:
            raise BadInput(
                "nodes_out_of_range",
                field="nodes",
                remedy=f"Give 3 to {MOST} nodes and a low end below the high end.",
            )

    @property
    def theta(self) -> Floats:
        """(count,) the nodes."""
        return np.linspace(self.low, self.high, self.count)

    @property
    def step(self) -> float:
        """Distance between neighbours."""
        return (self.high - self.low) / (self.count - 1)


def log_prior(theta: Floats, mean: Floats, sd: Floats) -> Floats:
    """(groups, nodes) log weights of normal groups on the nodes, each summing to one."""
    z = (theta[None, :] - mean[:, None]) / sd[:, None]
    density = -0.5 * z**2
    top = density.max(axis=1, keepdims=True)
    result: Floats = density - top - np.log(np.exp(density - top).sum(axis=1, keepdims=True))
    # far below any weight that counts, and finite, as the kernels ask
    return np.maximum(result, -700.0)


def choose_nodes(information: float, mean: Floats, sd: Floats) -> Nodes:
    """The grid for groups with these means and spreads and this largest test information.

    The posterior variance is not below 1 / (information + 1 / sd^2); the reach is six standard
    deviations about every group, at least from -6 to 6.
    """
    low = min(-REACH, float((mean - REACH * sd).min()))
    high = max(REACH, float((mean + REACH * sd).max()))
    narrow = 1.0 / np.sqrt(information + 1.0 / float(sd.min()) ** 2)
    wanted = (high - low) / (STEP_PER_SD * narrow)
    count = int(np.ceil(max(wanted, 60.0) / EIGHT)) * EIGHT
    return Nodes(low, high, min(count, MOST))
