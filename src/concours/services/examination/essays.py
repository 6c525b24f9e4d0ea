"""Essays marked blind by two people, and by a third where they differ too much.

A sheet has a code of its own; a marker's pages are built from the sheet alone and
can name neither the candidate nor the other mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.double_marking import DoubleMarking, check_mark
from concours.policy.rubric import Rubric, lines
from concours.records import personal
from concours.records.models import (
    CandidacyStanding,
    EssaySheet,
    ExaminationStanding,
    SeededScript,
    TestItem,
)
from concours.selection.authority import SYSTEM, Actor, require
from concours.selection.examination import Mark, essay_section
from concours.selection.examination_result import record_marks, settle_essay
from concours.selection.item_content import plain_text
from concours.services.case import Case, decide
from concours.services.competitions import read_competition
from concours.services.examination.answers import counting
from concours.services.examination.desk import ESSAY_COLUMN
from concours.services.examination.essay_seeds import script_for
from concours.services.examination.sat_forms import sat_forms
from concours.services.examination.sessions import edition_of, test_step
from concours.services.files import new_code, unknown_file
from concours.services.listing import ListPage, ListQuery

MARK = "examination.mark_essay"
SETTLE = "examination.settle_essay"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One of a marker's sheets in their list."""

    code: str
    reading: int
    mark: int | None
    locked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """One essay as its marker reads it: the topic, the text, the scale; nobody's name."""

    code: str
    topic: str
    text: str
    lowest: int
    highest: int
    tolerance: int
    mark: int | None
    locked_at: datetime | None
    reading: int
    waiting: int
    criteria: tuple[str, ...] = ()
    rubric: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EssayProgress:
    """How far the marking of one competition is."""

    to_allocate: int
    open_sheets: int
    third_readings: int
    settled: int


@transaction.atomic
def next_sheet(actor: Actor, *, competition: str, at: datetime) -> str | None:
    """The code of the marker's next sheet: one they have open, or an essay that still lacks a
    reading and that they have not read; None when there is nothing left for them."""
    require(actor, MARK)
    mine = EssaySheet.objects.filter(
        marker=actor.code, competition=competition, locked_at__isnull=True, reading__lt=3
    )
    held = mine.order_by("code").first()
    if held is not None:
        return held.code
    script = script_for(actor.code, competition)
    if script is not None:
        return _seeded_sheet(script, actor).code
    rule = _rule(competition)
    lacking = ExaminationStanding.objects.filter(
        competition=competition, essay="to_mark", closed=False
    ).order_by("file")
    for row in lacking[:200]:
        sheets = list(
            EssaySheet.objects.select_for_update().filter(candidacy=row.file, step=row.step)
        )
        if len(sheets) >= rule.markers or actor.code in {s.marker for s in sheets}:
            continue
        return _new_sheet(row, actor, reading=len(sheets) + 1).code
    return None


@transaction.atomic
def next_third_reading(actor: Actor, *, competition: str, at: datetime) -> str | None:
    """The code of the chair's next sheet among essays whose first readings differ too much."""
    require(actor, SETTLE)
    mine = EssaySheet.objects.filter(
        marker=actor.code, competition=competition, locked_at__isnull=True, reading=3
    )
    held = mine.order_by("code").first()
    if held is not None:
        return held.code
    rows = ExaminationStanding.objects.filter(
        competition=competition, essay="third_reading", closed=False
    ).order_by("file")
    for row in rows[:200]:
        sheets = list(
            EssaySheet.objects.select_for_update().filter(candidacy=row.file, step=row.step)
        )
        if any(s.reading == 3 or s.marker == actor.code for s in sheets):
            continue
        return _new_sheet(row, actor, reading=3).code
    return None


def _new_sheet(row: ExaminationStanding, actor: Actor, *, reading: int) -> EssaySheet:
    return EssaySheet.objects.create(
        code=new_code(),
        candidacy=row.file,
        competition=row.competition,
        step=row.step,
        marker=actor.code,
        reading=reading,
    )


def _seeded_sheet(script: SeededScript, actor: Actor) -> EssaySheet:
    """A sheet like every other, of a script whose mark is known."""
    return EssaySheet.objects.create(
        code=new_code(),
        candidacy=script.code,
        competition=script.competition,
        step=script.step,
        marker=actor.code,
        reading=1,
        seeded=True,
    )


def sheet_page(actor: Actor, code: str) -> SheetPage:
    """The marker's own sheet. The query joins neither person nor score."""
    sheet = _own_sheet(actor, code)
    edition = edition_of(read_competition(sheet.competition))
    rule = edition.value(f"{sheet.step}.essay_marking", DoubleMarking)
    section = essay_section(edition, sheet.step)
    rubric = f"{sheet.step}.essay_rubric"
    words = edition.value(rubric, Rubric) if edition.has(rubric) else None
    topic = TestItem.objects.filter(
        competition=sheet.competition,
        step=sheet.step,
        section=section,
        forms__contains=sat_forms([sheet.candidacy], sheet.step).get(sheet.candidacy, ""),
    ).first()
    return SheetPage(
        code=sheet.code,
        topic=plain_text(topic.stem) if topic else "",
        text=_essay(sheet, section),
        lowest=rule.lowest,
        highest=rule.highest,
        tolerance=rule.tolerance,
        mark=sheet.mark,
        locked_at=sheet.locked_at,
        reading=sheet.reading,
        waiting=EssaySheet.objects.filter(marker=actor.code, locked_at__isnull=True).count(),
        criteria=tuple(words.criteria.values()) if words else (),
        rubric=lines(words) if words else (),
    )


def lock_mark(actor: Actor, code: str, *, mark: int, at: datetime) -> bool:
    """Lock the marker's mark. When it is the last of the first readings, both enter the
    candidate's file together; a third reading settles the essay. Returns whether it did."""
    with transaction.atomic():
        sheet = _own_sheet(actor, code, lock=True)
        if sheet.locked_at is not None:
            raise RuleRefused("sheet_locked", remedy="This mark is locked and stays as it is.")
        check_mark(_rule(sheet.competition), mark)
        sheet.mark, sheet.locked_at = mark, at
        sheet.save(update_fields=["mark", "locked_at"])
        if sheet.seeded:
            return False
        if sheet.reading == 3:
            _settle(sheet, mark, at)
            return True
        return _enter_when_complete(sheet, at)


def _enter_when_complete(sheet: EssaySheet, at: datetime) -> bool:
    rule = _rule(sheet.competition)
    locked = EssaySheet.objects.select_for_update().filter(
        candidacy=sheet.candidacy, step=sheet.step, reading__lte=rule.markers
    )
    marks = [s for s in locked.order_by("reading") if s.locked_at is not None]
    if len(marks) < rule.markers:
        return False

    def command(case: Case) -> Sequence[Draft]:
        found = [Mark(marker=s.marker, mark=s.mark or 0) for s in marks]
        return record_marks(case.candidacy, case.edition, step=sheet.step, at=at, marks=found)

    _decide_blind(sheet, command, at)
    return True


def _settle(sheet: EssaySheet, mark: int, at: datetime) -> None:
    def command(case: Case) -> Sequence[Draft]:
        found = Mark(marker=sheet.marker, mark=mark)
        return settle_essay(case.candidacy, case.edition, step=sheet.step, at=at, mark=found)

    _decide_blind(sheet, command, at)


def _decide_blind(sheet: EssaySheet, command, at: datetime) -> None:  # type: ignore[no-untyped-def]
    """Record under the service's own name: markers may not open candidacies; the entries
    name them, and the sheet's lock is their act."""
    decide(SYSTEM, sheet.candidacy, "examination.decide", command, at=at)


def progress(actor: Actor, competition: str) -> EssayProgress:
    """How far marking is; counts only."""
    if not actor.roles & {"test_administrator", "chair", "marker", "auditor"}:
        require(actor, MARK)
    rows = ExaminationStanding.objects.filter(competition=competition, closed=False)
    counts = rows.aggregate(
        to_mark=Count("file", filter=Q(essay="to_mark")),
        third=Count("file", filter=Q(essay="third_reading")),
        settled=Count("file", filter=Q(essay="settled")),
    )
    opened = EssaySheet.objects.filter(
        competition=competition, locked_at__isnull=True, seeded=False
    ).count()
    return EssayProgress(
        to_allocate=counts["to_mark"],
        open_sheets=opened,
        third_readings=counts["third"],
        settled=counts["settled"],
    )


def own_sheets(actor: Actor, query: ListQuery) -> ListPage[SheetRow]:
    """The marker's own sheets, open ones first."""
    require(actor, MARK if "marker" in actor.roles else SETTLE)
    found = EssaySheet.objects.filter(marker=actor.code)
    if query.search:
        found = found.filter(code__startswith=query.search.upper())
    if query.filters.get("state") == "open":
        found = found.filter(locked_at__isnull=True)
    if query.filters.get("state") == "locked":
        found = found.filter(locked_at__isnull=False)
    key = F({"code": "code", "locked": "locked_at", "reading": "reading"}.get(query.order, "code"))
    ordered = found.order_by(
        key.desc(nulls_last=True) if query.descending else key.asc(nulls_first=True), "code"
    )
    return ListPage(
        rows=[
            SheetRow(code=s.code, reading=s.reading, mark=s.mark, locked_at=s.locked_at)
            for s in ordered[query.start : query.end]
        ],
        total=found.count(),
    )


def _own_sheet(actor: Actor, code: str, *, lock: bool = False) -> EssaySheet:
    rows = EssaySheet.objects.select_for_update() if lock else EssaySheet.objects
    sheet = rows.filter(code=code, marker=actor.code).first()
    if sheet is None:
        raise unknown_file()
    require(actor, SETTLE if sheet.reading == 3 else MARK)
    return sheet


def _essay(sheet: EssaySheet, section: str) -> str:
    if sheet.seeded:
        return SeededScript.objects.get(code=sheet.candidacy).text
    row = (
        counting()
        .filter(sitting__candidacy=sheet.candidacy, sitting__step=sheet.step, section=section)
        .last()
    )
    if row is None or row.text is None:
        return ""
    person = CandidacyStanding.objects.values_list("person", flat=True).get(file=sheet.candidacy)
    try:
        return personal.open_text(person, ESSAY_COLUMN, bytes(row.text))
    except personal.Erased as erased:
        raise BadInput(
            "essay_erased", remedy="This essay was erased with its writer's data."
        ) from erased


def _rule(competition: str) -> DoubleMarking:
    edition = edition_of(read_competition(competition))
    return edition.value(f"{test_step(edition)}.essay_marking", DoubleMarking)
