"""Who listens while a command works: nobody, unless the command line shows a bar."""

from typing import Protocol

from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.fitting import Progress


class Telling(Protocol):
    """Takes in how far a run has come, one stage of it after another."""

    def counted(self, what: str) -> Counted:
        """A stage whose work can be counted."""
        ...

    def passes(self, what: str, tolerance: float, measure: str = "log-posterior") -> Progress:
        """A stage that goes on until the largest change falls below ``tolerance``.

        measure  what each ``Step`` calls log_posterior
        """
        ...


class Silent:
    """Hears everything and says nothing."""

    def counted(self, what: str) -> Counted:
        """Nothing is said of it."""
        return unheard

    def passes(self, what: str, tolerance: float, measure: str = "log-posterior") -> Progress:
        """Nothing is said of them."""
        return lambda step: None


SILENT = Silent()
