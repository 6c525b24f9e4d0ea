"""What every reversal of a decision has in common.

It gives a reason and an authority, it is one more entry, and it takes back only
what nothing else stands on: later decisions are undone first, the last one first.
"""

from collections.abc import Callable, Iterable, Mapping

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.selection.application import require_code
from concours.selection.application_exceptions import AUTHORITIES, act
from concours.selection.candidacy import Candidacy
from concours.selection.clearance_state import Clearance
from concours.selection.register_state import Register
from concours.selection.review_state import Review
from concours.selection.service_state import Service


def _clearance(file: Candidacy, step: str) -> tuple[str, ...]:
    found = file.state(step, Clearance)
    return ("the conditional offer",) if found.offered_at is not None else ()


def _review(file: Candidacy, step: str) -> tuple[str, ...]:
    return ("the final review",) if file.state(step, Review).opened_at is not None else ()


def _register(file: Candidacy, step: str) -> tuple[str, ...]:
    state = file.state(step, Register)
    if state.placed_at is None or state.removed:
        return ()
    accepted = ("the accepted offer",) if state.accepted_at is not None else ()
    return (*accepted, "the place on the register")


def _service(file: Candidacy, step: str) -> tuple[str, ...]:
    state = file.state(step, Service)
    if state.appointed_at is None:
        return ()
    found = (
        ("the hand-over", state.handed_over_at is not None),
        ("the posting", bool(state.postings)),
        ("the training results", bool(state.results)),
    )
    return (*(name for name, stands in found if stands), "the appointment")


STANDS: Mapping[str, Callable[[Candidacy, str], tuple[str, ...]]] = {
    "clearance": _clearance,
    "review": _review,
    "register": _register,
    "service": _service,
}
"""What of a later step stands on the steps before it, by kind of step, the last decision first."""


def standing_on(file: Candidacy, edition: Edition, *, step: str) -> tuple[str, ...]:
    """What stands on the decisions of ``step``, in the order in which it has to be undone."""
    order = [plan.id for plan in edition.steps]
    later = edition.steps[order.index(step) + 1 :]
    return tuple(
        name
        for plan in reversed(later)
        if plan.kind in STANDS
        for name in STANDS[plan.kind](file, plan.id)
    )


def require_last(file: Candidacy, edition: Edition, *, step: str) -> None:
    """Refuse while something of a later step stands on this one, naming what to undo first."""
    refuse_while(standing_on(file, edition, step=step))


def refuse_while(standing: Iterable[str]) -> None:
    """Refuse while anything of ``standing`` stands, named in the order in which it has to be undone."""
    names = tuple(standing)
    if names:
        raise RuleRefused(
            "later_decision_stands",
            remedy=f"Take back first, in this order: {'; '.join(names)}.",
            numbers={"standing": str(len(names))},
        )


def committed(file: Candidacy, edition: Edition) -> tuple[str, ...]:
    """What binds others and would be left behind if the candidacy ended: an offer, an appointment.

    A clearance, a review and a place on the register end with the candidacy;
    a place in a class and an officer's post do not.
    """
    found: list[str] = []
    for plan in reversed(edition.steps):
        if plan.kind == "service":
            found += _service(file, plan.id)
        if plan.kind == "register":
            state = file.state(plan.id, Register)
            if state.accepted_at is not None:
                found.append("the accepted offer")
            elif state.offer is not None:
                found.append("the open offer")
    return tuple(found)


def require_uncommitted(file: Candidacy, edition: Edition) -> None:
    """Refuse to end a candidacy by reversal while something binds others, naming what to undo first."""
    refuse_while(committed(file, edition))


def ended_by(file: Candidacy, *, step: str, reasons: tuple[str, ...]) -> bool:
    """Whether the candidacy ended here for one of ``reasons``; refused when for another."""
    if file.opened_at is None:
        raise RuleRefused("no_candidacy", remedy="Start an application first.")
    if file.closed is None:
        return False
    if file.closed.step != step or file.closed.reason not in reasons:
        raise RuleRefused(
            "closed_for_another_reason",
            remedy="This file ended for another reason; that has to be reversed first.",
            numbers={"reason": file.closed.reason},
        )
    return True


def require_authority(authority: str) -> None:
    """Refuse an exceptional act without a known authority; its ground is checked by the act itself."""
    require_code(authority, AUTHORITIES, field="authority")


def reversing(
    file: Candidacy, step: str, kind: str, *, about: int, reason: str, authority: str, **more: Json
) -> Draft:
    """The entry that takes back entry ``about``. Refused without a known reason and authority."""
    return act(file, step, kind, reason=reason, authority=authority, about=about, **more)


def reopened(file: Candidacy, step: str, *, reason: str) -> Draft:
    """The entry that opens a file again which the reversed decision had ended."""
    return Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": reason})
