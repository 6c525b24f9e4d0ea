"""Real answer sheets and their key, read in: checked whole, recorded in one run, ready to score."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from fractions import Fraction

from django.db import transaction

from concours.kernel.errors import BadInput, Refusal
from concours.kernel.exact import rounded, text_of
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft, Json
from concours.records.models import Answer, ExaminationStanding, Sitting, TestItem
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.competition import set_base_scale
from concours.selection.examination import Examination, sections_of
from concours.selection.examination_sitting import import_answers as take_in
from concours.selection.form_lock import dealt_by, labels_of
from concours.services.casefile import decide_on
from concours.services.competitions import read_competition
from concours.services.examination.answers import answer_counts, answers_digest
from concours.services.examination.keys import key_of, raw_scores
from concours.services.examination.runs import Run, decide_over_many, read_candidacies
from concours.services.examination.sat_forms import sat_forms
from concours.services.examination.sessions import edition_of, test_step
from concours.services.examination.sheets import BadSheets, Fault, KeyItem, Sheets

Held = dict[tuple[str, int], tuple[str, str]]
"""One sheet's answers by section and number, as a sitting on the screen holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: the run, how many sheets, and how many were without a person here."""

    run: Run
    sheets: int
    items: int


def import_answers(
    actor: Actor,
    competition: str,
    sheets: Sheets,
    *,
    by_code: bool,
    at: datetime,
) -> Imported:
    """Take in one sheet for each candidate and the key with it.

    ``by_code``: the person column holds candidacy codes; otherwise sheets go, in their
    order, to the candidates who wait to sit, in the order of their codes. Nothing is
    written unless every sheet has a candidate who may still sit.
    """
    require(actor, "examination.import_answers")
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    choice = [s for s, about in sections_of(edition, step).items() if about.answer == "choice"]
    _require_sections(sheets.key, choice)
    codes = _assign(competition, sheets, by_code=by_code)
    files = read_candidacies(codes)
    faults = []
    decisions: dict[str, Sequence[Draft]] = {}
    held_by: dict[str, Held] = {}
    place = _place_of(competition, step, sheets.key)
    for sheet, code in zip(sheets.sheets, codes, strict=True):
        held = held_by[code] = _held(sheets.key, sheet.answers, place.numbers)
        try:
            file = _in_competition(files.get(code), competition, sheet.person)
            decisions[code] = take_in(
                file,
                edition,
                step=step,
                at=at,
                answers=answers_digest(held),
                counts=answer_counts(held),
                form=place.form,
            )
        except Refusal as no:
            faults.append(Fault(row=sheet.row, column="person", code=no.code, remedy=no.remedy))
    if faults:
        raise BadSheets(faults)
    with transaction.atomic():
        if not place.form:
            write_key(competition, step, sheets.key, options=sheets.options)
        _write_answers(files, step, held_by, place.form, at)
        run = decide_over_many(
            actor,
            "examination.import_answers",
            competition=competition,
            step=step,
            rule=f"{step}.form",
            files=files,
            decisions=decisions,
            inputs=_digest_of(sheets),
            at=at,
        )
    return Imported(run=run, sheets=len(sheets.sheets), items=len(sheets.key))


def set_reference_group(
    actor: Actor, competition: str, *, at: datetime
) -> dict[str, tuple[str, str]]:
    """Make everybody whose answers are in the reference group: their mean and standard
    deviation of right answers become the base scale of each section, as one entry.

    Parallel forms dealt seat by seat were sat by groups alike but for chance, so each form
    gets the mean and spread of its own group beside those of all: linear equating with
    random groups (Kolen and Brennan, Test Equating, Scaling, and Linking, ch. 2).
    """
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    key = key_of(competition, step)
    codes = list(
        ExaminationStanding.objects.filter(competition=competition, sitting="submitted")
        .order_by("file")
        .values_list("file", flat=True)
    )
    if len(codes) < 2:
        raise BadInput("no_reference_group", remedy="A reference group needs two people or more.")
    raw = raw_scores(codes, step, key)
    scale = {section: mean_and_sd([raw[c][section] for c in codes]) for section in key.sections}
    if key.forms and dealt_by(running, step) == "sitting":
        sat = sat_forms(codes, step)
        for form in key.forms:
            own = [raw[c] for c in codes if sat.get(c) == form]
            if len(own) > 1:
                scale |= {f"{s}/{form}": mean_and_sd([r[s] for r in own]) for s in key.sections}
    decide_on(
        actor,
        "competition",
        competition,
        "examination.score",
        lambda found: set_base_scale(found.state, scale=scale),
        at=at,
    )
    return scale


def mean_and_sd(values: Sequence[Fraction]) -> tuple[str, str]:
    """Mean (exact) and standard deviation (of the whole group, six decimals) as text."""
    mean = sum(values, Fraction(0)) / len(values)
    variance = sum(((v - mean) ** 2 for v in values), Fraction(0)) / len(values)
    with localcontext() as context:
        context.prec = 40
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    return text_of(mean), str(rounded(root, 6))


def write_key(
    competition: str, step: str, key: Sequence[KeyItem], *, options: Sequence[str]
) -> None:
    """Give a competition the items of a key, once; a second key must be the same one."""
    numbers: dict[str, int] = {}
    wanted = []
    for item in key:
        numbers[item.section] = numbers.get(item.section, 0) + 1
        wanted.append((item.section, numbers[item.section], item))
    before = {
        (row.section, row.number): (row.name, row.key)
        for row in TestItem.objects.filter(competition=competition, step=step)
    }
    if before:
        if before != {(s, n): (item.name, item.key) for s, n, item in wanted}:
            raise BadInput(
                "another_key",
                remedy="This competition has another key already; its scores rest on it.",
                field="key",
            )
        return
    TestItem.objects.bulk_create(
        TestItem(
            competition=competition,
            step=step,
            section=section,
            number=number,
            name=item.name,
            options=[[option, option] for option in options],
            key=item.key,
            counts=item.counts,
        )
        for section, number, item in wanted
    )


def _require_sections(key: Sequence[KeyItem], choice: Sequence[str]) -> None:
    named = {item.section for item in key}
    if named != set(choice):
        raise BadInput(
            "sections_differ",
            remedy=f"The key must name items of each of these sections and no other: {', '.join(choice)}.",
            field="section",
        )


def _assign(competition: str, sheets: Sheets, *, by_code: bool) -> list[str]:
    if by_code:
        return [sheet.person for sheet in sheets.sheets]
    waiting = ExaminationStanding.objects.filter(
        competition=competition, sitting="", outcome="", closed=False
    ).order_by("file")
    codes = list(waiting.values_list("file", flat=True)[: len(sheets.sheets)])
    if len(codes) < len(sheets.sheets):
        raise BadInput(
            "too_few_candidates",
            remedy="There are more sheets than candidates who wait to sit.",
            numbers={"sheets": str(len(sheets.sheets)), "candidates": str(len(codes))},
        )
    return codes


def _in_competition(file: Candidacy | None, competition: str, person: str) -> Candidacy:
    if file is None or file.competition != competition:
        raise BadInput("no_such_candidate", remedy=f"No candidate {person} is in this competition.")
    return file


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Which form the sheets are of, "" where the test has not several, and the number each
    item of the key has in the test."""

    form: str
    numbers: Mapping[tuple[str, str], int]


def _place_of(competition: str, step: str, key: Sequence[KeyItem]) -> _Place:
    """Where sheets with this key belong. Of a test with parallel forms the key must be that of
    one of them, item for item: BadInput otherwise."""
    labels = labels_of(read_competition(competition), step)
    if not labels:
        last: Counter[str] = Counter()
        numbers = {}
        for item in key:
            last[item.section] += 1
            numbers[item.section, item.name] = last[item.section]
        return _Place(form="", numbers=numbers)
    rows = list(TestItem.objects.filter(competition=competition, step=step).exclude(key=""))
    wanted = {(item.section, item.name, item.key) for item in key}
    for label in labels:
        own = [row for row in rows if label in row.forms]
        if {(row.section, row.name, row.key) for row in own} == wanted:
            return _Place(form=label, numbers={(r.section, r.name): r.number for r in own})
    raise BadInput(
        "key_of_no_form",
        remedy=f"This test has the forms {', '.join(labels)}: give the items and key of one of them.",
        field="key",
    )


def _held(
    key: Sequence[KeyItem], answers: Sequence[str], numbers: Mapping[tuple[str, str], int]
) -> Held:
    return {
        (item.section, numbers[item.section, item.name]): (answer, "")
        for item, answer in zip(key, answers, strict=True)
    }


def _write_answers(
    files: dict[str, Candidacy],
    step: str,
    held_by: dict[str, Held],
    form: str,
    at: datetime,
) -> None:
    Sitting.objects.bulk_create(
        Sitting(
            candidacy=code,
            step=step,
            number=files[code].state(step, Examination).sittings + 1,
            form=form,
            medium="sheet",
            opened_at=at,
            epoch=1,
        )
        for code, held in held_by.items()
    )
    made = {
        row.candidacy: row
        for row in Sitting.objects.filter(candidacy__in=list(held_by), step=step, medium="sheet")
    }
    Answer.objects.bulk_create(
        (
            Answer(sitting=made[code], n=n, section=section, item=item, choice=choice, at=at)
            for code, held in held_by.items()
            for n, ((section, item), (choice, _)) in enumerate(held.items(), start=1)
        ),
        batch_size=2_000,
    )


def _digest_of(sheets: Sheets) -> str:
    plain: list[Json] = [[i.name, i.key, i.section, i.counts] for i in sheets.key]
    rows: list[Json] = [[s.person, *s.answers] for s in sheets.sheets]
    return hashlib.sha256(canonical([plain, rows]).encode()).hexdigest()
