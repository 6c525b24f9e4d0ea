"""What a result page says of an appeal: until when one may be lodged, and how one stands."""

from datetime import datetime
from typing import Protocol

from concours.ledger.draft import Fact
from concours.policy.edition import Edition
from concours.records.models import EssaySheet, PanelReading
from concours.selection.application import Appeal
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy
from concours.selection.result_appeal import appeal_until
from concours.selection.second_reader import require_no_part
from concours.services.case import Case

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


def had_part(case: Case, *, step: str, seq: int) -> frozenset[str]:
    """Who had a part in the decision in entry ``seq``: who took it, read, marked or rated for it."""
    decided = {case.facts[seq - 1].actor} if 0 < seq <= len(case.facts) else set()
    readers = PanelReading.objects.filter(candidacy=case.code, step=step, barred=False)
    markers = EssaySheet.objects.filter(candidacy=case.code, step=step)
    return frozenset(
        {
            *decided,
            *readers.values_list("member", flat=True),
            *markers.values_list("marker", flat=True),
        }
    )


def require_other(actor: Actor, case: Case, *, step: str, seq: int) -> None:
    """Refuse an actor who had a part in the decision that is looked at again."""
    require_no_part(actor.code, had_part=had_part(case, step=step, seq=seq))


def has_open_appeal(facts: tuple[Fact, ...]) -> bool:
    """Whether an appeal was lodged and not yet decided, in any step."""
    lodged = sum(fact.kind.endswith(LODGED) for fact in facts)
    decided = sum(fact.kind.endswith(DECIDED) for fact in facts)
    return lodged > decided
