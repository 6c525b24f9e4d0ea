"""A marking rubric: what a marker looks for, and what each mark stands for."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``criteria`` are looked at together; ``marks`` says in words what each mark stands for."""

    criteria: dict[str, str]
    marks: dict[str, str]


def described(rule: Rubric, mark: int) -> str:
    """What a mark stands for. Raises BadInput for one the rubric does not describe."""
    found = rule.marks.get(str(mark))
    if found is None:
        raise BadInput(
            "mark_off_the_rubric",
            remedy=f"The rubric describes the marks {', '.join(rule.marks)}.",
            field="mark",
            numbers={"mark": str(mark)},
        )
    return found


def lines(rule: Rubric) -> tuple[tuple[int, str], ...]:
    """Every mark with its words, the highest first."""
    return tuple(sorted(((int(m), words) for m, words in rule.marks.items()), reverse=True))


def _run(rule: Rubric, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"words": described(rule, given["mark"]), "criteria": len(rule.criteria)}


def _say(rule: Rubric) -> tuple[str, ...]:
    return (
        *(f"Looked for: {words}." for words in rule.criteria.values()),
        *(f"{mark}: {words}" for mark, words in rule.marks.items()),
    )


KIND = Kind("rubric", Rubric, _run, _say)
