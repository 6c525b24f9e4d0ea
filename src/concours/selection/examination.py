"""The test of one candidacy: its state, and the folds of seat, door, sitting, scores and result."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from concours.ledger.draft import Fact
from concours.policy.conditional_marking import ConditionalMarking
from concours.policy.edition import Edition
from concours.policy.test_form import TestForm
from concours.policy.test_section import TestSection
from concours.selection.accommodation import Accommodation
from concours.selection.application import Appeal, moment, texts
from concours.selection.candidacy import Apply, Candidacy
from concours.selection.sitting_break import Break


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat held. ``sequence`` counts its changes, for the calendar file."""

    session: str
    seat: str
    starts_at: datetime | None
    changes_until: datetime | None
    door_closes: datetime | None
    reserved_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffer:
    """A freed seat offered from a waiting list. From ``answer_by`` on it has lapsed."""

    session: str
    seat: str
    starts_at: datetime | None
    answer_by: datetime | None
    offered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSat:
    """One section of a sitting. It ends at ``ends_at``, minutes given on the day counted."""

    opened_at: datetime
    ends_at: datetime
    locked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One sitting. ``minutes`` are those of each section for this candidate; ``breaks`` by
    the section each followed."""

    opened_at: datetime
    minutes: Mapping[str, int] = field(default_factory=dict)
    sections: Mapping[str, SectionSat] = field(default_factory=dict)
    submitted_at: datetime | None = None
    answers: str = ""
    paused_at: datetime | None = None
    breaks: Mapping[str, Break] = field(default_factory=dict)

    @property
    def current(self) -> str:
        """The id of the section that is open now; "" between sections."""
        return next((s for s, sat in self.sections.items() if sat.locked_at is None), "")

    @property
    def on_break(self) -> str:
        """The section whose break has not been ended; "" outside a break."""
        return next((s for s, rest in self.breaks.items() if rest.ended_at is None), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The multiple-choice scores, as exact text; ``passed`` is None where there is no cut.

    ``measured`` are the digests of report and table of each section whose score came from
    the measurement room; the others are on the T-scale.
    """

    scaled: Mapping[str, str]
    total: str
    cut: str
    passed: bool | None
    essay_marked: bool
    seq: int
    at: datetime
    measured: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One marker's mark of the essay."""

    marker: str
    mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A challenge to an item, or a request for re-scoring; ``outcome`` is "" while it waits."""

    seq: int
    lodged_at: datetime
    due_on: datetime | None
    section: str = ""
    item: int = 0
    ground: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The folded test of one candidacy. ``outcome`` is "", passed, failed or no_show.

    ``late_answers`` is "", waiting, taken or refused; ``late_count`` how many there are.
    ``form`` is the label of the last sitting's form, where the test has several.
    """

    admitted_at: datetime | None = None
    window: str = ""
    seats_from: datetime | None = None
    window_ends: datetime | None = None
    results_by: datetime | None = None
    seat: Seat | None = None
    changes: int = 0
    checked_in_at: datetime | None = None
    turned_away: int = 0
    absent_at: datetime | None = None
    sitting: Sitting | None = None
    sittings: int = 0
    form: str = ""
    answers: str = ""
    answers_at: datetime | None = None
    late_answers: str = ""
    late_count: int = 0
    scores: Scores | None = None
    marks: tuple[Mark, ...] = ()
    another_reading: bool = False
    essay_total: str = ""
    outcome: str = ""
    decided_seq: int = 0
    decided_at: datetime | None = None
    appeal: Appeal | None = None
    challenges: tuple[Request, ...] = ()
    rescoring: Request | None = None
    allowed_at: datetime | None = None
    irregularities: int = 0
    exempt_from_lockdown: bool = False
    waits: tuple[str, ...] = ()
    offer: SeatOffer | None = None
    ticket: str = ""
    lot: int = 0
    accommodation: Accommodation = field(default_factory=Accommodation)

    @property
    def passed(self) -> bool | None:
        """Whether the test was passed; None while it is not decided."""
        return None if not self.outcome else self.outcome == "passed"

    @property
    def sat(self) -> bool:
        """Whether any section was opened, or answers of this person came in on paper."""
        return bool(self.answers) or (self.sitting is not None and bool(self.sitting.sections))


def sections_of(edition: Edition, step: str) -> dict[str, TestSection]:
    """The sections of the test in the order they are sat, by id."""
    form = edition.value(f"{step}.form", TestForm)
    return {s: edition.value(f"{step}.section_{s}", TestSection) for s in form.sections}


def essay_section(edition: Edition, step: str) -> str:
    """The id of the section that is marked by people here; "" where the edition marks none."""
    rule = f"{step}.essay_condition"
    return edition.value(rule, ConditionalMarking).section if edition.has(rule) else ""


def whole(body: Mapping[str, Any], name: str) -> int:
    """A whole number of an entry's body; 0 where it is not given."""
    found = body.get(name, 0)
    return found if isinstance(found, int) else 0


def _state(file: Candidacy, fact: Fact) -> Examination:
    return file.state(fact.step, Examination)


def _set(file: Candidacy, fact: Fact, **changes: Any) -> Candidacy:
    return file.with_state(fact.step, replace(_state(file, fact), **changes))


def _admitted(file: Candidacy, fact: Fact) -> Candidacy:
    b = fact.body
    return _set(
        file,
        fact,
        admitted_at=fact.on,
        window=str(b.get("window", "")),
        seats_from=moment(b, "seats_from"),
        window_ends=moment(b, "window_ends"),
        results_by=moment(b, "results_by"),
    )


def _seated(file: Candidacy, fact: Fact) -> Candidacy:
    b, state = fact.body, _state(file, fact)
    before = state.seat
    seat = Seat(
        session=str(b.get("session", before.session if before else "")),
        seat=str(b.get("seat", before.seat if before else "")),
        starts_at=moment(b, "starts_at"),
        changes_until=moment(b, "changes_until"),
        door_closes=moment(b, "door_closes"),
        reserved_at=fact.on,
        sequence=state.changes,
    )
    return _set(file, fact, seat=seat, changes=state.changes + 1)


def _unseated(file: Candidacy, fact: Fact) -> Candidacy:
    return _set(file, fact, seat=None, changes=_state(file, fact).changes + 1)


def _checked_in(file: Candidacy, fact: Fact) -> Candidacy:
    if fact.body.get("outcome") == "turned_away":
        return _set(file, fact, turned_away=_state(file, fact).turned_away + 1)
    return _set(file, fact, checked_in_at=fact.on)


def _attendance(file: Candidacy, fact: Fact) -> Candidacy:
    if fact.body.get("outcome") == "no_show":
        return _set(
            file,
            fact,
            absent_at=fact.on,
            outcome="no_show",
            decided_seq=fact.seq,
            decided_at=fact.on,
        )
    return _set(file, fact, absent_at=None, outcome="", seat=None, decided_seq=0, decided_at=None)


def _sitting_opened(file: Candidacy, fact: Fact) -> Candidacy:
    found = fact.body.get("minutes")
    minutes = (
        {str(k): v for k, v in found.items() if isinstance(v, int)}
        if isinstance(found, Mapping)
        else {}
    )
    sitting = Sitting(opened_at=fact.on, minutes=minutes)
    number = _state(file, fact).sittings + 1
    form = str(fact.body.get("form", ""))
    return _set(file, fact, sitting=sitting, sittings=number, form=form)


def _section_opened(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    sitting = state.sitting or Sitting(opened_at=fact.on)
    ends = moment(fact.body, "ends_at") or fact.on
    sat = SectionSat(opened_at=fact.on, ends_at=ends)
    sections = {**sitting.sections, str(fact.body.get("section", "")): sat}
    return _set(file, fact, sitting=replace(sitting, sections=sections))


def _section_locked(file: Candidacy, fact: Fact) -> Candidacy:
    sitting = _state(file, fact).sitting
    section = str(fact.body.get("section", ""))
    if sitting is None or section not in sitting.sections:
        return file
    sections = {**sitting.sections, section: replace(sitting.sections[section], locked_at=fact.on)}
    return _set(file, fact, sitting=replace(sitting, sections=sections))


def _minutes_added(file: Candidacy, fact: Fact) -> Candidacy:
    sitting = _state(file, fact).sitting
    section, minutes = str(fact.body.get("section", "")), whole(fact.body, "minutes")
    rest = str(fact.body.get("break", ""))
    if sitting is not None and rest in sitting.breaks:
        found = sitting.breaks[rest]
        later = replace(found, ends_at=found.ends_at + timedelta(minutes=minutes))
        breaks = {**sitting.breaks, rest: later}
        return _set(file, fact, sitting=replace(sitting, breaks=breaks))
    if sitting is None or section not in sitting.sections:
        return file
    sat = sitting.sections[section]
    longer = replace(sat, ends_at=sat.ends_at + timedelta(minutes=minutes))
    return _set(
        file, fact, sitting=replace(sitting, sections={**sitting.sections, section: longer})
    )


def _submitted(file: Candidacy, fact: Fact) -> Candidacy:
    sitting = _state(file, fact).sitting or Sitting(opened_at=fact.on)
    answers = str(fact.body.get("answers", ""))
    done = replace(sitting, submitted_at=fact.on, answers=answers)
    late = whole(fact.body, "late")
    return _set(
        file,
        fact,
        sitting=done,
        answers=answers,
        answers_at=fact.on,
        late_count=late,
        late_answers="waiting" if late else "",
    )


def _voided(file: Candidacy, fact: Fact) -> Candidacy:
    return _set(
        file,
        fact,
        sitting=None,
        answers="",
        answers_at=None,
        late_answers="",
        late_count=0,
        seat=None,
        checked_in_at=None,
        scores=None,
        marks=(),
        another_reading=False,
        essay_total="",
    )


def _imported(file: Candidacy, fact: Fact) -> Candidacy:
    answers = str(fact.body.get("answers", ""))
    number = _state(file, fact).sittings + 1
    form = str(fact.body.get("form", ""))
    return _set(file, fact, answers=answers, answers_at=fact.on, sittings=number, form=form)


def _measured(body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The digests of what measured sections come from; none where the body holds no mapping."""
    found = body.get("measured")
    return {str(s): texts(found, s) for s in found} if isinstance(found, Mapping) else {}


def _scored(file: Candidacy, fact: Fact) -> Candidacy:
    b = fact.body
    passed = b.get("outcome")
    scores = Scores(
        scaled=texts(b, "scaled"),
        total=str(b.get("total", "")),
        cut=str(b.get("cut", "")),
        passed=None if passed == "no_cut" else passed == "at_or_above",
        essay_marked=bool(b.get("essay_marked", False)),
        seq=fact.seq,
        at=fact.on,
        measured=_measured(b),
    )
    return _set(file, fact, scores=scores)


def _marked(file: Candidacy, fact: Fact) -> Candidacy:
    mark = fact.body.get("mark")
    if not isinstance(mark, int):
        return file
    found = Mark(marker=str(fact.body.get("marker", "")), mark=mark)
    return _set(file, fact, marks=(*_state(file, fact).marks, found))


def _compared(file: Candidacy, fact: Fact) -> Candidacy:
    if fact.body.get("outcome") == "another_reading":
        return _set(file, fact, another_reading=True)
    return _set(file, fact, another_reading=False, essay_total=str(fact.body.get("total", "")))


def _decided(file: Candidacy, fact: Fact) -> Candidacy:
    outcome = str(fact.body.get("outcome", ""))
    return _set(file, fact, outcome=outcome, decided_seq=fact.seq, decided_at=fact.on)


APPLY: Mapping[str, Apply] = {
    "examination.admitted": _admitted,
    "seat.reserved": _seated,
    "seat.moved": _seated,
    "seat.rescheduled": _seated,
    "seat.cancelled": _unseated,
    "door.checked": _checked_in,
    "attendance.found": _attendance,
    "sitting.opened": _sitting_opened,
    "section.opened": _section_opened,
    "section.locked": _section_locked,
    "minutes.added": _minutes_added,
    "sitting.submitted": _submitted,
    "sitting.voided": _voided,
    "answers.imported": _imported,
    "choice.scored": _scored,
    "choice.corrected": _scored,
    "choice.rescored": _scored,
    "essay.marked": _marked,
    "essay.compared": _compared,
    "examination.decided": _decided,
    "examination.reversed": _decided,
}
