"""The worker's loop: round after round until told to stop; a duty that fails does not stop the others."""

import logging
import signal
import threading
from collections.abc import Sequence
from time import monotonic

from django.db import close_old_connections

from concours.site.worker.duties import DUTIES, Duty

log = logging.getLogger("concours.worker")
PAUSE = 0.5


class Loop:
    """Runs duties when they are due. ``stop`` may be called from a signal handler."""

    def __init__(self, worker: str, duties: Sequence[Duty] = DUTIES) -> None:
        self.worker = worker
        self.duties = duties
        self._stopped = threading.Event()
        self._next = dict.fromkeys((duty.name for duty in duties), 0.0)

    def stop(self, *_: object) -> None:
        """End after the duty under way."""
        self._stopped.set()

    def listen(self) -> None:
        """Stop on SIGTERM and SIGINT."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def run(self) -> None:
        """Rounds until stopped."""
        while not self._stopped.is_set():
            self.round(monotonic())
            self._stopped.wait(PAUSE)

    def round(self, now: float) -> None:
        """One round: every duty that is due, each with a connection of its own health."""
        for duty in self.duties:
            if now < self._next[duty.name] or self._stopped.is_set():
                continue
            self._next[duty.name] = now + duty.every
            close_old_connections()
            try:
                done = duty.run(self.worker)
            except Exception:
                log.exception("duty failed", extra={"duty": duty.name})
                continue
            counts = {name: count for name, count in done.items() if count}
            if counts:
                log.info("duty done", extra={"duty": duty.name, **counts})
