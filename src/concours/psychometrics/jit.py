"""The one place where numba is asked to compile, so that types and options stay in one hand."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

# What may be assumed of the arithmetic: no NaN or infinity ever enters a kernel (inputs are
# checked before), and sums may be regrouped. Without this, loops over nodes are not vectorised.
ARITHMETIC = {"nnan", "ninf", "nsz", "reassoc", "contract"}


def compiled(function: F) -> F:
    """Compile ``function`` on first use, cache the result beside the module, release the GIL.

    The first call in a fresh installation takes seconds; later processes load the cache.
    """
    return cast(F, numba.njit(nogil=True, cache=True, fastmath=ARITHMETIC)(function))


def compiled_strict(function: F) -> F:
    """As ``compiled``, but with IEEE arithmetic, for code that meets extremes or must not regroup."""
    return cast(F, numba.njit(nogil=True, cache=True)(function))
