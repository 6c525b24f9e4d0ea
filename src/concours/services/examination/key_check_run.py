"""The worker's part of the key check: options of everybody against the score on the other items."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from concours.kernel.period import instant
from concours.ledger.canonical import canonical
from concours.psychometrics.distractor import DistractorTable, distractors
from concours.records.models import (
    ExaminationStanding,
    KeyCheckItem,
    MeasurementArtefact,
    TestItem,
)
from concours.services.competitions import read_competition
from concours.services.examination.key_check import JOB
from concours.services.examination.keys import Choices, latest_choices
from concours.services.examination.sat_forms import sat_forms
from concours.services.examination.sessions import edition_of, test_step
from concours.services.jobs import Running, handler

MOST_SETS = 20
"""Of an item with several right options, how many sets chosen beside the key are shown."""


@handler(JOB)
def check(arguments: Mapping[str, Any], running: Running) -> None:
    """Check every section's key; done again it replaces what the check before said."""
    found = check_key(
        str(arguments["competition"]), at=instant(str(arguments["at"])), by=running.worker[:14]
    )
    running.save({"sections": found}, done=sum(found.values()))


def check_key(competition: str, *, at: datetime, by: str) -> dict[str, int]:
    """Check the key of every multiple-choice section; returns how many items of each are suspect."""
    step = test_step(edition_of(read_competition(competition)))
    rows = TestItem.objects.filter(competition=competition, step=step).exclude(key="")
    sections: dict[str, list[TestItem]] = {}
    for row in rows.order_by("section", "number"):
        sections.setdefault(row.section, []).append(row)
    submitted = ExaminationStanding.objects.filter(competition=competition, sitting="submitted")
    codes = list(submitted.order_by("file").values_list("file", flat=True))
    if not codes:
        return {}
    choices = latest_choices(codes, step, list(sections))
    sat = sat_forms(codes, step)
    held, forms = [choices[c] for c in codes], [sat.get(c, "") for c in codes]
    found = {}
    for section, items in sections.items():
        with transaction.atomic():
            found[section] = _check_section(
                (competition, step, section), items, held, forms, at=at, by=by
            )
    return found


def _check_section(
    place: tuple[str, str, str],
    items: list[TestItem],
    choices: list[Choices],
    forms: list[str],
    *,
    at: datetime,
    by: str,
) -> int:
    """Check one section; ``place`` is competition, step and section, ``forms`` who sat which."""
    competition, step, section = place
    answered = [_answers(item, choices) for item in items]
    matrix = np.array(
        [
            [
                _code(answered[j], held.get((section, item.number), ""))
                if not form or form in item.forms
                else -1
                for j, item in enumerate(items)
            ]
            for held, form in zip(choices, forms, strict=True)
        ],
        dtype=np.int8,
    )
    keys = np.array([_code(answered[j], item.key) for j, item in enumerate(items)])
    table = distractors(matrix, keys)
    made = [
        _checked(item, answered[j], table, j, int((matrix[:, j] >= 0).sum()), at)
        for j, item in enumerate(items)
    ]
    KeyCheckItem.objects.filter(competition=competition, step=step, section=section).delete()
    KeyCheckItem.objects.bulk_create(made)
    MeasurementArtefact.objects.create(
        competition=competition,
        step=step,
        section=section,
        what="key_check",
        persons=len(choices),
        items=len(items),
        inputs=hashlib.sha256(matrix.tobytes() + keys.astype(np.int64).tobytes()).hexdigest(),
        result=hashlib.sha256(
            canonical([[m.number, m.suspect, m.key] for m in made]).encode()
        ).hexdigest(),
        at=at,
        by=by,
    )
    return sum(bool(m.suspect) for m in made)


def _checked(
    item: TestItem, answers: list[str], table: DistractorTable, j: int, persons: int, at: datetime
) -> KeyCheckItem:
    """What the check says of one item, which ``persons`` were shown."""
    key = answers.index(item.key) + 1
    right = int(table.chosen[list(table.options).index(key), j]) if key in table.options else 0
    suspect = int(table.suspects[j])
    return KeyCheckItem(
        competition=item.competition,
        step=item.step,
        section=item.section,
        number=item.number,
        key=item.key,
        suspect=answers[suspect - 1] if suspect else "",
        persons=persons,
        difficulty=right / persons if persons else None,
        options=[
            [
                "" if code == 0 else answers[int(code) - 1],
                int(table.chosen[row, j]),
                float(table.share[row, j]),
                None
                if np.isnan(table.correlation[row, j])
                else round(float(table.correlation[row, j]), 3),
            ]
            for row, code in enumerate(table.options)
            if code <= len(answers) and (table.chosen[row, j] or code == key)
        ],
        at=at,
    )


def _answers(item: TestItem, choices: list[Choices]) -> list[str]:
    """The answers an item can be given: its letters, or the sets of them that were chosen most."""
    if not item.several:
        return [str(letter) for letter, _ in item.options] or [item.key]
    given = Counter(held.get((item.section, item.number), "") for held in choices)
    del given[""], given[item.key]
    most = sorted(given, key=lambda answer: (-given[answer], answer))[:MOST_SETS]
    return [item.key, *most]


def _code(letters: list[str], choice: str) -> int:
    """The number of an option from 1; 0 for an omission and for what is no option."""
    return letters.index(choice) + 1 if choice in letters else 0
