"""The test as a kind of step: what may happen next on a file, and how it stands."""

from collections.abc import Mapping
from datetime import datetime

from concours.policy.edition import Edition
from concours.selection import (
    examination,
    examination_accommodations,
    examination_answers,
    examination_breaks,
    examination_challenges,
    examination_kinds,
    examination_proctor,
    examination_reversal,
    examination_waiting,
)
from concours.selection.application_appeals import appeal_lapses_at
from concours.selection.candidacy import Candidacy
from concours.selection.examination import Examination, Seat
from concours.selection.examination_seats import lapse_seat, lapse_window
from concours.selection.opening import Opening
from concours.selection.reversal import committed
from concours.selection.step_kind import StepKind, StepView

TOLD: Mapping[str, str] = {
    "seat.reserved": "seat.reserved",
    "seat.moved": "seat.reserved",
    "seat.rescheduled": "seat.rescheduled",
    "attendance.found": "attendance.found",
    "sitting.voided": "sitting.voided",
    "late_answers.decided": "late_answers.decided",
    "examination.decided": "examination.decided",
    "examination.reversed": "examination.reversed",
    "examination_appeal.decided": "examination_appeal.decided",
    **examination_accommodations.TOLD,
    **examination_challenges.TOLD,
    **examination_waiting.TOLD,
}

DEADLINES: Mapping[str, str] = {
    "examination.decided": "narratives.deadline",
    "examination.reversed": "narratives.deadline",
}

LAPSE_SEAT = "examination.lapse_seat"
LAPSE_WINDOW = "examination.lapse_window"

#: Findings the candidate sees together with the result, not before it.
HELD: Mapping[str, str] = {
    "choice.scored": "examination.decided",
    "choice.corrected": "examination.decided",
    "essay.marked": "examination.decided",
    "essay.compared": "examination.decided",
}


def _opening(
    command: str,
    step: str,
    owner: str,
    since: datetime,
    due: datetime | None = None,
    action: str = "",
    lapse: str = "",
) -> Opening:
    return Opening(
        command=command,
        action=action or command,
        step=step,
        owner=owner,
        since=since,
        awaited=due is not None,
        due_on=due,
        lapse=lapse,
    )


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command of this step that is legal now, on an open or a closed file."""
    state = file.state(step, Examination)
    if state.admitted_at is None:
        return ()
    late = examination_answers.openings(file, edition, step=step, at=at)
    more = examination_challenges.openings(file, edition, step=step, at=at)
    offered = examination_waiting.openings(file, edition, step=step, at=at)
    other = examination_accommodations.openings(file, edition, step=step, at=at)
    return (*_of_the_test(file, edition, state, step=step, at=at), *late, *more, *offered, *other)


def _of_the_test(
    file: Candidacy, edition: Edition, state: Examination, *, step: str, at: datetime
) -> tuple[Opening, ...]:
    if file.closed is not None:
        return _when_closed(file, edition, state, step=step, at=at)
    if state.outcome:
        if committed(file, edition):
            return ()
        since = state.decided_at or state.admitted_at or at
        return (_opening("examination.reverse", step, "appeals_officer", since),)
    if not state.answers and state.sitting is None:
        return _before_the_sitting(state, step=step, at=at)
    if not state.answers:
        return _during_the_sitting(state, step=step, at=at)
    return _after_the_sitting(state, edition, step=step)


def _before_the_sitting(state: Examination, *, step: str, at: datetime) -> tuple[Opening, ...]:
    since, ends = state.admitted_at or at, state.window_ends
    found = [_opening("examination.import_answers", step, "test_administrator", since)]
    seat = state.seat
    if state.checked_in_at is not None:
        found.append(
            _opening(
                "examination.sit", step, "candidate", state.checked_in_at, ends, lapse=LAPSE_WINDOW
            )
        )
        if ends is not None and at >= ends:
            found.append(
                _opening(
                    "examination.lapse",
                    step,
                    "system",
                    ends,
                    action="examination.decide",
                    lapse=LAPSE_WINDOW,
                )
            )
        return tuple(found)
    if seat is None:
        if ends is not None and at >= ends:
            found.append(
                _opening(
                    "examination.lapse",
                    step,
                    "system",
                    ends,
                    ends,
                    "examination.decide",
                    LAPSE_WINDOW,
                )
            )
        else:
            found.append(
                _opening(
                    "examination.reserve_seat", step, "candidate", since, ends, lapse=LAPSE_WINDOW
                )
            )
        return tuple(found)
    found += _with_a_seat(seat, step=step, ends=ends, at=at)
    return tuple(found)


def _with_a_seat(seat: Seat, *, step: str, ends: datetime | None, at: datetime) -> list[Opening]:
    found = []
    if seat.changes_until is None or at < seat.changes_until:
        found.append(_opening("examination.move_seat", step, "candidate", seat.reserved_at))
        found.append(_opening("examination.cancel_seat", step, "candidate", seat.reserved_at))
    door = seat.door_closes
    if door is not None and at >= door:
        found.append(
            _opening("examination.record_no_show", step, "proctor", door, door, lapse=LAPSE_SEAT)
        )
    else:
        found.append(
            _opening(
                "examination.check_in",
                step,
                "proctor",
                seat.reserved_at,
                door or ends,
                lapse=LAPSE_SEAT,
            )
        )
    return found


def _during_the_sitting(state: Examination, *, step: str, at: datetime) -> tuple[Opening, ...]:
    sitting = state.sitting
    since = sitting.opened_at if sitting else at
    return (
        _opening("examination.sit", step, "candidate", since, state.window_ends),
        _opening("examination.end_sitting", step, "proctor", since),
        _opening("examination.add_minutes", step, "proctor", since),
        _opening(
            f"examination.{'resume' if sitting and sitting.paused_at else 'pause'}_sitting",
            step,
            "proctor",
            since,
        ),
        _opening("examination.void", step, "appeals_officer", since, action="examination.reverse"),
    )


def _after_the_sitting(state: Examination, edition: Edition, *, step: str) -> tuple[Opening, ...]:
    since = state.answers_at or state.admitted_at
    due = state.results_by
    if since is None:
        return ()
    found = [
        _opening("examination.void", step, "appeals_officer", since, action="examination.reverse")
    ]
    scores = state.scores
    if scores is None:
        found.append(_opening("examination.score", step, "test_administrator", since, due))
        return tuple(found)
    found.append(
        _opening(
            "examination.correct_score",
            step,
            "test_administrator",
            scores.at,
            action="examination.score",
        )
    )
    if scores.essay_marked and not state.essay_total:
        if state.another_reading:
            found.append(_opening("examination.settle_essay", step, "chair", scores.at, due))
        else:
            found.append(_opening("examination.mark_essay", step, "marker", scores.at, due))
        return tuple(found)
    found.append(_opening("examination.decide", step, "test_administrator", scores.at, due))
    return tuple(found)


def _when_closed(
    file: Candidacy, edition: Edition, state: Examination, *, step: str, at: datetime
) -> tuple[Opening, ...]:
    closed = file.closed
    if closed is None or closed.step != step:
        return ()
    if closed.reason == "no_show":
        return (
            _opening(
                "examination.excuse",
                step,
                "appeals_officer",
                closed.on,
                action="examination.reverse",
            ),
        )
    if closed.reason != "examination_failed":
        return ()
    found = [_opening("examination.reverse", step, "appeals_officer", closed.on)]
    if state.appeal is None:
        lapse = appeal_lapses_at(file, edition, step=step, about=state.decided_seq)
        if lapse is None or at < lapse:
            found.append(
                _opening("examination.appeal", step, "candidate", closed.on, action="appeal.lodge")
            )
    elif not state.appeal.outcome:
        found.append(
            _opening(
                "examination.decide_appeal",
                step,
                "appeals_officer",
                state.appeal.lodged_at,
                state.appeal.due_on,
                action="appeal.decide",
            )
        )
    return tuple(found)


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the test stands: the candidate's turn, the board's, or decided."""
    state = file.state(step, Examination)
    if state.admitted_at is None:
        return StepView(status="not_started")
    if state.outcome:
        status = "passed" if state.outcome == "passed" else "failed"
        return StepView(status=status, since=state.decided_at, outcome=state.outcome)
    if file.closed is not None:
        return StepView(status="closed", since=file.closed.on, outcome=file.closed.reason)
    awaited = [
        o for o in openings(file, edition, step=step, at=at) if o.awaited and o.due_on is not None
    ]
    first = awaited[0] if awaited else None
    seat = state.seat
    if seat is not None and state.checked_in_at is None and not state.answers:
        return StepView(
            status="your_turn",
            since=seat.reserved_at,
            outcome="seat_reserved",
            owner="candidate",
            due_on=seat.starts_at,
        )
    if first is None:
        return StepView(status="board", since=state.admitted_at, owner="test_administrator")
    status = "your_turn" if first.owner == "candidate" else "board"
    return StepView(status=status, since=first.since, owner=first.owner, due_on=first.due_on)


KIND = StepKind(
    name="examination",
    apply={
        **examination.APPLY,
        **examination_accommodations.APPLY,
        **examination_answers.APPLY,
        **examination_breaks.APPLY,
        **examination_challenges.APPLY,
        **examination_proctor.APPLY,
        **examination_reversal.APPLY,
        **examination_waiting.APPLY,
    },
    words={
        **examination_kinds.KINDS,
        **examination_accommodations.KINDS,
        **examination_answers.KINDS,
        **examination_breaks.KINDS,
        **examination_challenges.KINDS,
        **examination_proctor.KINDS,
        **examination_waiting.KINDS,
    },
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={
        LAPSE_SEAT: lapse_seat,
        LAPSE_WINDOW: lapse_window,
        examination_waiting.LAPSE_OFFER: examination_waiting.lapse_offer,
    },
    held=HELD,
)
