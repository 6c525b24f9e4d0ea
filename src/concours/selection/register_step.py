"""The register as a step kind: what may happen next, how a place stands, what lapses."""

from datetime import datetime

from concours.kernel.period import day_of, day_start
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.progress import meant_for, reached
from concours.selection.register import lapse_clock
from concours.selection.register_offers import offer_due
from concours.selection.register_state import (
    APPLY,
    DEADLINES,
    KINDS,
    TOLD,
    Register,
    callable_on,
)
from concours.selection.reversal import standing_on
from concours.selection.step_kind import StepKind, StepView

LAPSE_CLOCK = "register.lapse_clock"


def _opening(
    command: str,
    step: str,
    owner: str,
    since: datetime,
    due_on: datetime | None = None,
    *,
    action: str = "",
    lapse: str = "",
) -> Opening:
    name = f"register.{command}"
    return Opening(
        command=name,
        action=action or name,
        step=step,
        owner=owner,
        since=since,
        awaited=due_on is not None,
        due_on=due_on,
        lapse=lapse,
    )


def clock_lapses_at(state: Register, edition: Edition) -> datetime | None:
    """When the place ends: the start of the clock's day, or later when an offer outlived it."""
    if state.ends_on is None:
        return None
    end = day_start(state.ends_on, edition.zone)
    last = state.offers[-1].answered_at if state.offers else None
    return max(end, last) if last is not None else end


def _offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, since: datetime
) -> list[Opening]:
    """What an open offer allows; once its day has passed, only that it lapses."""
    due = offer_due(file, edition, step=step)
    undo = _opening("reverse_offer", step, "appointing_authority", since)
    if due is None:
        told_by = meant_for(edition, rule=f"{step}.target", since=since)
        return [
            _opening("release_offer", step, "registrar", since, told_by, action="notice.release"),
            undo,
        ]
    if at >= due:
        return [_opening("lapse_offer", step, "system", since, due)]
    return [
        _opening("accept_offer", step, "candidate", since, due, action="register.answer_offer"),
        _opening("decline_offer", step, "candidate", since, action="register.answer_offer"),
        undo,
    ]


def _standing(state: Register, edition: Edition, *, step: str, at: datetime) -> list[Opening]:
    """What a place allows besides an offer."""
    since = state.placed_at or at
    stopped = any(stop.until > day_of(at, edition.zone) for stop in state.stops)
    found = [
        _opening("claim_points", step, "candidate", since),
        _opening("set_do_not_call", step, "candidate", since),
        _opening("stop_clock", step, "registrar", since),
    ]
    if state.stop_asked_at is None:
        found.append(_opening("request_stop", step, "candidate", since))
    else:
        due = meant_for(edition, rule=f"{step}.target", since=state.stop_asked_at)
        found.append(
            _opening(
                "refuse_stop",
                step,
                "registrar",
                state.stop_asked_at,
                due,
                action="register.stop_clock",
            )
        )
    if any(claim.outcome for claim in state.claims) or state.preference:
        found.append(_opening("correct_points", step, "appeals_officer", since))
    if stopped:
        found.append(_opening("resume_clock", step, "registrar", since))
    for claim in state.claimed.values():
        due = meant_for(edition, rule=f"{step}.target", since=claim.at)
        found.append(
            _opening(
                f"decide_{claim.what}_points",
                step,
                "registrar",
                claim.at,
                due,
                action="register.decide_points",
            )
        )
    return found


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command of the register that is legal now."""
    if file.opened_at is None:
        return ()
    state = file.state(step, Register)
    if file.closed is not None:
        if state.removed and file.closed.step == step:
            return (_opening("restore", step, "appeals_officer", file.closed.on),)
        return ()
    if state.placed_at is None:
        if not reached(file, edition, step=step):
            return ()
        since = file.last_on or file.opened_at
        due = meant_for(edition, rule=f"{step}.target", since=since)
        return (_opening("place", step, "registrar", since, due),)
    if state.removed:
        return ()
    if state.accepted_at is not None:
        if standing_on(file, edition, step=step):
            return ()
        return (_opening("rescind", step, "appointing_authority", state.accepted_at),)
    found = _standing(state, edition, step=step, at=at)
    if state.offer is not None:
        return (*_offer(file, edition, step=step, at=at, since=state.offer.at), *found)
    end = clock_lapses_at(state, edition)
    if end is not None:
        owner = "system" if at >= end else "registrar"
        found.append(
            _opening(
                "lapse_clock" if at >= end else "await_offer",
                step,
                owner,
                state.placed_at,
                end,
                action="register.remove" if at >= end else "register.make_offers",
                lapse=LAPSE_CLOCK,
            )
        )
    found.append(_opening("reverse_placement", step, "appeals_officer", state.placed_at))
    if not callable_on(state, day=day_of(at, edition.zone)):
        found.append(
            _opening(
                "make_offer", step, "registrar", state.placed_at, action="register.make_offers"
            )
        )
    return tuple(found)


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How a place on the register stands."""
    state = file.state(step, Register)
    if state.accepted_at is not None:
        return StepView(status="passed", since=state.accepted_at, outcome="offer_accepted")
    if state.removed:
        return StepView(status="failed", since=state.removed_at, outcome=state.removed)
    if state.placed_at is None:
        if file.closed is None and reached(file, edition, step=step):
            waits = openings(file, edition, step=step, at=at)
            due = waits[0].due_on if waits else None
            return StepView(
                status="board",
                since=file.last_on,
                outcome="placement_to_come",
                owner="registrar",
                due_on=due,
            )
        return StepView(status="not_started")
    if state.offer is not None:
        due = offer_due(file, edition, step=step)
        status = "board" if due is None else "your_turn"
        return StepView(
            status=status,
            since=state.offer.at,
            outcome="offer_open",
            owner="registrar" if due is None else "candidate",
            due_on=due,
        )
    return StepView(
        status="board",
        since=state.placed_at,
        outcome="do_not_call" if state.do_not_call else "on_register",
        owner="registrar",
        due_on=clock_lapses_at(state, edition),
    )


KIND = StepKind(
    name="register",
    apply=APPLY,
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={LAPSE_CLOCK: lapse_clock},
)
