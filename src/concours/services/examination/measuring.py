"""Responses to the measurement room and scores from it, with the digests of both.

What is handed over are right and wrong answers by the key in force. Scores are taken
back only when their report says that it was made from exactly those responses; the
report and its table of scores enter the record by digest. `concours score --again`
works the report out again. Without measured scores the T-scale of the rulebook stands.
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.policy.t_scale import TScale
from concours.records.models import ExaminationStanding, MeasurementArtefact, TestItem
from concours.selection.authority import Actor, require
from concours.selection.examination_result import score_measured
from concours.services.casefile import record
from concours.services.competitions import read_competition
from concours.services.examination.keys import (
    Choices,
    Key,
    key_digest,
    key_of,
    latest_choices,
    raw_scores,
)
from concours.services.examination.runs import Run, decide_over_many, read_candidacies, waiting_for
from concours.services.examination.sessions import edition_of, test_step

SCORE, READ = "examination.score", "examination.read_marks"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """One section's responses in a file."""

    section: str
    path: str
    persons: int
    items: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One section's scores by candidacy, and the digests that say where they come from."""

    section: str
    scores: Mapping[str, Decimal]
    report: str
    table: str


def hand_over(
    actor: Actor, competition: str, folder: Path, *, at: datetime
) -> tuple[HandedOver, ...]:
    """Write each multiple-choice section's responses, a row a candidate: 1 right, 0 not.

    Beside them, for the item analysis, the options chosen and the key. Raises BadInput
    where nobody's answers are in or there is no key.
    """
    require(actor, SCORE)
    step = test_step(edition_of(read_competition(competition)))
    key = key_of(competition, step)
    submitted = ExaminationStanding.objects.filter(competition=competition, sitting="submitted")
    codes = list(submitted.order_by("file").values_list("file", flat=True))
    if not codes or not key.right:
        raise BadInput("nothing_to_hand_over", remedy="Answers and a key are needed first.")
    choices = latest_choices(codes, step, key.sections)
    names = _names(competition, step)
    found = []
    for section in key.sections:
        place = folder / section
        place.mkdir(parents=True, exist_ok=True)
        path = place / "responses.csv"
        numbers = sorted(key.right[section])
        _write(
            path,
            ["candidacy", *(names[section, n] for n in numbers)],
            [[code, *(_mark(key, section, n, choices[code]) for n in numbers)] for code in codes],
        )
        _write(
            place / "options.csv",
            ["candidacy", *(names[section, n] for n in numbers)],
            [[code, *(choices[code].get((section, n), "") for n in numbers)] for code in codes],
        )
        _write(
            place / "key.csv",
            ["item", "key"],
            [[names[section, n], sorted(key.right[section][n])[0]] for n in numbers],
        )
        digest = _digest(path)
        MeasurementArtefact.objects.create(
            competition=competition,
            step=step,
            section=section,
            what="responses",
            persons=len(codes),
            items=len(numbers),
            inputs=key_digest(key),
            result=digest,
            at=at,
            by=actor.code,
        )
        found.append(
            HandedOver(
                section=section,
                path=str(path),
                persons=len(codes),
                items=len(numbers),
                digest=digest,
            )
        )
    return tuple(found)


def _mark(key: Key, section: str, number: int, choices: Choices) -> int:
    options = key.right[section][number]
    return int("*" in options or choices.get((section, number), "") in options)


def _names(competition: str, step: str) -> dict[tuple[str, int], str]:
    rows = TestItem.objects.filter(competition=competition, step=step)
    return {(r.section, r.number): r.name for r in rows}


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_measured(competition: str, step: str, section: str, folder: Path) -> Measured:
    """The scores of one section from a report's folder, checked against what was handed over.

    Raises BadInput when the report is of other responses, or its table was changed since.
    """
    report, table = folder / "report.json", folder / "scores.csv"
    try:
        said: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        answers = {i["sha256"] for i in said["inputs"] if i["role"] == "answers"}
        kind, digest = said["kind"], said["tables"]["scores"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _bad(
            "unreadable_report", section, "Give the folder `concours score` wrote."
        ) from error
    handed = MeasurementArtefact.objects.filter(
        competition=competition, step=step, section=section, what="responses"
    )
    if kind != "scores" or not handed.filter(result__in=answers).exists():
        raise _bad(
            "other_responses", section, "This report was not made from what was handed over."
        )
    if _digest(table) != digest:
        raise _bad(
            "table_changed", section, "The table is not the one its report was written with."
        )
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    try:
        scores = {row["id"]: Decimal(row["score"]) for row in rows if row["score"]}
    except (KeyError, InvalidOperation) as error:
        raise _bad("unreadable_scores", section, "Score with --id candidacy.") from error
    return Measured(section=section, scores=scores, report=_digest(report), table=digest)


def _bad(code: str, section: str, remedy: str) -> BadInput:
    return BadInput(code, remedy=f"Section {section}: {remedy}", field=section)


def take_scores(
    actor: Actor, competition: str, folders: Mapping[str, Path], *, at: datetime
) -> Run:
    """Take measured scores for the named sections; the others keep the T-scale.

    Everybody whose answers are in and who has no result is scored, or scored again as a
    new version. Raises BadInput when somebody has no measured score.
    """
    require(actor, SCORE)
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    places = edition.value(f"{step}.scale", TScale).places
    found = [read_measured(competition, step, s, folder) for s, folder in folders.items()]
    key = key_of(competition, step)
    digests = {m.section: {"report": m.report, "scores": m.table} for m in found}
    inputs = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
    rule = f"{step}.scale"
    waiting = ExaminationStanding.objects.filter(
        competition=competition, sitting="submitted", outcome="", closed=False
    )
    codes = list(waiting.order_by("file").values_list("file", flat=True))
    for one in found:
        _require_all(one, codes, places)
    drafts = [
        Draft(file=competition, step=step, kind="measurement.taken", body={"artefacts": digests})
    ]
    files = read_candidacies(waiting_for(competition, codes, step=step, rule=rule, inputs=inputs))
    raw = raw_scores(list(files), step, key)
    decisions = {
        code: score_measured(
            file,
            edition,
            step=step,
            at=at,
            raw=raw[code],
            base_scale=running.base_scale,
            key=key_digest(key),
            measured={m.section: m.scores[code] for m in found},
            artefacts=digests,
        )
        for code, file in files.items()
    }
    record(actor, SCORE, drafts, at=at)
    return decide_over_many(
        actor,
        SCORE,
        competition=competition,
        step=step,
        rule=rule,
        files=files,
        decisions=decisions,
        inputs=inputs,
        at=at,
    )


def _require_all(one: Measured, codes: Sequence[str], places: int) -> None:
    missing = [code for code in codes if code not in one.scores]
    if missing:
        raise _bad(
            "score_missing",
            one.section,
            f"{len(missing)} have no score; the first is {missing[0]}.",
        )
    if any(-int(score.as_tuple().exponent) > places for score in one.scores.values()):
        raise _bad("too_many_decimals", one.section, f"Report scores with {places} decimals.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactRow:
    """What was handed over, taken or checked, by digest."""

    section: str
    what: str
    persons: int
    items: int
    inputs: str
    result: str
    at: datetime


def artefacts(actor: Actor, competition: str) -> tuple[ArtefactRow, ...]:
    """Everything that went to the measurement room or came from it, newest first."""
    require(actor, READ)
    rows = MeasurementArtefact.objects.filter(competition=competition).order_by("-at", "section")
    return tuple(
        ArtefactRow(
            section=r.section,
            what=r.what,
            persons=r.persons,
            items=r.items,
            inputs=r.inputs,
            result=r.result,
            at=r.at,
        )
        for r in rows[:50]
    )
