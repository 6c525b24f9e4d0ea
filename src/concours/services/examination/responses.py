"""Responses for the measurement room: right and wrong by the key in force, by digest.

The same rows made again later say whether the answers that count are still those that
were handed over.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from concours.kernel.errors import BadInput
from concours.records.models import ExaminationStanding, MeasurementArtefact, TestItem
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.keys import (
    Choices,
    Key,
    key_of,
    keys_by_code,
    latest_choices,
    section_digest,
)
from concours.services.examination.sessions import edition_of, test_step

SCORE = "examination.score"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """One section's responses in a file."""

    section: str
    path: str
    persons: int
    items: int
    digest: str


def hand_over(
    actor: Actor, competition: str, folder: Path, *, at: datetime
) -> tuple[HandedOver, ...]:
    """Write each multiple-choice section's responses, a row a candidate: 1 right, 0 not.

    A cell is empty where the item is not on the candidate's form: missing by design.
    Beside them, for the item analysis, the options chosen and the key; in a test of
    several forms an omission is written ".". Raises BadInput where nobody's answers are
    in or there is no key.
    """
    require(actor, SCORE)
    return write_responses(competition, folder, by=actor.code, at=at)


def write_responses(
    competition: str, folder: Path, *, by: str, at: datetime
) -> tuple[HandedOver, ...]:
    """The same for the worker, which acts for whoever asked (``by``)."""
    step = test_step(edition_of(read_competition(competition)))
    key = key_of(competition, step)
    answers = _answers_in(competition, step, key)
    if not answers.codes or not key.right:
        raise BadInput("nothing_to_hand_over", remedy="Answers and a key are needed first.")
    names = _names(competition, step)
    found = []
    for section in key.sections:
        path = folder / section / "responses.csv"
        numbers = sorted(key.right[section])
        _write_section(path, key, section, names, answers)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        MeasurementArtefact.objects.create(
            competition=competition,
            step=step,
            section=section,
            what="responses",
            persons=len(answers.codes),
            items=len(numbers),
            inputs=section_digest(key, section),
            result=digest,
            at=at,
            by=by,
        )
        found.append(
            HandedOver(
                section=section,
                path=str(path),
                persons=len(answers.codes),
                items=len(numbers),
                digest=digest,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """Everybody's answers, and the key of the form each of them sat."""

    codes: Sequence[str]
    choices: Mapping[str, Choices]
    keys: Mapping[str, Key]


def _answers_in(competition: str, step: str, key: Key) -> _Answers:
    """The answers of everybody who has submitted, as they count now."""
    submitted = ExaminationStanding.objects.filter(competition=competition, sitting="submitted")
    codes = list(submitted.order_by("file").values_list("file", flat=True))
    return _Answers(
        codes=codes,
        choices=latest_choices(codes, step, key.sections),
        keys=keys_by_code(codes, step, key),
    )


def section_responses(competition: str, step: str, key: Key) -> Mapping[str, str]:
    """The SHA-256 of each section's responses as they would be handed over now."""
    answers, names = _answers_in(competition, step, key), _names(competition, step)
    return {
        section: hashlib.sha256(
            _csv(*_responses(key, section, names, answers)).encode()
        ).hexdigest()
        for section in key.sections
    }


def _write_section(
    path: Path,
    key: Key,
    section: str,
    names: Mapping[tuple[str, int], str],
    answers: _Answers,
) -> None:
    """One section's responses in ``path``, and beside it the options chosen and the key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = sorted(key.right[section])
    head, marks = _responses(key, section, names, answers)
    options = []
    for code in answers.codes:
        own, choices = answers.keys[code].right[section], answers.choices[code]
        omitted = "." if key.forms else ""
        options.append(
            [code, *(choices.get((section, n)) or omitted if n in own else "" for n in numbers)]
        )
    path.write_text(_csv(head, marks), encoding="utf-8")
    (path.parent / "options.csv").write_text(_csv(head, options), encoding="utf-8")
    keyed = [[names[section, n], sorted(key.right[section][n])[0]] for n in numbers]
    (path.parent / "key.csv").write_text(_csv(["item", "key"], keyed), encoding="utf-8")


def _responses(
    key: Key, section: str, names: Mapping[tuple[str, int], str], answers: _Answers
) -> tuple[list[str], list[list[object]]]:
    """The head and the rows of one section's responses."""
    numbers = sorted(key.right[section])
    rows: list[list[object]] = []
    for code in answers.codes:
        own, choices = answers.keys[code].right[section], answers.choices[code]
        rows.append([code, *(_mark(own, section, n, choices) for n in numbers)])
    return ["candidacy", *(names[section, n] for n in numbers)], rows


def _mark(
    own: Mapping[int, frozenset[str]], section: str, number: int, choices: Choices
) -> int | str:
    """1 right, 0 not, "" for an item that is not on the form sat."""
    if number not in own:
        return ""
    return int("*" in own[number] or choices.get((section, number), "") in own[number])


def _names(competition: str, step: str) -> dict[tuple[str, int], str]:
    rows = TestItem.objects.filter(competition=competition, step=step)
    return {(r.section, r.number): r.name for r in rows}


def _csv(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
