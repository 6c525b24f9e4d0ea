"""What goes another way: extensions, late entries, reversals, and deadlines that came."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy
from concours.selection.grounds import ON_DISMISSAL, true_grounds, upheld_appeals
from concours.selection.narratives import check_deadline, deadline_of, extend_deadline
from concours.selection.narratives_result import (
    admit_late,
    appeal,
    reverse_result,
    settle_appeal,
)
from concours.selection.narratives_state import Narratives
from concours.services.appeal_grounds import keep_grounds
from concours.services.appeals import require_other
from concours.services.case import Case, decide, open_candidacy
from concours.services.findings import Decided, decided_again
from concours.services.narratives.writing import step_of

#: Coded grounds an exception may rest on; the words stand in pages/wording/narratives.py.
GROUNDS = (
    "illness",
    "bereavement",
    "military_deployment",
    "service_failure",
    "conflict_found",
    "rating_error",
    "appeal_upheld",
)


GROUNDS_OF_APPEALS = (*true_grounds(GROUNDS, upheld=False), *ON_DISMISSAL)
"""On what an appeal is decided: upheld on the grounds of an exception, dismissed on its own."""


def grounds_for(file: Candidacy, action: str, *, step: str) -> tuple[str, ...]:
    """The grounds that may be true of this file, for what somebody means to do."""
    if action == "appeal.decide":
        return GROUNDS_OF_APPEALS
    upheld = upheld_appeals(file)
    result = action in ("narratives.reverse", "assessment.reverse")
    return true_grounds(GROUNDS, upheld=step in upheld if result else bool(upheld))


def _require_ground(ground: str, *, among: tuple[str, ...] = GROUNDS) -> None:
    if ground not in among:
        raise BadInput("no_such_ground", remedy="Choose one of the listed grounds.", field="ground")


def extend(
    actor: Actor,
    code: str,
    *,
    until: datetime,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> Case:
    """Grant a later deadline to one candidate, for a coded ground."""
    _require_ground(ground)

    def command(case: Case) -> tuple[Draft, ...]:
        return extend_deadline(
            case.candidacy,
            case.edition,
            step=step_of(case.edition),
            at=at,
            until=until,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "narratives.extend", command, at=at, seen=seen)


def admit(
    actor: Actor,
    code: str,
    *,
    until: datetime,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> Case:
    """Open a candidacy again that ended because nothing came, with a new deadline."""
    _require_ground(ground)

    def command(case: Case) -> tuple[Draft, ...]:
        return admit_late(
            case.candidacy,
            case.edition,
            step=step_of(case.edition),
            at=at,
            until=until,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "narratives.admit_late", command, at=at, seen=seen)


def reverse(
    actor: Actor,
    code: str,
    *,
    outcome: str,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> Case:
    """Decide the panel's result again, for a coded ground."""
    _require_ground(ground)

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition)
        require_other(
            actor, case, step=step, seq=case.candidacy.state(step, Narratives).decided_seq
        )
        return reverse_result(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            outcome=outcome,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "narratives.reverse", command, at=at, seen=seen)


def check(actor: Actor, code: str, *, at: datetime) -> Case:
    """Record that the deadline came and nothing was submitted."""

    def command(case: Case) -> tuple[Draft, ...]:
        return check_deadline(case.candidacy, case.edition, step=step_of(case.edition), at=at)

    return decide(actor, code, "narratives.check_deadline", command, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionPage:
    """One file as somebody sees it who may grant an exception."""

    code: str
    version: str
    track: str
    outcome: str
    due_on: datetime | None
    closed: bool
    decided: Decided | None
    grounds: tuple[str, ...]


def exception_page(actor: Actor, code: str, action: str, *, at: datetime) -> ExceptionPage:
    """The file an exception is asked for, opened under the action it needs."""
    case = open_candidacy(actor, code, action, at=at)
    step = step_of(case.edition)
    state = case.candidacy.state(step, Narratives)
    return ExceptionPage(
        code=code,
        version=case.version,
        track=case.candidacy.track,
        outcome=state.decision.outcome if state.decision else "",
        due_on=deadline_of(case.candidacy, case.edition, step=step),
        closed=case.candidacy.closed is not None,
        decided=decided_again(
            case,
            action,
            seq=state.decided_seq,
            appeal_due=state.appeal.due_on if state.appeal else None,
        ),
        grounds=grounds_for(case.candidacy, action, step=step),
    )


def lodge(actor: Actor, code: str, *, grounds: str, at: datetime, seen: str | None) -> Case:
    """The candidate appeals against the panel's result."""

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition)
        return appeal(
            case.as_shown(),
            case.edition,
            step=step,
            at=at,
            commitment=keep_grounds(case, grounds, step=step, at=at),
        )

    return decide(actor, code, "appeal.lodge", command, at=at, seen=seen)


def settle(
    actor: Actor,
    code: str,
    *,
    upheld: bool,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None,
) -> Case:
    """Decide an appeal against the panel's result; upheld, the result is reversed with it."""
    _require_ground(ground, among=GROUNDS_OF_APPEALS)

    def command(case: Case) -> tuple[Draft, ...]:
        step = step_of(case.edition)
        state = case.candidacy.state(step, Narratives)
        require_other(actor, case, step=step, seq=state.decided_seq)
        return settle_appeal(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            upheld=upheld,
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "appeal.decide", command, at=at, seen=seen)
