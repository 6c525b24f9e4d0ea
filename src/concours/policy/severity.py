"""Readers' severity: how strict each is beside the others on the same files, and what is made of it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from concours.kernel.exact import mean, rounded, text_of
from concours.policy.kind import Kind

Given = Mapping[str, Mapping[str, Fraction]]
"""File -> reader -> the mean of what the reader gave it."""


class Severity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``adjust`` says whether severity is taken out of scores, or only measured.

    A panel in which some reader read fewer than ``least_files`` is left as it is:
    the measure would rest on too little. What is added to a file is rounded half
    up to ``places`` decimals, once.
    """

    adjust: bool
    least_files: int
    places: int


def severities(given: Given) -> Mapping[str, Fraction]:
    """How far below the others each reader rates the same files, exactly.

    Least squares of "what a reader gave = what the file deserves - the reader's
    severity": the severities of readers linked by common files add up to zero;
    readers no file links are not compared. A file of one reader says nothing.

    Cost: the cube of the number of readers, in exact fractions; 40 readers take
    under a second.
    """
    readers = sorted({reader for ratings in given.values() for reader in ratings})
    found: dict[str, Fraction] = {}
    for group in _linked(readers, given.values()):
        inside = [r for r in given.values() if len(r) > 1 and set(r) <= set(group)]
        found |= _solved(group, inside)
    return found


def _linked(
    readers: Sequence[str], files: Iterable[Mapping[str, Fraction]]
) -> Sequence[Sequence[str]]:
    """The readers in groups that common files link."""
    group = {reader: {reader} for reader in readers}
    for ratings in files:
        joined = set().union(*(group[reader] for reader in ratings)) if ratings else set()
        for reader in joined:
            group[reader] = joined
    return sorted({tuple(sorted(some)) for some in group.values()})


def _solved(
    group: Sequence[str], files: Sequence[Mapping[str, Fraction]]
) -> Mapping[str, Fraction]:
    """The least-squares severities of one linked group, adding up to zero."""
    place = {reader: n for n, reader in enumerate(group)}
    size = len(group)
    rows = [[Fraction(0)] * size for _ in group]
    right = [Fraction(0)] * size
    for ratings in files:
        middle, share = mean(ratings.values()), Fraction(1, len(ratings))
        for reader, rated in ratings.items():
            right[place[reader]] += middle - rated
            for other in ratings:
                same = Fraction(1) if other == reader else Fraction(0)
                rows[place[reader]][place[other]] += same - share
    last = _eliminated([row[:-1] for row in rows[:-1]], right[:-1])
    free = [*last, Fraction(0)]
    centre = mean(free)
    return {reader: free[place[reader]] - centre for reader in group}


def _eliminated(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Solve a positive definite system exactly: no pivot is ever zero."""
    size = len(right)
    for n in range(size):
        for m in range(n + 1, size):
            if rows[m][n]:
                factor = rows[m][n] / rows[n][n]
                rows[m] = [a - factor * b for a, b in zip(rows[m], rows[n], strict=True)]
                right[m] -= factor * right[n]
    found = [Fraction(0)] * size
    for n in reversed(range(size)):
        known = sum((rows[n][m] * found[m] for m in range(n + 1, size)), Fraction(0))
        found[n] = (right[n] - known) / rows[n][n]
    return found


def adjustments(rule: Severity, given: Given) -> Mapping[str, Decimal]:
    """What is added to each file for its readers' severity: the mean of theirs, rounded once.

    Nothing for anybody where the rule only measures, or a reader read too few files.
    """
    count: dict[str, int] = {}
    for ratings in given.values():
        for reader in ratings:
            count[reader] = count.get(reader, 0) + 1
    nothing = rounded(Fraction(0), rule.places)
    if not rule.adjust or min(count.values(), default=0) < rule.least_files:
        return dict.fromkeys(given, nothing)
    strict = severities(given)
    return {
        file: rounded(mean(strict[reader] for reader in ratings), rule.places)
        if ratings
        else nothing
        for file, ratings in given.items()
    }


def _run(rule: Severity, given: Mapping[str, Any]) -> Mapping[str, object]:
    files = {
        file: {reader: Fraction(rated) for reader, rated in ratings.items()}
        for file, ratings in given["files"].items()
    }
    return {
        "severity": {reader: text_of(s) for reader, s in severities(files).items()},
        "added": {file: str(one) for file, one in adjustments(rule, files).items()},
    }


def _say(rule: Severity) -> tuple[str, ...]:
    measured = "Each reader is compared with the others on the files they read together."
    if not rule.adjust:
        return (measured, "The difference is shown to the board and changes no score.")
    added = (
        "What your readers were stricter, on the mean of them, is added to each theme they rated; "
        f"what they were more lenient is taken off: rounded once to {rule.places} decimals."
    )
    spared = (
        f"Nothing is changed in a panel where some reader read fewer than {rule.least_files} "
        "files, and nothing in a theme the chair decided."
    )
    return (measured, added, spared)


KIND = Kind("severity", Severity, _run, _say)
