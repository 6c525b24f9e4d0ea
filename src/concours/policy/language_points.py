"""Language points: one language counts, the best; a later or higher result replaces a lower."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind

FAILED = "failed"


class Award(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``points`` for reaching ``level`` in a ``test``, in a language of a ``group``."""

    group: str
    test: str
    level: str
    points: Decimal


class LanguagePoints(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Languages by group (a language in no list is "ordinary"), and what each result earns.

    ``losing_test`` names the test whose failure takes away what its language had earned; ""
    where failing costs nothing.
    """

    groups: dict[str, list[str]]
    awards: list[Award]
    losing_test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One tested result: the language's code, which test, and the level or "failed"."""

    language: str
    test: str
    level: str


def group_of(rule: LanguagePoints, *, language: str) -> str:
    """The group a language belongs to."""
    for name, languages in rule.groups.items():
        if language in languages:
            return name
    return "ordinary"


def award_of(rule: LanguagePoints, *, result: Result) -> Fraction:
    """What one result earns by itself."""
    group = group_of(rule, language=result.language)
    earned = [
        award.points
        for award in rule.awards
        if award.group in (group, "any")
        and award.test == result.test
        and award.level == result.level
    ]
    return Fraction(max(earned, default=Decimal(0)))


def language_points(rule: LanguagePoints, *, results: Sequence[Result]) -> Fraction:
    """Points of a person for their results, oldest first: the best language, replaced not added."""
    by_language: dict[str, Fraction] = {}
    for result in results:
        before = by_language.get(result.language, Fraction(0))
        if result.level == FAILED:
            lost = bool(rule.losing_test) and result.test == rule.losing_test
            by_language[result.language] = Fraction(0) if lost else before
        else:
            by_language[result.language] = max(before, award_of(rule, result=result))
    return max(by_language.values(), default=Fraction(0))


def read_result(rule: LanguagePoints, *, language: str, test: str, level: str) -> Result:
    """A result the rule knows. Raises BadInput naming what it does not."""
    tests = sorted({award.test for award in rule.awards})
    if test not in tests:
        raise BadInput("no_such_test", remedy=f"Tests are {', '.join(tests)}.", field="test")
    levels = sorted({award.level for award in rule.awards if award.test == test})
    if level not in (*levels, FAILED):
        raise BadInput(
            "no_such_level",
            remedy=f"Results of this test that count are {', '.join(levels)}, or failed.",
            field="level",
        )
    return Result(language=language, test=test, level=level)


def _run(rule: LanguagePoints, given: Mapping[str, Any]) -> Mapping[str, object]:
    results = [
        Result(language=r["language"], test=r["test"], level=r["level"]) for r in given["results"]
    ]
    return {"points": str(language_points(rule, results=results))}


def _say(rule: LanguagePoints) -> tuple[str, ...]:
    told = [
        f"{award.group} language, {award.test} test, {award.level}: {award.points} points."
        for award in rule.awards
    ]
    told += [f"{name} languages: {', '.join(names)}." for name, names in rule.groups.items()]
    told.append("One language counts, the best; a higher result replaces a lower one.")
    if rule.losing_test:
        told.append(f"Failing the {rule.losing_test} test loses what the language had earned.")
    return tuple(told)


KIND = Kind("language_points", LanguagePoints, _run, _say)
