"""The rehearsal's clock."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import Source


class ServiceClock(Source):
    """Where service time stands in a rehearsal: a reading, and the machine time it was taken at."""

    of_nobody: ClassVar[bool] = True

    service_anchor = models.DateTimeField()
    machine_anchor = models.DateTimeField()
    running = models.BooleanField(default=True)
