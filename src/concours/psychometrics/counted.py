"""How a long computation says how far it is."""

from collections.abc import Callable

Counted = Callable[[int, int], None]
"""Told how much of some work is done: so many of so many equal pieces, the last call all of them."""


def unheard(done: int, total: int) -> None:
    """Nobody listens."""
