"""What goes another way: extensions, late entries, reversals, and deadlines that came."""

from datetime import datetime

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.selection.authority import Actor
from concours.selection.narratives import check_deadline, extend_deadline
from concours.selection.narratives_result import admit_late, reverse_result
from concours.services.case import Case, decide
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


def _require_ground(ground: str) -> None:
    if ground not in GROUNDS:
        raise BadInput("no_such_ground", remedy="Choose one of the listed grounds.", field="ground")


def extend(
    actor: Actor, code: str, *, until: datetime, ground: str, at: datetime, seen: str | None
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
        )

    return decide(actor, code, "narratives.extend", command, at=at, seen=seen)


def admit(
    actor: Actor, code: str, *, until: datetime, ground: str, at: datetime, seen: str | None
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
        )

    return decide(actor, code, "narratives.admit_late", command, at=at, seen=seen)


def reverse(
    actor: Actor, code: str, *, outcome: str, ground: str, at: datetime, seen: str | None
) -> Case:
    """Decide the panel's result again, for a coded ground."""
    _require_ground(ground)

    def command(case: Case) -> tuple[Draft, ...]:
        return reverse_result(
            case.candidacy,
            case.edition,
            step=step_of(case.edition),
            at=at,
            outcome=outcome,
            ground=ground,
        )

    return decide(actor, code, "narratives.reverse", command, at=at, seen=seen)


def check(actor: Actor, code: str, *, at: datetime) -> Case:
    """Record that the deadline came and nothing was submitted."""

    def command(case: Case) -> tuple[Draft, ...]:
        return check_deadline(case.candidacy, case.edition, step=step_of(case.edition), at=at)

    return decide(actor, code, "narratives.check_deadline", command, at=at)
