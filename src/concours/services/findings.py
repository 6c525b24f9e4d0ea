"""What an entry decided, for those who look at it again: its codes, its numbers, its rule."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.citation import Citation
from concours.ledger.draft import Fact
from concours.services.appeal_grounds import grounds_of
from concours.services.case import Case

HIDDEN = frozenset(
    {"rule", "run", "edition_digest", "digest", "person", "competition", "about", "class"}
)
_DIGEST = 64
DECIDING = "appeal.decide"
AGAIN = (DECIDING, "narratives.reverse", "assessment.reverse")
"""Actions by which a decision is looked at again: then its numbers are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision as it stands in the record, with its rule; ``appeal_due`` where an appeal waits.

    ``grounds`` is what the candidate wrote, for who decides the appeal.
    """

    kind: str
    at: datetime
    findings: tuple[tuple[str, str], ...]
    rule: str
    question: str
    cite: Citation | None
    appeal_due: datetime | None
    grounds: str = ""


def findings_of(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The codes and numbers of an entry; digests, codes and places in the file are not for reading."""
    return tuple(
        (name, str(value))
        for name, value in fact.body.items()
        if name not in HIDDEN
        and isinstance(value, str | int | bool)
        and not (isinstance(value, str) and len(value) == _DIGEST)
    )


def decided_again(
    case: Case, action: str, *, seq: int, appeal_due: datetime | None
) -> Decided | None:
    """The decision in entry ``seq``, for an action that looks at it again; None for any other."""
    if action not in AGAIN or not 0 < seq <= len(case.facts):
        return None
    fact = case.facts[seq - 1]
    rule = case.edition.rules.get(str(fact.body.get("rule", "")))
    return Decided(
        kind=fact.kind,
        at=fact.at,
        findings=findings_of(fact),
        rule=rule.id if rule else "",
        question=rule.question if rule else "",
        cite=rule.cite if rule else None,
        appeal_due=appeal_due,
        grounds=grounds_of(case.code, step=fact.step) if action == DECIDING else "",
    )
