"""Career tracks: which there are, what the work is, and how often one may be chosen."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Track(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One track. ``work`` says what the work is; ``day`` a day of it; ``asks`` are the
    statements of the self-check, each about the work and none about the person's worth."""

    id: str
    title: str
    work: str
    day: str
    asks: list[str]


class Tracks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``choices`` is how many tracks one application may name; it is locked at ``locked_at``."""

    tracks: list[Track]
    choices: int
    locked_at: str


def track_ids(rule: Tracks) -> tuple[str, ...]:
    """The ids of the tracks, in the rulebook's order."""
    return tuple(track.id for track in rule.tracks)


def may_choose(rule: Tracks, *, track: str, chosen: int) -> bool:
    """Whether a track of this id may be chosen after ``chosen`` earlier choices."""
    return track in track_ids(rule) and chosen < rule.choices


def _run(rule: Tracks, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"allowed": may_choose(rule, track=given["track"], chosen=given["chosen"])}


KIND = Kind("tracks", Tracks, _run)
