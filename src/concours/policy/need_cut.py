"""A cut by need: so many are wanted, the best are in, and ties at the cut are settled openly."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import msgspec

from concours.kernel.errors import BadInput
from concours.kernel.exact import fraction, text_of
from concours.policy.kind import Kind


class NeedCut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The need is set per ``within`` before results are known; ``ties`` says who is in at the cut."""

    within: Literal["track", "competition"]
    ties: Literal["in", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The outcome for one list: the lowest score that is in (None: nobody is), and who is in."""

    lowest: Fraction | None
    inside: frozenset[str]


def places(scores: Mapping[str, Fraction]) -> Mapping[str, int]:
    """Place of each file from 1, best first; equal scores share the better place."""
    ordered = sorted(scores.values(), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(ordered, start=1)))}
    return {file: first[score] for file, score in scores.items()}


def cut_by_need(rule: NeedCut, scores: Mapping[str, Fraction], *, need: int) -> Cut:
    """Who is in when ``need`` are wanted. Raises BadInput for a negative need.

    With ties in, everyone equal to the last one needed is in as well; with ties
    out, a group that does not fit whole stays out whole.
    """
    if need < 0:
        raise BadInput("negative_need", remedy="The need is zero or more.", field="need")
    ordered = sorted(scores.values(), reverse=True)
    if need == 0 or not ordered:
        return Cut(lowest=None, inside=frozenset())
    lowest: Fraction | None = ordered[min(need, len(ordered)) - 1]
    if rule.ties == "out" and need < len(ordered) and ordered[need] == lowest:
        lowest = min((s for s in ordered[:need] if s > ordered[need]), default=None)
    inside = frozenset(f for f, s in scores.items() if lowest is not None and s >= lowest)
    return Cut(lowest=lowest, inside=inside)


def _run(rule: NeedCut, given: Mapping[str, Any]) -> Mapping[str, object]:
    scores = {file: fraction(score) for file, score in given["scores"].items()}
    found = cut_by_need(rule, scores, need=given["need"])
    lowest = "" if found.lowest is None else text_of(found.lowest)
    return {"cut": lowest, "inside": sorted(found.inside)}


def _say(rule: NeedCut) -> tuple[str, ...]:
    ties = "is in as well" if rule.ties == "in" else "stays out"
    return (
        f"The need is set for each {rule.within} before results are known; the best are in.",
        f"Everyone tied with the last one needed {ties}.",
    )


KIND = Kind("need_cut", NeedCut, _run, _say)
