"""Do it again: recompute a recorded run from the same inputs and compare table by table."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.psychometrics.shards import ShardMap
from concours.services.measurement.calibration_run import CalibrationRequest, run_calibration
from concours.services.measurement.dif_run import DifRequest, run_dif
from concours.services.measurement.equating_run import EquatingRequest, run_equating
from concours.services.measurement.impact_run import ImpactRequest, run_impact
from concours.services.measurement.irt_equating_run import LinkRequest, run_link
from concours.services.measurement.items_run import ItemsRequest, run_items
from concours.services.measurement.raters_run import RatersRequest, run_raters
from concours.services.measurement.reading import digest_of
from concours.services.measurement.score_run import ScoreRequest, run_scores
from concours.services.measurement.standard_run import (
    AngoffRequest,
    BookmarkRequest,
    ContrastRequest,
    run_angoff,
    run_bookmark,
    run_contrast,
)
from concours.services.measurement.telling import SILENT, Telling

# How the runs on observed scores, ratings and judgements are asked for again.
CLASSICAL: dict[str, Callable[[Any, Path, Telling], object]] = {
    "items": lambda said, folder, told: run_items(
        msgspec.convert(said, ItemsRequest), folder, told=told
    ),
    "dif": lambda said, folder, told: run_dif(msgspec.convert(said, DifRequest), folder, told=told),
    "equating": lambda said, folder, told: run_equating(
        msgspec.convert(said, EquatingRequest), folder, told=told
    ),
    "linking": lambda said, folder, told: run_link(
        msgspec.convert(said, LinkRequest), folder, told=told
    ),
    "raters": lambda said, folder, told: run_raters(
        msgspec.convert(said, RatersRequest), folder, told=told
    ),
    "impact": lambda said, folder, told: run_impact(
        msgspec.convert(said, ImpactRequest), folder, told=told
    ),
    "angoff": lambda said, folder, told: run_angoff(
        msgspec.convert(said, AngoffRequest), folder, told=told
    ),
    "bookmark": lambda said, folder, told: run_bookmark(
        msgspec.convert(said, BookmarkRequest), folder, told=told
    ),
    "contrast": lambda said, folder, told: run_contrast(
        msgspec.convert(said, ContrastRequest), folder, told=told
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One table of a run: what its record says, and what came out now."""

    table: str
    recorded: str
    found: str

    @property
    def same(self) -> bool:
        """Whether the tables are the same to the byte."""
        return self.recorded == self.found


def run_again(
    record: Path, folder: Path, *, map: ShardMap | None = None, told: Telling = SILENT
) -> tuple[Comparison, ...]:
    """Recompute the run a ``report.json`` records into ``folder``, and compare its tables.

    Raises BadInput if the record is unreadable, or an input is missing or has changed: then there
    is nothing to compare with.
    """
    said = _read(record)
    for entry in said["inputs"]:
        path = Path(entry["path"])
        if not path.is_file():
            raise BadInput(
                "input_missing",
                field=entry["path"],
                remedy="Run the command from the folder it was first run from, with its inputs.",
            )
        if digest_of(path) != entry["sha256"]:
            raise BadInput(
                "input_changed",
                field=entry["path"],
                remedy="This file is not the one the record was made from; restore it.",
            )
    match said["kind"]:
        case "calibration":
            run_calibration(
                msgspec.convert(said["options"], CalibrationRequest), folder, map=map, told=told
            )
        case "scores":
            run_scores(msgspec.convert(said["options"], ScoreRequest), folder, map=map, told=told)
        case kind if kind in CLASSICAL:
            CLASSICAL[kind](said["options"], folder, told)
        case other:
            raise BadInput(
                "unknown_kind",
                field=str(record),
                remedy=f"A record of kind {other} is not known here.",
            )
    now = _read(folder / "report.json")["tables"]
    names = sorted({*said["tables"], *now})
    return tuple(Comparison(n, said["tables"].get(n, ""), now.get(n, "")) for n in names)


def _read(record: Path) -> dict[str, Any]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        if not {"kind", "inputs", "options", "tables"} <= set(found):
            raise ValueError
    except (OSError, ValueError):
        raise BadInput(
            "unreadable_record",
            field=str(record),
            remedy="Give the report.json that a measurement command wrote.",
        ) from None
    return dict(found)
