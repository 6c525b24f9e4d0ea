"""The duties of the worker, in the order of a round. Each is safe to run late, twice, or in two processes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from concours.selection.authority import SYSTEM
from concours.services.clock import service_time
from concours.services.examination.overdue import end_overdue
from concours.services.examination.seat_offers import offer_all
from concours.services.examination.seat_rows import free_abandoned
from concours.services.jobs import run_due_jobs
from concours.services.lapses import lapse_due
from concours.services.ledger.log import sequence_and_sign
from concours.services.notices.delivery import deliver
from concours.services.notices.release import release_due
from concours.services.notices.reminders import remind_due
from concours.services.register.lapses import lapse_offers_due
from concours.services.watch import inspect_files, watch_files
from concours.site.delivery import smtp_sender
from concours.site.worker import handlers

JOB_MODULES = handlers.MODULES
"""Imported with the duties, so that every job has its handler."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: its name, seconds between rounds, and what it does; returns counts for the log."""

    name: str
    every: float
    run: Callable[[str], Mapping[str, int]]


def machine_now() -> datetime:
    """The machine's clock: leases and retries go by it, never by service time."""
    return datetime.now(UTC)


def at() -> datetime:
    """Service time now."""
    return service_time(machine_now=machine_now())


def _release(_: str) -> Mapping[str, int]:
    return {"released": release_due(at=at())}


def _mail(worker: str) -> Mapping[str, int]:
    if settings.MAIL_MODE != "silent" and not settings.EMAIL_HOST:
        return {}
    with smtp_sender() as send:
        done = deliver(
            send,
            worker=worker,
            mode=settings.MAIL_MODE,
            redirect=settings.MAIL_REDIRECT,
            machine_now=machine_now,
        )
    return {
        "sent": done.sent,
        "failed": done.failed,
        "put_off": done.put_off,
        "unknown": done.unknown,
    }


_REACHED = {"lapse": "", "remind": "", "watch": ""}
"""Where the next round over the files goes on."""


def _lapse(_: str) -> Mapping[str, int]:
    ended = end_overdue(SYSTEM, at=at())
    offers = lapse_offers_due(at=at())
    done = lapse_due(at=at(), after=_REACHED["lapse"])
    _REACHED["lapse"] = done.reached
    return {
        "sittings_ended": ended,
        "seats_freed": free_abandoned(),
        "seats_offered": offer_all(at=at()),
        "offers_lapsed": offers,
        "lapsed": done.done,
        "lapse_refused": len(done.refused),
    }


def _remind(_: str) -> Mapping[str, int]:
    done = remind_due(at=at(), after=_REACHED["remind"])
    _REACHED["remind"] = done.reached
    return {"reminded": done.done}


def _log(_: str) -> Mapping[str, int]:
    return {"logged": sequence_and_sign(at=at())}


def _watch(_: str) -> Mapping[str, int]:
    now = at()
    seen = inspect_files(at=now, after=_REACHED["watch"])
    _REACHED["watch"] = seen.reached
    lacks = {f"without_{name}": count for name, count in seen.lacking.items()}
    return {**lacks, "overdue": watch_files(at=now).overdue}


def _jobs(worker: str) -> Mapping[str, int]:
    return {"jobs": run_due_jobs(worker=worker)}


DUTIES: tuple[Duty, ...] = (
    Duty("release", 1, _release),
    Duty("mail", 1, _mail),
    Duty("lapse", 5, _lapse),
    Duty("log", 2, _log),
    Duty("jobs", 1, _jobs),
    Duty("remind", 60, _remind),
    Duty("watch", 60, _watch),
)
