"""Rating on the day: each assessor alone, then the integration session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concours.ledger.draft import Draft
from concours.policy.catalogue import Catalogue
from concours.policy.edition import Edition
from concours.policy.exercises import Exercises, exercise
from concours.policy.scale import Scale
from concours.policy.shown_matrix import ShownMatrix, shows
from concours.records import personal
from concours.records.ledger_store import lock_heads, read_facts
from concours.records.models import CandidacyStanding, PanelReading, RatingSheet
from concours.selection.assessment_result import (
    check_ratings,
    enter_ratings,
    integrate,
)
from concours.selection.authority import Actor, require
from concours.selection.fold import fold_candidacy
from concours.selection.panel import Panel, ratings_of, require_reader
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.narratives.desk import edition_of
from concours.services.panels.sheets import (
    REASONS,
    commitment,
    locked_sheets,
    own_sheet,
    write_sheet,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRate:
    """One exercise of one candidate on an assessor's list. ``state``: to_rate, begun, locked,
    to_integrate, integrated."""

    candidacy: str
    part: str
    title: str
    state: str
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One dimension with this assessor's rating, and in integration everybody's."""

    code: str
    title: str
    gloss: str
    own: int | None
    all: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A sheet for one exercise. ``integrating`` once all independent sheets are in."""

    candidacy: str
    panel: str
    part: str
    title: str
    dimensions: tuple[Dimension, ...]
    reasons: str
    others_reasons: tuple[str, ...]
    locked_at: datetime | None
    integrating: bool
    integrated: bool
    lowest: int
    highest: int


def to_rate(actor: Actor) -> tuple[ToRate, ...]:
    """What this assessor has to rate or integrate, by candidate and exercise, in codes."""
    require(actor, "assessment.rate")
    readings = PanelReading.objects.filter(member=actor.code, barred=False).exclude(part="")
    rows = list(readings.order_by("file", "candidacy", "part"))
    locked = {
        (r.candidacy, r.part, r.kind): r.locked_at
        for r in RatingSheet.objects.filter(candidacy__in=[row.candidacy for row in rows])
        if r.rater == actor.code or r.kind == "settled"
    }
    panels: dict[str, Panel] = {}
    here = {
        row.file: row
        for row in CandidacyStanding.objects.filter(file__in=[r.candidacy for r in rows])
    }
    found = []
    for row in rows:
        if row.file not in panels:
            panels[row.file] = open_file(actor, "panel", row.file, "assessment.rate").state
        panel = panels[row.file]
        edition = edition_of(read_competition(panel.competition))
        item = exercise(edition.value(f"{panel.step}.exercises", Exercises), row.part)
        standing = here.get(row.candidacy)
        done = standing is None or standing.step != panel.step or standing.closed_on is not None
        found.append(
            ToRate(
                candidacy=row.candidacy,
                part=row.part,
                title=item.title,
                state=_state(panel, row, locked),
                decided=done,
            )
        )
    return tuple(row for row in found if not row.decided)


def _state(
    panel: Panel, row: PanelReading, locked: Mapping[tuple[str, str, str], datetime | None]
) -> str:
    if (row.candidacy, row.part) in panel.settled:
        return "integrated"
    if row.entered:
        return "to_integrate"
    key = (row.candidacy, row.part, "independent")
    if key not in locked:
        return "to_rate"
    return "begun" if locked[key] is None else "locked"


def _panel_of(actor: Actor, candidacy: str, part: str) -> OpenFile:
    """The group in which this assessor rates this exercise; one answer for none and not theirs."""
    require(actor, "assessment.rate")
    row = (
        PanelReading.objects.filter(member=actor.code, candidacy=candidacy, part=part, barred=False)
        .order_by("-pk")
        .first()
    )
    if row is None or not part:
        raise unknown_file()
    found = open_file(actor, "panel", row.file, "assessment.rate")
    require_reader(found.state, member=actor.code, candidacy=candidacy, part=part)
    return found


def _person_of(candidacy: str) -> str:
    return fold_candidacy(read_facts(candidacy)).person


def sheet_page(actor: Actor, candidacy: str, part: str) -> SheetPage:
    """This assessor's sheet; others' ratings only once all independent sheets are in the record."""
    found = _panel_of(actor, candidacy, part)
    panel: Panel = found.state
    edition = edition_of(read_competition(panel.competition))
    person = _person_of(candidacy)
    own, reasons, locked_at = own_sheet(
        candidacy=candidacy, part=part, rater=actor.code, person=person
    )
    integrating = (candidacy, part) in panel.entered
    given = ratings_of(panel, candidacy=candidacy, part=part) if integrating else {}
    scale = edition.value(f"{panel.step}.scale", Scale)
    rows = RatingSheet.objects.filter(candidacy=candidacy, part=part, kind="independent")
    return SheetPage(
        candidacy=candidacy,
        panel=found.code,
        part=part,
        title=exercise(edition.value(f"{panel.step}.exercises", Exercises), part).title,
        dimensions=tuple(
            Dimension(
                code=code,
                title=title,
                gloss=gloss,
                own=own.get(code),
                all=tuple(given.get(code, ())),
            )
            for code, title, gloss in _dimensions(edition, panel.step, part)
        ),
        reasons=reasons,
        others_reasons=tuple(
            personal.open_text(person, REASONS, row.reasons) for row in rows.order_by("rater")
        )
        if integrating
        else (),
        locked_at=locked_at,
        integrating=integrating,
        integrated=(candidacy, part) in panel.settled,
        lowest=scale.lowest,
        highest=scale.highest,
    )


def _dimensions(edition: Edition, step: str, part: str) -> list[tuple[str, str, str]]:
    wanted = shows(edition.value(f"{step}.matrix", ShownMatrix), part)
    items = {i.code: i for i in edition.value(f"{step}.dimensions", Catalogue).items}
    return [(code, items[code].title, items[code].gloss) for code in wanted]


@transaction.atomic
def rate_exercise(
    actor: Actor,
    candidacy: str,
    part: str,
    *,
    ratings: Mapping[str, int],
    reasons: str,
    lock: bool,
    at: datetime,
) -> bool:
    """Save or lock the assessor's own sheet; True when it was the last and all entered the record."""
    code = _panel_of(actor, candidacy, part).code
    lock_heads([code])
    panel: Panel = _panel_of(actor, candidacy, part).state
    edition = edition_of(read_competition(panel.competition))
    if lock:
        check_ratings(edition, step=panel.step, part=part, ratings=ratings)
    person = _person_of(candidacy)
    write_sheet(
        panel=code,
        candidacy=candidacy,
        person=person,
        part=part,
        rater=actor.code,
        ratings=ratings,
        reasons=reasons,
        lock=lock,
        at=at,
    )
    if not lock:
        return False
    entered = False

    def command(found: OpenFile) -> tuple[Draft, ...]:
        nonlocal entered
        state: Panel = found.state
        readers = state.readers.get((candidacy, part), ())
        sheets = [
            s
            for s in locked_sheets(candidacy=candidacy, person=person, part=part)
            if s.rater in readers
        ]
        if len(sheets) < len(readers) or (candidacy, part) in state.entered:
            return ()
        file = fold_candidacy(read_facts(candidacy))
        found.relies_on[candidacy] = file.seq
        entered = True
        return enter_ratings(state, file, edition, step=state.step, at=at, part=part, sheets=sheets)

    decide_on(actor, "panel", code, "assessment.rate", command, at=at)
    return entered


@transaction.atomic
def record_integration(
    actor: Actor,
    candidacy: str,
    part: str,
    *,
    ratings: Mapping[str, int],
    reasons: str,
    at: datetime,
) -> None:
    """Record what the assessors agreed on for one exercise; both sets of ratings stay."""
    code = _panel_of(actor, candidacy, part).code
    person = _person_of(candidacy)

    def command(found: OpenFile) -> tuple[Draft, ...]:
        panel: Panel = found.state
        edition = edition_of(read_competition(panel.competition))
        file = fold_candidacy(read_facts(candidacy))
        found.relies_on[candidacy] = file.seq
        row = write_sheet(
            panel=code,
            candidacy=candidacy,
            person=person,
            part=part,
            rater=actor.code,
            ratings=ratings,
            reasons=reasons,
            lock=True,
            at=at,
            kind="settled",
        )
        return integrate(
            panel,
            file,
            edition,
            step=panel.step,
            at=at,
            part=part,
            ratings=ratings,
            by=actor.code,
            reasons=commitment(row, person),
        )

    decide_on(actor, "panel", code, "assessment.integrate", command, at=at)
