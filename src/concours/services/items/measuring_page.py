"""Measuring from the board: asked for here, done by the worker, its scores and items taken here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import instant_text
from concours.records.models import Job
from concours.selection.authority import Actor, holds, require
from concours.services.competitions import read_competition
from concours.services.examination.keys import key_of, measured_keys, stale_sections
from concours.services.examination.measuring import READ, SCORE, ArtefactRow, artefacts, take_scores
from concours.services.examination.runs import Run
from concours.services.examination.sessions import edition_of, test_step
from concours.services.items.measured_items import take_item_report
from concours.services.jobs import enqueue

JOB = "examination.measure"
MODELS = ("2pl", "1pl", "3pl")
"""Models of right-or-wrong items that a run may use, the usual one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringRun:
    """One run of the worker. ``state`` is that of its job; ``stage`` what it is at, in words of
    the measurement room; ``sections`` those it has measured, once it is done."""

    id: int
    state: str
    section: str
    stage: str
    done: int
    total: int | None
    error: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringPage:
    """Where the measuring of one competition stands, and what may be done next."""

    competition: str
    title: str
    run: MeasuringRun | None
    stale: tuple[str, ...]
    taken: tuple[str, ...]
    artefacts: tuple[ArtefactRow, ...]
    may_measure: bool
    may_take_items: bool


def folder_of(competition: str, job: int) -> Path:
    """Where a run's folders stand, one a section."""
    return Path(settings.VAR) / "measurement" / competition / f"run-{job}"


def ask_to_measure(actor: Actor, competition: str, *, model: str, at: datetime) -> int:
    """Have the worker hand over, calibrate and score; returns the job's number.

    While sections have to be measured again only those are measured.

    Raises BadInput for an unknown model or no key, RuleRefused while a run is under way.
    """
    require(actor, SCORE)
    if model not in MODELS:
        raise BadInput("unknown_model", remedy=f"Choose one of {', '.join(MODELS)}.", field="model")
    running = read_competition(competition)
    step = test_step(edition_of(running))
    key = key_of(competition, step)
    if not key.right:
        raise RuleRefused("no_key", remedy="Give the key of every section first.", field="key")
    last = _last(competition)
    if last is not None and last.state in ("queued", "running"):
        raise RuleRefused("measuring_already", remedy="A run is under way. Wait until it is done.")
    plain = {
        "competition": competition,
        "model": model,
        "sections": list(stale_sections(running, step, key) or key.sections),
        "by": actor.code,
        "at": instant_text(at),
    }
    return enqueue(JOB, plain, asked_by=actor.code, max_attempts=2)


def measuring_page(actor: Actor, competition: str) -> MeasuringPage:
    """The last run, what rests on an older key, and what went out and came in."""
    require(actor, READ)
    running = read_competition(competition)
    step = test_step(edition_of(running))
    last = _last(competition)
    return MeasuringPage(
        competition=competition,
        title=running.title,
        run=_run(last) if last else None,
        stale=stale_sections(running, step, key_of(competition, step)),
        taken=tuple(measured_keys(running, step)),
        artefacts=artefacts(actor, competition),
        may_measure=holds(actor, SCORE),
        may_take_items=holds(actor, "items.record_figures"),
    )


def take_run_scores(
    actor: Actor, competition: str, run: int, sections: tuple[str, ...], *, at: datetime
) -> Run:
    """Take the scores of some sections of a finished run; see `measuring.take_scores`."""
    require(actor, SCORE)
    folder = _finished(competition, run, sections)
    return take_scores(actor, competition, {s: folder / s / "scores" for s in sections}, at=at)


def take_run_items(
    actor: Actor, competition: str, run: int, sections: tuple[str, ...], *, at: datetime
) -> int:
    """Take what a finished run found of the items of some sections into the bank; how many."""
    require(actor, "items.record_figures")
    folder = _finished(competition, run, sections)
    return sum(
        take_item_report(actor, competition, folder / s / "calibration", at=at) for s in sections
    )


def _finished(competition: str, run: int, sections: tuple[str, ...]) -> Path:
    last = _last(competition)
    if last is None or last.pk != run or last.state != "done":
        raise RuleRefused("no_such_run", remedy="Another run was asked for since. Reload the page.")
    if not sections or not set(sections) <= set(_run(last).sections):
        raise BadInput("no_section", remedy="Choose sections of this run.", field="sections")
    return folder_of(competition, run)


def _last(competition: str) -> Job | None:
    jobs = Job.objects.filter(name=JOB, arguments__competition=competition)
    return jobs.order_by("-pk").first()


def _run(job: Job) -> MeasuringRun:
    progress: Mapping[str, Any] = job.progress or {}
    return MeasuringRun(
        id=job.pk,
        state=job.state,
        section=str(progress.get("section", "")),
        stage=str(progress.get("stage", "")),
        done=job.done_count,
        total=job.total_count,
        error=job.last_error,
        sections=tuple(str(s) for s in progress.get("sections", ())),
    )
