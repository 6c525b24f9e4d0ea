"""Anderson acceleration of a fixed-point iteration, with a way back."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEPTH = 6
# The least-squares problem is solved only as far as its conditioning allows.
CUTOFF = 1e-10


@dataclass(slots=True)
class Anderson:
    """Extrapolates x -> G(x) from the last few steps.

    Source: Anderson (1965), J. ACM 12, 547-560; Walker & Ni (2011), SIAM J. Numer. Anal. 49,
    1715-1735.
    """

    points: list[Floats] = field(default_factory=list)
    images: list[Floats] = field(default_factory=list)

    def next_point(self, x: Floats, image: Floats) -> Floats:
        """The next x to try, given that G(x) = ``image``."""
        self.points = [*self.points[-DEPTH:], x]
        self.images = [*self.images[-DEPTH:], image]
        if len(self.points) < 2:
            return image
        residual = np.array([g - p for g, p in zip(self.images, self.points, strict=True)])
        moved = np.diff(residual, axis=0).T
        carried = np.diff(np.array(self.images), axis=0).T
        scale = np.maximum(np.linalg.norm(moved, axis=0), 1e-300)
        gamma = np.linalg.lstsq(moved / scale, residual[-1], rcond=CUTOFF)[0]
        return np.asarray(image - (carried / scale) @ gamma)

    def forget(self) -> None:
        """Start afresh, after a change of the map or a step that lost ground."""
        self.points.clear()
        self.images.clear()
