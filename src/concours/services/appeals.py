"""What a result page says of an appeal: until when one may be lodged, and how one stands."""

from datetime import datetime
from typing import Protocol

from concours.ledger.draft import Fact
from concours.policy.edition import Edition
from concours.selection.application import Appeal
from concours.selection.candidacy import Candidacy
from concours.selection.result_appeal import appeal_until

LODGED = ("appeal.lodged", "appealed")
DECIDED = ("appeal.decided", "appeal_decided")
"""How the kinds of entries of appeals end, in every step; a test holds the steps to it."""


class Outcome(Protocol):
    """A decided result, as far as an appeal needs it."""

    @property
    def outcome(self) -> str: ...


class State(Protocol):
    """A step's state, as far as an appeal needs it."""

    @property
    def decided_seq(self) -> int: ...

    @property
    def decision(self) -> Outcome | None: ...

    @property
    def appeal(self) -> Appeal | None: ...


def open_until(
    file: Candidacy, edition: Edition, state: State, *, step: str, at: datetime
) -> datetime | None:
    """Until when the result may be appealed against; None when it may not."""
    if state.decision is None or state.decision.outcome != "failed" or state.appeal is not None:
        return None
    lapse = appeal_until(file, edition, step=step, about=state.decided_seq)
    return lapse if lapse is not None and at < lapse else None


def appeal_state(state: State) -> str:
    """ "" for no appeal, "lodged", "upheld" or "dismissed"."""
    if state.appeal is None:
        return ""
    return state.appeal.outcome or "lodged"


def has_open_appeal(facts: tuple[Fact, ...]) -> bool:
    """Whether an appeal was lodged and not yet decided, in any step."""
    lodged = sum(fact.kind.endswith(LODGED) for fact in facts)
    decided = sum(fact.kind.endswith(DECIDED) for fact in facts)
    return lodged > decided
