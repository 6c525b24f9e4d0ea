"""A reading panel: how many independent readers a file gets, and from which track."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from concours.policy.kind import Kind


class PanelShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``readers`` different people read each file; of the candidate's own track where ``own_track``."""

    readers: int
    own_track: bool


def faults(rule: PanelShape, *, readers: Sequence[str], tracks: Sequence[str], track: str) -> str:
    """The code of what is wrong with these readers for a file of ``track``; "" when nothing is."""
    if len(set(readers)) != len(readers):
        return "reader_stands_twice"
    if len(readers) != rule.readers:
        return "wrong_number_of_readers"
    if rule.own_track and any(found != track for found in tracks):
        return "reader_of_another_track"
    return ""


def _run(rule: PanelShape, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = faults(rule, readers=given["readers"], tracks=given["tracks"], track=given["track"])
    return {"fault": found}


def _say(rule: PanelShape) -> tuple[str, ...]:
    told = [f"Each file is read by {rule.readers} different people, each alone."]
    if rule.own_track:
        told.append("They are of the candidate's own track.")
    return tuple(told)


KIND = Kind("panel_shape", PanelShape, _run, _say)
