"""Windows, centres and free seats, as anybody may see them."""

from dataclasses import dataclass
from datetime import datetime

from concours.policy.edition import load_edition
from concours.policy.seat_rules import SeatRules
from concours.selection.seat_lottery import lottery_of
from concours.services.competitions import read_competition
from concours.services.examination.sessions import (
    CentreRow,
    SessionRow,
    centres,
    sessions_of,
    test_step,
)
from concours.services.public.road import OpenCompetition, open_competitions


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """One open competition with its sessions."""

    competition: OpenCompetition
    sessions: tuple[SessionRow, ...]
    free: int
    changes_hours: int
    by_lot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsPage:
    """Windows, centres and free seats."""

    windows: tuple[WindowRow, ...]
    centres: tuple[CentreRow, ...]


def windows_page(*, at: datetime) -> WindowsPage:
    """Windows that are open or to come, with their sessions and free seats."""
    rows = []
    for competition in open_competitions(at=at):
        sessions = sessions_of(competition.file, statuses=("planned",), after=at)
        running = read_competition(competition.file)
        edition = load_edition(running.process, running.edition)
        rule = edition.value(f"{test_step(edition)}.seats", SeatRules)
        rows.append(
            WindowRow(
                competition=competition,
                sessions=sessions,
                free=sum(s.free + s.free_accessible for s in sessions),
                changes_hours=rule.change_until_hours_before,
                by_lot=bool(lottery_of(running)),
            )
        )
    return WindowsPage(windows=tuple(rows), centres=centres())
