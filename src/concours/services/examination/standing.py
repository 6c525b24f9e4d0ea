"""The rows that lists of the test are made of: pure folds of a candidacy and of a session."""

from collections.abc import Iterable
from datetime import datetime

from concours.kernel.exact import fraction, nano
from concours.policy.edition import Edition
from concours.records.models import ExaminationStanding, SessionStanding
from concours.records.models.kinds import Standing
from concours.selection.candidacy import Candidacy
from concours.selection.examination import Examination
from concours.selection.session import Session


def rows(file: Candidacy, edition: Edition, at: datetime) -> Iterable[Standing]:
    """One row for a candidacy that has reached the test; ``at`` changes nothing here."""
    for plan in edition.steps:
        if plan.kind != "examination":
            continue
        state = file.state(plan.id, Examination)
        if state.admitted_at is not None:
            yield _row(file, plan.id, state)


def _row(file: Candidacy, step: str, state: Examination) -> ExaminationStanding:
    scores, seat = state.scores, state.seat
    return ExaminationStanding(
        file=file.file,
        competition=file.competition,
        step=step,
        session=seat.session if seat else "",
        seat=seat.seat if seat else "",
        checked_in=state.checked_in_at is not None,
        sitting=_sitting_word(state),
        scored=scores is not None,
        total=scores.total if scores else "",
        total_nano=nano(fraction(scores.total)) if scores else None,
        essay=_essay_word(state),
        essay_total=state.essay_total,
        outcome=state.outcome,
        closed=file.closed is not None,
    )


def _sitting_word(state: Examination) -> str:
    if state.answers:
        return "submitted"
    return "open" if state.sitting is not None else ""


def _essay_word(state: Examination) -> str:
    if state.scores is None:
        return ""
    if not state.scores.essay_marked:
        return "unmarked"
    if state.essay_total:
        return "settled"
    return "third_reading" if state.another_reading else "to_mark"


def session_rows(session: Session) -> Iterable[Standing]:
    """One row for a session."""
    yield SessionStanding(
        file=session.file,
        seq=session.seq,
        competition=session.competition,
        step=session.step,
        centre=session.centre,
        room=session.room,
        zone=session.zone,
        starts_at=session.starts_at,
        seats=session.seats,
        accessible=session.accessible,
        status=session.status,
    )
