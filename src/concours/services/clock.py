"""Service time: decisions, deadlines and sittings go by it; a rehearsal may move it forward.

Machine time (sign-in, tokens, leases, retries) is never moved and never passes here.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from concours.kernel.errors import BadInput
from concours.kernel.period import as_utc
from concours.records.models import ServiceClock


def service_time(*, machine_now: datetime) -> datetime:
    """The time decisions are made at. Outside a rehearsal it is the machine's."""
    if not settings.REHEARSAL:
        return machine_now
    clock = ServiceClock.objects.filter(pk=1).first()
    return machine_now if clock is None else _reading(clock, machine_now)


def _reading(clock: ServiceClock, machine_now: datetime) -> datetime:
    if not clock.running:
        return clock.service_anchor
    return clock.service_anchor + max(machine_now - clock.machine_anchor, timedelta(0))


@transaction.atomic
def set_clock(*, to: datetime, machine_now: datetime, running: bool) -> None:
    """Start the rehearsal's clock at its base date; part of building a rehearsal."""
    _require_rehearsal()
    ServiceClock.objects.update_or_create(
        pk=1,
        defaults={
            "service_anchor": as_utc(to),
            "machine_anchor": machine_now,
            "running": running,
        },
    )


@transaction.atomic
def move_clock(*, by: timedelta, machine_now: datetime, running: bool | None = None) -> datetime:
    """Move service time forward, or stop and start it. Never backward: entries would be early."""
    _require_rehearsal()
    if by < timedelta(0):
        raise BadInput("clock_moves_forward", remedy="Service time only moves forward.", field="by")
    clock = ServiceClock.objects.select_for_update().filter(pk=1).first()
    if clock is None:
        raise BadInput("no_rehearsal_clock", remedy="Build the rehearsal first: concours rehearse.")
    clock.service_anchor = _reading(clock, machine_now) + by
    clock.machine_anchor = machine_now
    if running is not None:
        clock.running = running
    clock.save()
    return clock.service_anchor


def _require_rehearsal() -> None:
    if not settings.REHEARSAL:
        raise BadInput("not_a_rehearsal", remedy="The clock is movable in a rehearsal only.")
