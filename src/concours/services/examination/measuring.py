"""Scores from the measurement room, with the digests that say what they rest on.

Scores are taken back only when their report says that it was made from exactly those responses; the
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

from django.db.models import Q

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.policy.t_scale import TScale
from concours.records.models import ExaminationStanding, MeasurementArtefact
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.examination import Examination
from concours.selection.examination_answers import late_waits
from concours.selection.examination_challenges import rescore
from concours.selection.examination_result import score_measured
from concours.services.casefile import record
from concours.services.competitions import read_competition
from concours.services.examination.keys import (
    Key,
    key_digest,
    key_of,
    measured_keys,
    raw_scores,
    section_digest,
)
from concours.services.examination.responses import section_responses
from concours.services.examination.runs import (
    Run,
    decide_over_many,
    own_files,
    read_candidacies,
    waiting_for,
)
from concours.services.examination.sat_forms import form_sat, scale_of_form
from concours.services.examination.sessions import edition_of, test_step

SCORE, READ = "examination.score", "examination.read_marks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One section's scores by candidacy, and the digests that say where they come from."""

    section: str
    scores: Mapping[str, Decimal]
    report: str
    table: str
    answers: tuple[str, ...]


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
    return Measured(
        section=section,
        scores=scores,
        report=_digest(report),
        table=digest,
        answers=tuple(sorted(answers)),
    )


def _bad(code: str, section: str, remedy: str) -> BadInput:
    return BadInput(code, remedy=f"Section {section}: {remedy}", field=section)


def take_scores(
    actor: Actor, competition: str, folders: Mapping[str, Path], *, at: datetime
) -> Run:
    """Take measured scores for the named sections; the others keep what they have.

    Everybody whose answers are in and who has no result is scored, or scored again as a
    new version. Who has a result already, and had these sections measured before, is scored
    again as after a change of the key: a failed result may be set aside, a passed one
    stays. The actor's own file is left for somebody else. Raises BadInput when somebody
    has no measured score, or when the answers that count are no longer those handed over;
    RuleRefused while late answers wait for a decision.
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
    codes = _to_score(competition, again=bool(set(measured_keys(running, step)) & set(digests)))
    read = read_candidacies(waiting_for(competition, codes, step=step, rule=rule, inputs=inputs))
    for one in found:
        _require_key(one, competition, step, key)
        _require_all(one, codes, places)
    _require_no_late(read, step)
    _require_same_answers(found, competition, step, key)
    own = own_files(actor, read)
    files = {code: file for code, file in read.items() if code not in own}
    raw = raw_scores(list(files), step, key)
    decisions = {}
    for code, file in files.items():
        first = file.state(step, Examination).scores is None
        made = (score_measured if first else _again)(
            file,
            edition,
            step=step,
            raw=raw[code],
            base_scale=scale_of_form(running, form_sat(file, step)),
            key=key_digest(key),
            measured={m.section: m.scores[code] for m in found},
            artefacts=digests,
        )
        if made:
            decisions[code] = made
    record(actor, SCORE, [_taken(competition, step, digests, key)], at=at)
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


def _taken(
    competition: str, step: str, digests: Mapping[str, Mapping[str, str]], key: Key
) -> Draft:
    """The entry that says which reports were taken, and the key each section rests on."""
    artefacts: dict[str, Json] = {section: dict(found) for section, found in digests.items()}
    keys: dict[str, Json] = {section: section_digest(key, section) for section in digests}
    body: dict[str, Json] = {"artefacts": artefacts, "keys": keys}
    return Draft(file=competition, step=step, kind="measurement.taken", body=body)


def _to_score(competition: str, *, again: bool) -> list[str]:
    """Whose answers are in and who has no result; with ``again`` those scored with one too."""
    rows = ExaminationStanding.objects.filter(competition=competition, sitting="submitted")
    wanted = Q(outcome="", closed=False)
    if again:
        wanted |= Q(scored=True)
    return list(rows.filter(wanted).order_by("file").values_list("file", flat=True))


def _again(file: Candidacy, edition: Edition, **given: Any) -> tuple[Draft, ...]:
    state = file.state(given["step"], Examination)
    before = state.scores.measured if state.scores else {}
    if state.outcome and not set(before) & set(given["measured"]):
        return ()  # a result that rests on the T-scale is not measured after the fact
    return rescore(file, edition, reason="measured", authority="board", **given)


def _require_key(one: Measured, competition: str, step: str, key: Key) -> None:
    """Refuse a report of responses that were marked by another key than the one in force."""
    handed = MeasurementArtefact.objects.filter(
        competition=competition,
        step=step,
        section=one.section,
        what="responses",
        result__in=one.answers,
    )
    if not handed.filter(inputs__in=(section_digest(key, one.section), key_digest(key))).exists():
        raise _bad(
            "measured_by_another_key",
            one.section,
            "The key was changed since these responses were handed over. Hand over again.",
        )


def _require_no_late(files: Mapping[str, Candidacy], step: str) -> None:
    """Refuse while it is open which answers of somebody count: no score rests on part of them."""
    late = [code for code, file in files.items() if late_waits(file, step=step)]
    if late:
        raise RuleRefused(
            "late_answers_wait",
            remedy=f"Late answers of {len(late)} wait for a decision; the first is {late[0]}. "
            "Decide on them and hand over again.",
            field="late_answers",
        )


def _require_same_answers(found: Sequence[Measured], competition: str, step: str, key: Key) -> None:
    """Refuse a report of responses that late answers or further sittings have changed since."""
    now = section_responses(competition, step, key)
    for one in found:
        if now[one.section] not in one.answers:
            raise _bad(
                "answers_changed",
                one.section,
                "Answers came in or were decided on since these responses were handed over. "
                "Hand over again.",
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
