"""The worker's part of measuring: responses handed over, calibrated and scored, section by section.

Folders of the run stand under the data folder, one a section, with the reports of
`concours calibrate` and `concours score`; nothing of them counts until it is taken.
"""

import csv
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from concours.kernel.period import instant
from concours.policy.t_scale import TScale
from concours.psychometrics.counted import Counted
from concours.psychometrics.fitting import Progress, Step
from concours.records.models import BankFigures, BankItem, MeasurementArtefact
from concours.services.competitions import read_competition
from concours.services.examination.responses import HandedOver, write_responses
from concours.services.examination.sessions import edition_of, test_step
from concours.services.items.measuring_page import JOB, folder_of
from concours.services.jobs import Running, handler
from concours.services.measurement.calibration_run import CalibrationRequest, run_calibration
from concours.services.measurement.score_run import ScoreRequest, run_scores

FEWEST_ANCHORS = 5
"""Items with figures from earlier administrations that it takes to hold a scale by them."""


@handler(JOB)
def measure(arguments: Mapping[str, Any], running: Running) -> None:
    """Measure sections of a competition's test; done again it begins anew."""
    competition, at = str(arguments["competition"]), instant(str(arguments["at"]))
    folder = folder_of(competition, running.job_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = frozenset(str(s) for s in arguments["sections"])
    every = write_responses(competition, folder, by=str(arguments["by"]), at=at)
    handed = [one for one in every if one.section in wanted]
    for done, one in enumerate(handed):
        told = _Told(running, one.section, done, len(handed))
        _section(competition, one, str(arguments["model"]), at=at, told=told)
    sections = [one.section for one in handed]
    running.save({"sections": sections}, done=len(handed), total=len(handed))


def _section(competition: str, one: HandedOver, model: str, *, at: datetime, told: "_Told") -> None:
    """Calibrate one section and score everybody on the rulebook's T-scale."""
    place = Path(one.path).parent
    fixed = anchors(competition, one.section, Path(one.path))
    step_edition = edition_of(read_competition(competition))
    step = test_step(step_edition)
    scale = step_edition.value(f"{step}.scale", TScale)
    request = CalibrationRequest(answers=one.path, model=model, id="candidacy", fixed=fixed)
    run_calibration(request, place / "calibration", told=told)
    run_scores(
        ScoreRequest(
            answers=one.path,
            parameters=str(place / "calibration" / "parameters.csv"),
            id="candidacy",
            scale_mean=str(scale.mean),
            scale_sd=str(scale.spread),
            decimals=scale.places,
        ),
        place / "scores",
        told=told,
    )
    for what in ("calibration", "scores"):
        MeasurementArtefact.objects.create(
            competition=competition,
            step=step,
            section=one.section,
            what=what,
            persons=one.persons,
            items=one.items,
            inputs=one.digest,
            result=hashlib.sha256((place / what / "report.json").read_bytes()).hexdigest(),
            at=at,
            by="worker",
        )


def anchors(competition: str, section: str, responses: Path) -> str:
    """A file, beside the responses, of the items whose parameters other administrations gave,
    held as they are so that the scale stays theirs; "" where there are too few to hold it."""
    earlier = BankFigures.objects.exclude(administration=competition).exclude(b=None)
    latest: dict[str, BankFigures] = {}
    items = BankItem.objects.filter(section=section).values("name")
    for row in earlier.filter(item__in=items).order_by("at", "pk"):
        latest[row.item] = row
    with responses.open(encoding="utf-8") as lines:
        here = set(next(csv.reader(lines))[1:])
    held = [row for name, row in sorted(latest.items()) if name in here and row.a is not None]
    if len(held) < FEWEST_ANCHORS:
        return ""
    path = responses.with_name("anchors.csv")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["item", "model", "a", "b", "c"])
        for row in held:
            writer.writerow([row.item, "3pl" if row.c else "2pl", row.a, row.b, row.c or 0.0])
    return str(path)


class _Told:
    """Says on the job's row which section is at which stage, and keeps the lease."""

    def __init__(self, running: Running, section: str, done: int, total: int) -> None:
        self._running, self._section = running, section
        self._done, self._total = done, total

    def _say(self, stage: str) -> None:
        progress = {"section": self._section, "stage": stage}
        self._running.save(progress, done=self._done, total=self._total)

    def counted(self, what: str) -> Counted:
        """A stage whose work can be counted."""
        self._say(what)
        said = self._running.clock()

        def heard(done: int, total: int) -> None:
            nonlocal said
            now = self._running.clock()
            if (now - said).total_seconds() >= EVERY:
                said = now
                self._say(f"{what} {100 * done // max(total, 1)} %")

        return heard

    def passes(self, what: str, tolerance: float, measure: str = "log-posterior") -> Progress:
        """A stage that goes on until the largest change falls below ``tolerance``."""
        self._say(what)
        said = self._running.clock()

        def heard(step: Step) -> None:
            nonlocal said
            now = self._running.clock()
            if (now - said).total_seconds() >= EVERY:
                said = now
                self._say(f"{what}: pass {step.iteration}, change {step.change:.1e}")

        return heard


EVERY = 5.0
"""Seconds between two notes of how far a stage is."""
