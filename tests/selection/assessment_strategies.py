"""Builders that carry people from a passed panel to the result of the oral assessment."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from tests.selection.examination_strategies import EDITION
from tests.selection.narratives_strategies import Field, passed_narratives

from concours.policy.shown_matrix import ShownMatrix, shows
from concours.selection.assessment import Place, book, check_in, invite
from concours.selection.assessment_result import (
    decide_assessment,
    enter_ratings,
    form_group,
    integrate,
)
from concours.selection.assessment_state import Assessment
from concours.selection.fold import tell
from concours.selection.panel import Panel, Sheet, fold_panel, form_panel

STEP = "assessment"
TEAM = ("ASSE-1", "ASSE-2", "ASSE-3", "ASSE-4")
GROUP = "PANE-0000-0009"
EXERCISES = ("group", "interview", "case_management")
INVITED = datetime(2016, 12, 5, 15, tzinfo=UTC)
BOOKED = datetime(2016, 12, 10, 15, tzinfo=UTC)
GROUPED = datetime(2017, 2, 20, 15, tzinfo=UTC)
STARTS = datetime(2017, 3, 1, 12, tzinfo=UTC)
SEASON_ENDS = date(2017, 5, 31)
PLACE = Place(day="DAY-1", place="washington", starts_at=STARTS)
MATRIX = EDITION.value("assessment.matrix", ShownMatrix)


def sheet(exercise: str, rating: int, **dimensions: int) -> dict[str, int]:
    """The same rating on each dimension of an exercise but those named."""
    return dict.fromkeys(shows(MATRIX, exercise), rating) | dimensions


class Day:
    """Candidates who passed the panel, on one assessment day."""

    def __init__(self, count: int = 3) -> None:
        self.field: Field = passed_narratives(count)
        self.files = self.field.files
        self.edition = EDITION
        self.do = self.field.do
        self.file = self.field.file

    def state(self, code: str) -> Assessment:
        """The step's state of one candidacy."""
        return self.file(code).state(STEP, Assessment)

    @property
    def panel(self) -> Panel:
        """The group's file, folded."""
        return fold_panel(self.field.world.read(GROUP))

    def tell_last(self, code: str, kind: str, at: datetime) -> "Day":
        """Tell the candidate of the last entry of a kind."""
        fact = next(f for f in reversed(self.field.world.read(code)) if f.kind == kind)
        self.do((tell(self.file(code), EDITION, about=fact, at=at),), at)
        return self

    def invite(self) -> "Day":
        """Invite and tell everybody."""
        for code in self.files:
            self.do(
                invite(self.file(code), EDITION, step=STEP, at=INVITED, season_ends=SEASON_ENDS),
                INVITED,
            )
            self.tell_last(code, "assessment.invited", INVITED)
        return self

    def book(self) -> "Day":
        """Book everybody on the same day."""
        for code in self.files:
            self.do(book(self.file(code), EDITION, step=STEP, at=BOOKED, place=PLACE), BOOKED)
        return self

    def group(self) -> "Day":
        """Form one group with its team."""
        formed = form_panel(
            GROUP, competition="COMP", step=STEP, track="", members=TEAM, chair="CHAIR-9"
        )
        self.do(formed, GROUPED)
        drafts = form_group(
            self.panel,
            EDITION,
            step=STEP,
            at=GROUPED,
            files={code: self.file(code) for code in self.files},
            interviewers=dict.fromkeys(self.files, TEAM[:2]),
            day="DAY-1",
        )
        self.do(drafts, GROUPED)
        return self

    def arrive(self) -> "Day":
        """Check everybody in."""
        for code in self.files:
            self.do(check_in(self.file(code), EDITION, step=STEP, at=STARTS), STARTS)
        return self

    def rate(self, code: str, exercise: str, *sheets: Mapping[str, int]) -> "Day":
        """Enter the independent sheets of an exercise."""
        raters: Sequence[str] = self.panel.readers[(code, exercise)]
        given = [Sheet(rater=r, ratings=s) for r, s in zip(raters, sheets, strict=True)]
        self.do(
            enter_ratings(
                self.panel,
                self.file(code),
                EDITION,
                step=STEP,
                at=STARTS,
                part=exercise,
                sheets=given,
            ),
            STARTS,
        )
        return self

    def integrate(self, code: str, exercise: str, ratings: Mapping[str, int]) -> "Day":
        """Record what the assessors agreed on."""
        self.do(
            integrate(
                self.panel,
                self.file(code),
                EDITION,
                step=STEP,
                at=STARTS,
                part=exercise,
                ratings=ratings,
                by=self.panel.readers[(code, exercise)][0],
                reasons="reasons",
            ),
            STARTS,
        )
        return self

    def assess(self, code: str, **agreed: Mapping[str, int]) -> "Day":
        """All three exercises: everybody gives 5 alone, then ``agreed`` is recorded."""
        for exercise in EXERCISES:
            raters = self.panel.readers[(code, exercise)]
            self.rate(code, exercise, *[sheet(exercise, 5) for _ in raters])
            self.integrate(code, exercise, agreed.get(exercise, sheet(exercise, 5)))
        return self

    def decide(self, code: str, at: datetime = STARTS) -> "Day":
        """Decide one candidate's result."""
        drafts = decide_assessment(self.panel, self.file(code), EDITION, step=STEP, at=at)
        self.do(drafts, at)
        return self


def present(count: int = 3) -> Day:
    """A group on its day, everybody there."""
    return Day(count).invite().book().group().arrive()


def passed_assessment(count: int = 3) -> Day:
    """People who passed the oral assessment at 6 and were told so."""
    day = present(count)
    for code in day.files:
        day.assess(code, **{e: sheet(e, 6) for e in EXERCISES}).decide(code)
        day.tell_last(code, "assessment.decided", STARTS)
    return day
