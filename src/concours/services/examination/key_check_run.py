"""The worker's part of the key check: options of everybody against the score on the other items."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from concours.kernel.period import instant
from concours.ledger.canonical import canonical
from concours.psychometrics.distractor import distractors
from concours.records.models import (
    ExaminationStanding,
    KeyCheckItem,
    MeasurementArtefact,
    TestItem,
)
from concours.services.competitions import read_competition
from concours.services.examination.key_check import JOB
from concours.services.examination.keys import Choices, latest_choices
from concours.services.examination.sessions import edition_of, test_step
from concours.services.jobs import Running, handler


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
    found = {}
    for section, items in sections.items():
        with transaction.atomic():
            found[section] = _check_section(
                competition, step, section, items, [choices[c] for c in codes], at=at, by=by
            )
    return found


def _check_section(
    competition: str,
    step: str,
    section: str,
    items: list[TestItem],
    choices: list[Choices],
    *,
    at: datetime,
    by: str,
) -> int:
    letters = [[str(letter) for letter, _ in item.options] or [item.key] for item in items]
    matrix = np.array(
        [
            [
                _code(letters[j], held.get((section, item.number), ""))
                for j, item in enumerate(items)
            ]
            for held in choices
        ],
        dtype=np.int8,
    )
    keys = np.array([_code(letters[j], item.key) for j, item in enumerate(items)])
    table = distractors(matrix, keys)
    made = []
    for j, item in enumerate(items):
        suspect = int(table.suspects[j])
        options = [
            [
                "" if code == 0 else letters[j][int(code) - 1],
                int(table.chosen[row, j]),
                float(table.share[row, j]),
                None
                if np.isnan(table.correlation[row, j])
                else round(float(table.correlation[row, j]), 3),
            ]
            for row, code in enumerate(table.options)
            if code <= len(letters[j]) and (table.chosen[row, j] or code == keys[j])
        ]
        right = int((matrix[:, j] == keys[j]).sum())
        made.append(
            KeyCheckItem(
                competition=competition,
                step=step,
                section=section,
                number=item.number,
                key=item.key,
                suspect=letters[j][suspect - 1] if suspect else "",
                persons=len(choices),
                difficulty=right / len(choices),
                options=options,
                at=at,
            )
        )
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


def _code(letters: list[str], choice: str) -> int:
    """The number of an option from 1; 0 for an omission and for what is no option."""
    return letters.index(choice) + 1 if choice in letters else 0
