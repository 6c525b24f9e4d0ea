"""What the rehearsal's candidates answered: choices that come to the scores on record, and an essay.

Worked out before the entries are written, so that a submission's entry holds the digest of
the very rows that are kept, and a sitting can be replayed and found to agree.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from numpy.random import Generator, default_rng

from concours.kernel.period import instant_text
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.records import personal
from concours.records.answer_store import receipt_of
from concours.records.bulk import copy_rows
from concours.records.models import Sitting, TestItem
from concours.selection.examination import Examination, SectionSat, sections_of
from concours.services.examination.answers import digest
from concours.services.examination.desk import ESSAY_COLUMN
from concours.simulator.cohort import Cohort
from concours.simulator.content import essay_of
from concours.simulator.marking import FLAWED, STARTS
from concours.simulator.people import Invented
from concours.simulator.testing import STEP, raw_of

OMITTED = 0.04
"""How often an item somebody does not know is left out."""
KEPT_FOR = timedelta(days=180)
"""Answers of older windows are not made up: a rehearsal is to be built in seconds."""
FOLLOWS = 0.6
"""How often somebody who does not know gives the option that was misprinted as the key."""
SPREAD, LUCK = 0.4, 0.8
"""How much items differ in difficulty, and how much chance moves which of them somebody knows."""

Save = tuple[str, int, str, bytes | None, datetime]
"""Section, item, choice, sealed text, instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One candidate's saves in their order, the digest of them, and how many items of each
    section have an answer."""

    saves: tuple[Save, ...]
    digest: str
    counts: Mapping[str, int]


def invent_answers(cohort: Cohort) -> dict[str, Given]:
    """The answers of everybody who sat lately, by candidacy; the same cohort, the same choices."""
    sat: dict[str, list[str]] = {}
    for code in cohort.people:
        file = cohort.file(code)
        sitting = file.state(STEP, Examination).sitting
        if sitting is not None and cohort.base - sitting.opened_at < KEPT_FOR:
            sat.setdefault(file.competition, []).append(code)
    found: dict[str, Given] = {}
    for competition, codes in sat.items():
        seed = hashlib.sha256(f"answers/{competition}".encode()).digest()
        test = _Test(cohort, competition, default_rng(list(seed)))
        keys = personal.keys_of([cohort.file(code).person for code in codes])
        for code in codes:
            person = cohort.file(code).person
            found[code] = _given(cohort, code, test, _sealer(keys[person], person))
    return found


def submitted_with(draft: Draft, given: Mapping[str, Given]) -> Draft:
    """A submission's entry with the digest and counts of the answers that are kept."""
    mine = given.get(draft.file)
    if mine is None or draft.kind != "sitting.submitted":
        return draft
    counts: Json = dict(sorted(mine.counts.items()))
    body = {**draft.body, "answers": mine.digest, "counts": counts}
    return Draft(
        file=draft.file, step=draft.step, kind=draft.kind, body=body, on=draft.on, v=draft.v
    )


@transaction.atomic
def write_answers(cohort: Cohort, given: Mapping[str, Given]) -> None:
    """Keep the answers as the desk would have: one device, one save after another."""
    rows = Sitting.objects.filter(candidacy__in=list(given), step=STEP)
    pks = dict(rows.values_list("candidacy", "pk"))
    rows.update(epoch=1)
    copy_rows("records_answer", COLUMNS, _rows(cohort, pks, given))


COLUMNS = (
    *("sitting_id", "epoch", "n", "section", "item", "choice", "text", "at", "receipt"),
    *("late", "given_at"),
)


def _rows(
    cohort: Cohort, pks: Mapping[str, int], given: Mapping[str, Given]
) -> Iterator[tuple[object, ...]]:
    written = connection.ops.adapt_datetimefield_value
    for code, mine in given.items():
        sitting, essay = pks[code], essay_of(cohort.people[code])
        for n, (section, item, choice, text, at) in enumerate(mine.saves, start=1):
            words = essay if text else ""
            receipt = receipt_of(sitting, 1, n, section, item, choice, words)
            yield sitting, 1, n, section, item, choice, text, written(at), receipt, False, None


class _Test:
    """A competition's items by section, each with how easy it turned out."""

    def __init__(self, cohort: Cohort, competition: str, chance: Generator) -> None:
        self.chance = chance
        self.sections: dict[str, list[TestItem]] = {}
        rows = TestItem.objects.filter(competition=competition, step=STEP)
        for row in rows.order_by("section", "number"):
            self.sections.setdefault(row.section, []).append(row)
        self.ease = {
            s: SPREAD * chance.normal(size=len(items)) for s, items in self.sections.items()
        }
        calendar = cohort.world.competition(competition).calendar
        late = calendar is not None and calendar.test_starts == STARTS
        self.flawed = FLAWED if late else ("", 0)
        self.truth = _misprint(self.sections[FLAWED[0]][FLAWED[1] - 1]) if late else ""

    def choices(self, section: str, raw: int, able: bool) -> Iterator[tuple[int, str]]:
        """Item and choice, so many of the counted items right; what is left out is not there."""
        items = self.sections[section]
        pull = self.ease[section] + LUCK * self.chance.normal(size=len(items))
        luck = self.chance.random(size=(2, len(items)))
        right = set()
        counted = [place for place, row in enumerate(items) if row.counts]
        for place, row in enumerate(items):
            if (section, row.number) == self.flawed and row.counts:
                # The key is misprinted: who knows the matter chooses the right option all the same.
                counted.remove(place)
                if not able and raw and luck[1, place] < FOLLOWS:
                    right.add(place)
        known = sorted(counted, key=lambda place: -pull[place])
        right.update(known[: max(0, raw - len(right))])
        share = raw / max(1, len(counted))
        for place, row in enumerate(items):
            others = [str(letter) for letter, _ in row.options if letter != row.key]
            knows = place in right or (not row.counts and luck[0, place] < share)
            if knows or not others:
                yield row.number, row.key
            elif (section, row.number) == self.flawed and able:
                yield row.number, self.truth
            elif luck[1, place] >= OMITTED:
                yield row.number, others[int(luck[0, place] * 997) % len(others)]


def _misprint(row: TestItem) -> str:
    """Print another option as the key of an item; returns the option that is right."""
    truth = row.key
    row.key = next(str(letter) for letter, _ in row.options if letter != truth)
    row.save(update_fields=["key"])
    return truth


def _given(cohort: Cohort, code: str, test: _Test, seal: Callable[[str], bytes]) -> Given:
    person, edition = cohort.people[code], cohort.edition
    sitting = cohort.file(code).state(STEP, Examination).sitting
    saves = tuple(
        save
        for section, sat in (sitting.sections if sitting else {}).items()
        for save in _section(section, sat, person, edition, test, seal)
    )
    lines: Json = [
        [1, n, section, item, choice, digest(text) if text else "", instant_text(at), False, ""]
        for n, (section, item, choice, text, at) in enumerate(saves, start=1)
    ]
    counts: dict[str, int] = {}
    for section, *_ in saves:
        counts[section] = counts.get(section, 0) + 1
    return Given(saves=saves, digest=digest(canonical(lines)), counts=counts)


def _section(
    section: str,
    sat: SectionSat,
    person: Invented,
    edition: Edition,
    test: _Test,
    seal: Callable[[str], bytes],
) -> Iterator[Save]:
    """The saves of one section, evenly over the time it took."""
    ends = sat.locked_at or sat.ends_at
    if sections_of(edition, STEP)[section].answer == "essay":
        yield section, 1, "", seal(essay_of(person)), ends
        return
    raw = int(raw_of(person).get(section, 0))
    chosen = list(test.choices(section, raw, person.general > 0))
    pace = (ends - sat.opened_at) / (len(chosen) + 1)
    for place, (item, choice) in enumerate(chosen, start=1):
        yield section, item, choice, None, sat.opened_at + place * pace


def _sealer(key: bytes, person: str) -> Callable[[str], bytes]:
    def seal(text: str) -> bytes:
        return personal.seal_with(key, person, ESSAY_COLUMN, text)

    return seal
