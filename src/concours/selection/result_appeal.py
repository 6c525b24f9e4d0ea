"""An appeal against a failed result, once, in time; upheld, the result is reversed in the same act.

Serves the steps whose result is decided by a panel or a team of assessors.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.application import Appeal
from concours.selection.body import moment, text
from concours.selection.candidacy import Candidacy
from concours.selection.grounds import require_ground_of_appeal
from concours.selection.opening import Opening
from concours.selection.reversal import require_authority


class Appealable(Protocol):
    """What a step's state says of its result and of the appeal against it."""

    @property
    def passed(self) -> bool | None: ...

    @property
    def decided_seq(self) -> int: ...

    @property
    def appeal(self) -> Appeal | None: ...


def appeal_until(file: Candidacy, edition: Edition, *, step: str, about: int) -> datetime | None:
    """The instant at which it is too late to appeal; None while nobody was told."""
    told = file.told.get(about)
    if told is None:
        return None
    rule = edition.value(f"{step}.appeal", Deadline)
    return lapses_at(rule, told_at=told.at, zone=edition.zone)


def lodge_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    kind: str,
    at: datetime,
    state: Appealable,
    failed: bool,
    commitment: str,
) -> tuple[Draft, ...]:
    """Appeal against a result that was told, once. ``kind`` is the kind of step.

    ``commitment`` is the digest of the written grounds, which stand with the person's data.
    """
    rule = f"{step}.appeal"
    lapse = appeal_until(file, edition, step=step, about=state.decided_seq)
    if not failed or state.appeal is not None or lapse is None:
        raise edition.refusal(
            rule, "nothing_to_appeal", remedy="Only a failed result can be appealed against, once."
        )
    if at >= lapse:
        raise edition.refusal(
            rule,
            "appeal_too_late",
            remedy="The time for an appeal has passed.",
            lapsed=instant_text(lapse),
        )
    due = lapses_at(edition.value(rule, Deadline), told_at=at, zone=edition.zone)
    body: dict[str, Json] = {
        "rule": rule,
        "about": state.decided_seq,
        "due_on": instant_text(due),
        "commitment": commitment,
    }
    return (Draft(file=file.file, step=step, kind=f"{kind}_appeal.lodged", body=body),)


def decide_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    kind: str,
    upheld: bool,
    ground: str,
    authority: str,
    state: Appealable,
    reverse: Callable[[], tuple[Draft, ...]],
) -> tuple[Draft, ...]:
    """Decide the appeal. Upheld, ``reverse`` gives the entries that reverse the result."""
    require_authority(authority)
    if state.appeal is None or state.appeal.outcome:
        raise edition.refusal(
            f"{step}.appeal", "no_appeal_pending", remedy="No appeal waits for a decision."
        )
    require_ground_of_appeal(ground, upheld=upheld)
    body: dict[str, Json] = {
        "outcome": "upheld" if upheld else "dismissed",
        "ground": ground,
        "authority": authority,
        "about": state.appeal.seq,
        "rule": f"{step}.appeal",
    }
    decided = Draft(file=file.file, step=step, kind=f"{kind}_appeal.decided", body=body)
    return (decided, *reverse()) if upheld else (decided,)


def lodged(fact: Fact) -> Appeal:
    """The appeal as its first entry says."""
    return Appeal(seq=fact.seq, lodged_at=fact.on, due_on=moment(fact.body, "due_on"))


def decided(fact: Fact, before: Appeal | None) -> Appeal:
    """The appeal as decided."""
    known = before or Appeal(seq=fact.seq, lodged_at=fact.on, due_on=None)
    values: dict[str, Any] = {
        "seq": known.seq,
        "lodged_at": known.lodged_at,
        "due_on": known.due_on,
    }
    return Appeal(**values, outcome=text(fact.body, "outcome"))


def appeal_openings(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    kind: str,
    at: datetime,
    state: Appealable,
    failed: bool,
) -> tuple[Opening, ...]:
    """Lodging while there is time, or deciding what was lodged."""
    appeal = state.appeal
    if appeal is not None:
        if appeal.outcome or appeal.due_on is None:
            return ()
        return (
            Opening(
                command=f"{kind}.decide_appeal",
                action="appeal.decide",
                step=step,
                owner="appeals_officer",
                since=appeal.lodged_at,
                awaited=True,
                due_on=appeal.due_on,
            ),
        )
    lapse = appeal_until(file, edition, step=step, about=state.decided_seq)
    if not failed or lapse is None or at >= lapse or file.closed is None:
        return ()
    return (
        Opening(
            command=f"{kind}.appeal",
            action="appeal.lodge",
            step=step,
            owner="candidate",
            since=file.closed.on,
            due_on=lapse,
        ),
    )
