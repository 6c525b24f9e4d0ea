"""Reading blind: the panellist's list, the masked file, the sheet.

The queries of this page touch the panel, the masked copy and the reader's own
sheet; no table that holds a name, a birth date, a test score or another's sheet.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.ledger.draft import Draft
from concours.policy.catalogue import Catalogue, Item
from concours.policy.edition import Edition
from concours.policy.scale import Scale
from concours.records import personal
from concours.records.ledger_store import lock_heads, read_facts
from concours.records.models import PanelReading, RatingSheet, ReadingFile
from concours.selection.authority import Actor, require
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_panel import check_ratings, enter_sheets
from concours.selection.panel import Panel, declare_conflict, replace_reader, require_reader
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.listing import ListPage, ListQuery
from concours.services.narratives.desk import edition_of
from concours.services.narratives.reading_file import CONTENT
from concours.services.ordering import ordered
from concours.services.panels.sheets import locked_sheets, own_sheet, write_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """One file on a reader's list, by code. ``readable`` while its masked copy is kept."""

    candidacy: str
    panel: str
    track: str
    state: str
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindFile:
    """What a reader may see of a file."""

    track: str
    narratives: tuple[tuple[Item, str], ...]
    education: tuple[Mapping[str, str], ...]
    employment: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPage:
    """One file to read, with the reader's own sheet."""

    candidacy: str
    panel: str
    version: str
    file: BlindFile
    lowest: int
    highest: int
    ratings: Mapping[str, int]
    reasons: str
    locked_at: datetime | None
    entered: bool


def reading_list(actor: Actor, query: ListQuery) -> ListPage[ReadingRow]:
    """The files this reader has been given, those still to be read first."""
    require(actor, "narratives.rate")
    rows = PanelReading.objects.filter(member=actor.code, part="", barred=False)
    if query.search:
        rows = rows.filter(candidacy__startswith=query.search.upper())
    locked = dict(
        RatingSheet.objects.filter(rater=actor.code, part="", kind="independent").values_list(
            "candidacy", "locked_at"
        )
    )
    state = query.filters.get("state")
    if state == "entered":
        rows = rows.filter(entered=True)
    elif state:
        done = [code for code, at in locked.items() if at is not None]
        rows = rows.filter(entered=False)
        rows = (
            rows.filter(candidacy__in=done)
            if state == "locked"
            else rows.exclude(candidacy__in=done)
        )
    whole = ordered(rows, "entered", descending=query.descending, unique="candidacy")
    chosen = list(whole[query.start : query.end])
    tracks = dict(
        ReadingFile.objects.filter(candidacy__in=[r.candidacy for r in chosen]).values_list(
            "candidacy", "track"
        )
    )
    return ListPage(
        rows=[
            ReadingRow(
                candidacy=row.candidacy,
                panel=row.file,
                track=tracks.get(row.candidacy, ""),
                state=_state(row, locked),
                readable=row.candidacy in tracks,
            )
            for row in chosen
        ],
        total=rows.count(),
    )


def _state(row: PanelReading, locked: Mapping[str, datetime | None]) -> str:
    if row.entered:
        return "entered"
    if row.candidacy not in locked:
        return "to_read"
    return "begun" if locked[row.candidacy] is None else "locked"


def blind_file(candidacy: str, edition: Edition, *, step: str) -> tuple[BlindFile, str]:
    """The masked copy of a file, with the person code its sheets are sealed under."""
    row = ReadingFile.objects.filter(candidacy=candidacy).first()
    if row is None:
        raise unknown_file()
    content: dict[str, Any] = json.loads(personal.open_text(row.person, CONTENT, row.content))
    themes = edition.value(f"{step}.themes", Catalogue).items
    texts = content.get("narratives", {})
    return (
        BlindFile(
            track=str(content.get("track", "")),
            narratives=tuple((item, str(texts.get(item.code, ""))) for item in themes),
            education=tuple(content.get("education", ())),
            employment=tuple(content.get("employment", ())),
        ),
        row.person,
    )


def _panel_of(actor: Actor, candidacy: str) -> str:
    """The panel in which this reader has this file; one answer for none and not theirs."""
    require(actor, "narratives.rate")
    row = PanelReading.objects.filter(
        member=actor.code, candidacy=candidacy, part="", barred=False
    ).first()
    if row is None:
        raise unknown_file()
    return row.file


def reading_page(actor: Actor, candidacy: str) -> ReadingPage:
    """One file on this reader's list, masked."""
    code = _panel_of(actor, candidacy)
    found = open_file(actor, "panel", code, "narratives.rate")
    panel: Panel = found.state
    require_reader(panel, member=actor.code, candidacy=candidacy)
    edition = edition_of(read_competition(panel.competition))
    file, person = blind_file(candidacy, edition, step=panel.step)
    ratings, reasons, locked_at = own_sheet(
        candidacy=candidacy, part="", rater=actor.code, person=person
    )
    scale = edition.value(f"{panel.step}.scale", Scale)
    return ReadingPage(
        candidacy=candidacy,
        panel=code,
        version=found.version,
        file=file,
        lowest=scale.lowest,
        highest=scale.highest,
        ratings=ratings,
        reasons=reasons,
        locked_at=locked_at,
        entered=(candidacy, "") in panel.entered,
    )


@transaction.atomic
def rate(
    actor: Actor,
    candidacy: str,
    *,
    ratings: Mapping[str, int],
    reasons: str,
    lock: bool,
    at: datetime,
) -> bool:
    """Save the reader's sheet, or lock it; True when it was the last and all entered the chain.

    A locked sheet must rate every theme on the scale. Others' sheets are not
    read before every reader has locked theirs.
    """
    code = _panel_of(actor, candidacy)
    lock_heads([code])
    panel: Panel = open_file(actor, "panel", code, "narratives.rate").state
    require_reader(panel, member=actor.code, candidacy=candidacy)
    edition = edition_of(read_competition(panel.competition))
    if lock:
        check_ratings(edition, step=panel.step, ratings=ratings)
    person: str = str(ReadingFile.objects.values_list("person", flat=True).get(candidacy=candidacy))
    write_sheet(
        panel=code,
        candidacy=candidacy,
        person=person,
        part="",
        rater=actor.code,
        ratings=ratings,
        reasons=reasons,
        lock=lock,
        at=at,
    )
    return lock and enter_if_complete(actor, code, candidacy, person=person, edition=edition, at=at)


def enter_if_complete(
    actor: Actor, code: str, candidacy: str, *, person: str, edition: Edition, at: datetime
) -> bool:
    """Bring all sheets of a file into the chain if every reader has locked one."""
    entered = False

    def command(found: OpenFile) -> tuple[Draft, ...]:
        nonlocal entered
        panel: Panel = found.state
        readers = panel.readers.get((candidacy, ""), ())
        sheets = [
            s
            for s in locked_sheets(candidacy=candidacy, person=person, part="")
            if s.rater in readers
        ]
        if len(sheets) < len(readers) or (candidacy, "") in panel.entered:
            return ()
        file = fold_candidacy(read_facts(candidacy))
        found.relies_on[candidacy] = file.seq
        entered = True
        return enter_sheets(panel, file, edition, step=panel.step, at=at, sheets=sheets)

    decide_on(actor, "panel", code, "narratives.rate", command, at=at)
    return entered


def step_aside(actor: Actor, candidacy: str, *, relation: str, at: datetime) -> str:
    """A reader declares a conflict with a file they were given; returns who takes over, "" if nobody can yet.

    The member with the fewest files who is free of conflict takes over at once;
    otherwise the scheduler finds somebody.
    """
    code = _panel_of(actor, candidacy)
    taken_over = ""

    def command(found: OpenFile) -> tuple[Draft, ...]:
        nonlocal taken_over
        panel: Panel = found.state
        edition = edition_of(read_competition(panel.competition))
        declared = declare_conflict(
            panel,
            edition,
            member=actor.code,
            candidacy=candidacy,
            relation=relation,
            source="declared",
        )
        readers = panel.readers.get((candidacy, ""), ())
        loads = {m: sum(m in found for found in panel.readers.values()) for m in panel.members}
        free = sorted(
            (loads[m], m)
            for m in panel.members
            if m not in readers and (m, candidacy) not in panel.barred
        )
        if not free:
            return declared
        taken_over = free[0][1]
        replaced = replace_reader(
            panel, candidacy=candidacy, out=actor.code, into=taken_over, reason="recused"
        )
        return (*declared, *replaced)

    with transaction.atomic():
        decide_on(actor, "panel", code, "narratives.declare_conflict", command, at=at)
        RatingSheet.objects.filter(candidacy=candidacy, part="", rater=actor.code).delete()
    return taken_over
