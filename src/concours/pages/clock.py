"""The one place where faces read the time; decisions get it as an argument."""

from datetime import UTC, datetime

from concours.services.clock import service_time


def service_now() -> datetime:
    """Service time: the machine's clock, or in a rehearsal the clock people move."""
    return service_time(machine_now=datetime.now(UTC))  # noqa: TID251
