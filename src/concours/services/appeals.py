"""What a result page says of an appeal: until when one may be lodged, and how one stands."""

from datetime import datetime
from typing import Protocol

from concours.policy.edition import Edition
from concours.selection.application import Appeal
from concours.selection.candidacy import Candidacy
from concours.selection.result_appeal import appeal_until


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
