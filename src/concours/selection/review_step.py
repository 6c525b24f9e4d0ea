"""The final review as a step kind: what may happen next, how it stands, what lapses."""

from datetime import datetime

from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.opening import Opening
from concours.selection.progress import meant_for, reached
from concours.selection.review import UNSUITABLE, appeal_due, lapse_reply, reply_due
from concours.selection.review_reversal import reversals
from concours.selection.review_state import APPLY, DEADLINES, KINDS, TOLD, WITHHELD, Review
from concours.selection.step_kind import StepKind, StepView

LAPSE_REPLY = "review.lapse_reply"


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
    name = f"review.{command}"
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


def _when_closed(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Opening, ...]:
    state, closed = file.state(step, Review), file.closed
    if closed is None or closed.step != step or closed.reason != UNSUITABLE:
        return ()
    if state.appeal == "lodged" and state.appeal_at is not None:
        due = meant_for(edition, rule=f"{step}.target", since=state.appeal_at)
        return (_opening("decide_appeal", step, "appeals_officer", state.appeal_at, due),)
    undone = reversals(file, edition, step=step, at=at)
    limit = appeal_due(file, edition, step=step)
    if state.appeal or limit is None or at >= limit:
        return undone
    return (_opening("appeal", step, "candidate", closed.on), *undone)


def _hearing(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, since: datetime
) -> Opening:
    """The wait for the candidate's reply to the notice of intent."""
    limit = reply_due(file, edition, step=step)
    if limit is None:
        told_by = meant_for(edition, rule=f"{step}.target", since=since)
        return _opening("await_notice", step, "registrar", since, told_by, action="notice.release")
    if at >= limit:
        return _opening(
            "lapse_reply", step, "system", since, limit, action="review.lapse", lapse=LAPSE_REPLY
        )
    return _opening("reply", step, "candidate", since, limit, lapse=LAPSE_REPLY)


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command of the final review that is legal now."""
    if file.opened_at is None:
        return ()
    if file.closed is not None:
        return _when_closed(file, edition, step=step, at=at)
    state = file.state(step, Review)
    if state.opened_at is None:
        if not reached(file, edition, step=step):
            return ()
        since = file.last_on or file.opened_at
        due = meant_for(edition, rule=f"{step}.target", since=since)
        return (_opening("open", step, "registrar", since, due),)
    undone = reversals(file, edition, step=step, at=at)
    if state.decided_at is not None:
        return undone
    return (*_sitting(file, edition, step=step, at=at), *undone)


def _sitting(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """What the panel may do now, or waits for."""
    state = file.state(step, Review)
    since = state.turn_at or state.opened_at
    if since is None:
        return ()
    due = meant_for(edition, rule=f"{step}.target", since=since)
    recusal = _opening("recuse", step, "suitability_examiner", since)
    if state.recused:
        replacing = _opening("replace_member", step, "registrar", since, due, action="review.open")
        return (replacing, recusal)
    if state.intent_at is not None and not state.heard:
        return (_hearing(file, edition, step=step, at=at, since=state.intent_at), recusal)
    vote = _opening("vote", step, "suitability_examiner", since, due)
    if set(state.members) <= state.oaths:
        return (vote, recusal)
    oath = _opening("take_oath", step, "suitability_examiner", since, due, action="review.vote")
    return (oath, vote, recusal) if state.oaths else (oath, recusal)


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the final review stands."""
    state = file.state(step, Review)
    if state.passed is not None:
        outcome = "suitable" if state.passed else "unsuitable"
        return StepView(
            status="passed" if state.passed else "failed", since=state.decided_at, outcome=outcome
        )
    awaited = [o for o in openings(file, edition, step=step, at=at) if o.awaited]
    if not awaited:
        return StepView(status="not_started" if state.opened_at is None else "closed")
    first = awaited[0]
    if first.owner == "candidate":
        outcome = "notice_of_intent"
    else:
        outcome = "review_under_way" if state.opened_at else "review_to_come"
    return StepView(
        status="your_turn" if first.owner == "candidate" else "board",
        since=first.since,
        outcome=outcome,
        owner=first.owner,
        due_on=first.due_on,
    )


KIND = StepKind(
    name="review",
    apply=APPLY,
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={LAPSE_REPLY: lapse_reply},
    withheld=WITHHELD,
)
