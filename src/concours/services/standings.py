"""Standing rows: which fold fills which table, after every append and on a rebuild.

A step that brings standing tables gives a function in `services/<step>/standing.py`
and adds it below. The function returns unsaved rows for one file; it looks at
nothing but its arguments, so that a rebuild from the ledger gives the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from concours.ledger.draft import Fact
from concours.policy.edition import Edition
from concours.records.bulk import clear_files, insert_models
from concours.records.models import (
    CandidacyPeriod,
    CandidacyStanding,
    ClassPlace,
    ClassStanding,
    ClearanceStanding,
    CompetitionStanding,
    ExaminationStanding,
    OfficerStanding,
    PanelMember,
    PanelReading,
    PanelStanding,
    PersonStanding,
    RegisterPlace,
    ReviewSeat,
    SessionStanding,
)
from concours.records.models.kinds import Standing
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.key_changes import changes_of
from concours.selection.person import Person
from concours.selection.standing import Standing as StandingRow
from concours.selection.standing import standing_and_periods
from concours.services.clearance import standing as clearance
from concours.services.examination import standing as examination
from concours.services.folds import fold_file
from concours.services.panels.standing import member_rows, panel_rows, reading_rows
from concours.services.register import standing as register
from concours.services.review import standing as review
from concours.services.service import standing as service

CandidacyRows = Callable[[Candidacy, Edition, datetime], Iterable[Standing]]
StateRows = Callable[[Any], Iterable[Standing]]


_COLUMNS = tuple(field.name for field in fields(StandingRow))
_PERIOD_COLUMNS = tuple(name for name in _COLUMNS if name != "seq")
EVER = datetime(1900, 1, 1, tzinfo=UTC)
"""Before every file: a file's first period begins here."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""After every date: a file's last period ends here."""


def _whole_file_rows(
    file: Candidacy, edition: Edition, at: datetime
) -> dict[type[Standing], list[Standing]]:
    """The rows over all steps: where the file stands, and how that changes by dates."""
    found, periods = standing_and_periods(file, edition, at=at)
    return {
        CandidacyStanding: [CandidacyStanding(**{n: getattr(found, n) for n in _COLUMNS})],
        CandidacyPeriod: [
            CandidacyPeriod(
                **{name: getattr(period.standing, name) for name in _PERIOD_COLUMNS},
                holds_from=period.holds_from or EVER,
                holds_until=period.holds_until or NEVER,
            )
            for period in periods
        ],
    }


def _competition_rows(found: Competition) -> Iterable[Standing]:
    calendar = found.calendar
    waiting = [[c.code, c.proposed_by] for c in changes_of(found) if c.status == "proposed"]
    yield CompetitionStanding(
        file=found.file,
        seq=found.seq,
        title=found.title,
        process=found.process,
        edition=found.edition,
        status=found.status,
        window=calendar.window if calendar else "",
        registration_opens=calendar.registration_opens if calendar else None,
        seats_from=calendar.seats_from if calendar else None,
        test_starts=calendar.test_starts if calendar else None,
        test_ends=calendar.test_ends if calendar else None,
        drafted_by=found.drafted_by,
        key_changes=waiting,
        key_changes_wait=bool(waiting),
    )


def _person_rows(found: Person) -> Iterable[Standing]:
    yield PersonStanding(
        file=found.file,
        seq=found.seq,
        opened_at=found.opened_at,
        erased_on=found.erased_on,
        held=found.hold,
        candidacies=len(found.candidacies),
    )


CANDIDACY_ROWS: Mapping[type[Standing], CandidacyRows] = {
    ClearanceStanding: clearance.rows,
    OfficerStanding: service.rows,
    RegisterPlace: register.rows,
    ReviewSeat: review.rows,
    ExaminationStanding: examination.rows,
}
"""Steps' tables filled from a candidacy, its edition, and the instant of its last entry."""

STATE_ROWS: Mapping[str, Mapping[type[Standing], StateRows]] = {
    "competition": {CompetitionStanding: _competition_rows},
    "person": {PersonStanding: _person_rows},
    "class": {ClassStanding: register.class_rows, ClassPlace: register.place_rows},
    "session": {SessionStanding: examination.session_rows},
    "panel": {PanelStanding: panel_rows, PanelMember: member_rows, PanelReading: reading_rows},
}
"""File kind to tables filled from that file's folded state."""


def tables() -> list[type[Standing]]:
    """Every standing table, each once."""
    found: list[type[Standing]] = [CandidacyStanding, CandidacyPeriod, *CANDIDACY_ROWS]
    for rows in STATE_ROWS.values():
        found.extend(table for table in rows if table not in found)
    return found


def rows_of_candidacy(file: Candidacy, edition: Edition) -> dict[type[Standing], list[Standing]]:
    """The rows one candidacy comes to."""
    at = file.last_at
    if at is None:
        return {}
    steps = {table: list(rows(file, edition, at)) for table, rows in CANDIDACY_ROWS.items()}
    return {**_whole_file_rows(file, edition, at), **steps}


def rows_of_file(kind: str, facts: Sequence[Fact]) -> dict[type[Standing], list[Standing]]:
    """The rows a file of another kind comes to; none for a kind without standing tables."""
    fillers = STATE_ROWS.get(kind, {})
    if not fillers or not facts:
        return {}
    state = fold_file(kind, facts)
    return {table: list(rows(state)) for table, rows in fillers.items()}


def write_rows(files: Sequence[str], found: Iterable[dict[type[Standing], list[Standing]]]) -> None:
    """Replace the rows of these files. ``found`` holds what each file comes to."""
    by_table: dict[type[Standing], list[Standing]] = {}
    for rows in found:
        for table, some in rows.items():
            by_table.setdefault(table, []).extend(some)
    clear_files(list(by_table), files)
    for all_rows in by_table.values():
        insert_models(all_rows)
