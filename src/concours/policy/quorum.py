"""Panels that vote: how many members, how many must vote, and what carries."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Quorum(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A panel of ``members``, of whom ``quorum`` must vote; ``majority`` is the share, of the
    votes cast, that must be exceeded to say yes ("1/2" is a simple majority).

    ``assessors_excluded`` bars whoever assessed the same person; ``withheld`` names what the
    panel is never shown.
    """

    members: int
    quorum: int
    majority: str
    assessors_excluded: bool
    withheld: list[str]


def carried(rule: Quorum, *, votes_for: int, votes_against: int) -> bool:
    """Whether the panel says yes. Raises BadInput below the quorum or above the panel's size."""
    cast = votes_for + votes_against
    if cast < rule.quorum or cast > rule.members:
        raise BadInput(
            "votes_do_not_fit_the_panel",
            remedy=f"Between {rule.quorum} and {rule.members} members vote; {cast} did.",
            field="votes",
        )
    over, under = (int(part) for part in rule.majority.split("/"))
    return votes_for * under > cast * over


def _run(rule: Quorum, given: Mapping[str, Any]) -> Mapping[str, object]:
    try:
        yes = carried(rule, votes_for=given["for"], votes_against=given["against"])
    except BadInput as refused:
        return {"refused": refused.code}
    return {"carried": yes}


def _say(rule: Quorum) -> tuple[str, ...]:
    told = [
        f"A panel of {rule.members}; at least {rule.quorum} vote.",
        f"Yes needs more than {rule.majority} of the votes.",
    ]
    if rule.assessors_excluded:
        told.append("Nobody sits who assessed the same person before.")
    told += [f"The panel never sees: {part}." for part in rule.withheld]
    return tuple(told)


KIND = Kind("quorum", Quorum, _run, _say)
