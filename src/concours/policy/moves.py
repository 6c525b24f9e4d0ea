"""How often an appointment may be moved, and until when."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Moves(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most ``times`` moves; none once the event named in ``none_after`` has happened."""

    times: int
    none_after: str


def may_move(rule: Moves, *, used: int, begun: bool) -> str:
    """The code of what stands against one more move; "" when nothing does."""
    if begun:
        return rule.none_after
    return "" if used < rule.times else "moves_used_up"


def _run(rule: Moves, given: Mapping[str, Any]) -> Mapping[str, object]:
    against = may_move(rule, used=given["used"], begun=given["begun"])
    return {"allowed": against == "", "against": against}


def _say(rule: Moves) -> tuple[str, ...]:
    often = "once" if rule.times == 1 else f"{rule.times} times"
    return (
        f"The date may be moved {often}.",
        f"Not any more after this: {rule.none_after.replace('_', ' ')}.",
    )


KIND = Kind("moves", Moves, _run, _say)
