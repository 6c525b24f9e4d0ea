"""Decisions of the clearances taken back: medical, waiver, security, the conditional offer itself.

A reversal decides nothing in their place: the compartment decides again. Class
and guideline stay in their compartments, the reversal names neither.
"""

from datetime import datetime

from concours.kernel.errors import Refusal, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.clearance import SECURITY_DENIED
from concours.selection.clearance_second import WAIVER_LATE, WAIVER_REFUSED
from concours.selection.clearance_state import Clearance
from concours.selection.opening import Opening
from concours.selection.reversal import (
    ended_by,
    refuse_while,
    reopened,
    require_last,
    reversing,
)

DECIDED_WAIVER = ("granted", "refused")


def _taken_back(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    kind: str,
    rule: str,
    about: int,
    reason: str,
    authority: str,
    ends: tuple[str, ...],
) -> tuple[Draft, ...]:
    closed = ended_by(file, step=step, reasons=ends)
    require_last(file, edition, step=step)
    found = reversing(
        file,
        step,
        f"clearance.{kind}_reversed",
        about=about,
        reason=reason,
        authority=authority,
        rule=f"{step}.{rule}",
    )
    return (found, reopened(file, step, reason=reason)) if closed else (found,)


def reverse_medical(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the medical decision back; the adjudicator decides again. A request for a waiver falls with it.

    A waiver that has been decided is taken back first. A candidacy that ended
    because no waiver was asked for opens again.
    """
    state = file.state(step, Clearance)
    if state.medical.decided_at is None:
        raise _nothing(edition, f"{step}.medical")
    if state.waiver in DECIDED_WAIVER:
        raise edition.refusal(
            f"{step}.medical",
            "waiver_stands",
            remedy="The waiver rests on this decision: take the decision on the waiver back first.",
        )
    return _taken_back(
        file,
        edition,
        step=step,
        kind="medical",
        rule="medical",
        about=state.medical.decided_seq,
        reason=reason,
        authority=authority,
        ends=(WAIVER_LATE,),
    )


def reverse_waiver(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the decision on a waiver back; it waits for the waiver officer again.

    Final means that the candidate cannot appeal. An error is put right all the
    same, by authority. A candidacy that ended with the refusal opens again.
    """
    state = file.state(step, Clearance)
    if state.waiver not in DECIDED_WAIVER:
        raise _nothing(edition, f"{step}.medical")
    return _taken_back(
        file,
        edition,
        step=step,
        kind="waiver",
        rule="medical",
        about=state.waiver_seq,
        reason=reason,
        authority=authority,
        ends=(WAIVER_REFUSED,),
    )


def reverse_security(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the security decision back, granted or denied; the adjudicator decides again.

    A denial under appeal is left to the appeal. After a denial the candidacy
    opens again.
    """
    state = file.state(step, Clearance)
    if state.security.decided_at is None:
        raise _nothing(edition, f"{step}.guidelines")
    if state.appeal == "lodged":
        raise edition.refusal(
            f"{step}.security_appeal",
            "appeal_pending",
            remedy="An appeal waits for its decision: decide the appeal.",
        )
    return _taken_back(
        file,
        edition,
        step=step,
        kind="security",
        rule="guidelines",
        about=state.security.decided_seq,
        reason=reason,
        authority=authority,
        ends=(SECURITY_DENIED,),
    )


def reverse_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the conditional offer back; both clearances close and the offer can be made anew.

    What was sent in and the dates that ran from the offer fall with it, since
    they are part of it; the documents stay where they are kept. Refused once a
    clearance is decided, which is taken back first, and on a candidacy that has
    ended: the date of the security forms is moved by nobody, nor in this way.
    """
    state = file.state(step, Clearance)
    if state.offered_at is None:
        raise _nothing(edition, f"{step}.forms")
    sides = {
        "the decision on the waiver": state.waiver in DECIDED_WAIVER,
        "the security decision": state.security.decided_at is not None,
        "the medical decision": state.medical.decided_at is not None,
    }
    ended_by(file, step=step, reasons=())
    require_last(file, edition, step=step)
    refuse_while(name for name, stands in sides.items() if stands)
    return (
        reversing(
            file,
            step,
            "clearance.offer_reversed",
            about=state.offered_seq,
            reason=reason,
            authority=authority,
            rule=f"{step}.forms",
        ),
    )


COMMANDS = {
    "reverse_offer": reverse_offer,
    "reverse_medical": reverse_medical,
    "reverse_waiver": reverse_waiver,
    "reverse_security": reverse_security,
}


def reversals(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """The reversals that would not be refused now."""
    state = file.state(step, Clearance)
    since = {
        "reverse_offer": state.offered_at,
        "reverse_medical": state.medical.decided_at,
        "reverse_waiver": state.waiver_at if state.waiver in DECIDED_WAIVER else None,
        "reverse_security": state.security.decided_at,
    }
    found = []
    for name, decided in since.items():
        if decided is None:
            continue
        try:
            COMMANDS[name](file, edition, step=step, at=at, reason="board_error", authority="board")
        except Refusal:
            continue
        found.append(
            Opening(
                command=f"clearance.{name}",
                action="clearance.reverse",
                step=step,
                owner="appeals_officer",
                since=decided,
            )
        )
    return tuple(found)


def _nothing(edition: Edition, rule: str) -> RuleRefused:
    return edition.refusal(
        rule, "nothing_to_reverse", remedy="There is no decision to take back, or it was before."
    )
