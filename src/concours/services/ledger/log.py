"""Taking committed entries into the log."""

from datetime import datetime

from concours.records import log


def sequence_and_sign(*, at: datetime, sweep: bool = False) -> int:
    """Take every committed entry that has no place into the log, signing a head for each batch.

    Returns how many entries were taken in. The worker calls it well within the
    merge delay; ``sweep`` also finds what a very long transaction left behind.
    """
    taken = 0
    while some := log.sequence(at=at, sweep=sweep):
        taken += some
    return taken
