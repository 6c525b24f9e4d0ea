"""A change of the answer key after a sitting: proposed by one person, decided by another.

Items are never edited: what a key was and what it became both stay in the
competition's file, and everybody is scored again by a later version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json
from concours.selection.competition import Competition

TREATMENTS: Mapping[str, str] = {
    "drop": "Nobody's answer counts; the other items count for it in proportion.",
    "credit": "Everybody who sat the section is given it as right.",
    "rekey": "Another option is the right one.",
    "accept_also": "Another option is right beside the key.",
}
REASONS = frozenset(
    {"wrong_key", "two_right_answers", "no_right_answer", "outdated", "misprint", "unfair"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """One change of the key. ``status`` is proposed, approved or refused."""

    code: str
    step: str
    section: str
    item: int
    treatment: str
    option: str
    reason: str
    proposed_by: str
    effect: str
    status: str


def changes_of(competition: Competition) -> tuple[KeyChange, ...]:
    """Every change proposed in a competition, in the order they were decided or proposed."""
    return tuple(_change(code, body) for code, body in competition.key_changes.items())


def approved(competition: Competition, step: str) -> tuple[KeyChange, ...]:
    """The changes in force."""
    return tuple(c for c in changes_of(competition) if c.step == step and c.status == "approved")


def propose_key_change(
    competition: Competition,
    *,
    step: str,
    code: str,
    section: str,
    item: int,
    options: tuple[str, ...],
    key: str,
    treatment: str,
    option: str,
    reason: str,
    effect: str,
    several: bool = False,
) -> tuple[Draft, ...]:
    """Propose a change of one item's key. ``options`` and ``key`` are the item's; ``effect``
    is the digest of what the change would do, as its proposer saw it. Of an item with
    ``several`` right options, ``option`` is a whole set of them in the order of the alphabet."""
    if treatment not in TREATMENTS:
        raise BadInput(
            "unknown_treatment", remedy=f"Choose one of {', '.join(TREATMENTS)}.", field="treatment"
        )
    if reason not in REASONS:
        raise BadInput(
            "unknown_reason", remedy=f"Choose one of {', '.join(sorted(REASONS))}.", field="reason"
        )
    named = treatment in ("rekey", "accept_also")
    if named and (not _answers(option, options, several) or option == key):
        what = "options in the order of the alphabet" if several else "an option of the item"
        raise BadInput(
            "no_other_option",
            remedy=f"Name {what} other than its key {key}.",
            field="option",
        )
    for change in changes_of(competition):
        if (change.step, change.section, change.item) == (step, section, item) and (
            change.status != "refused"
        ):
            raise RuleRefused(
                "item_changed_already",
                remedy="A change of this item was proposed already; decide that one.",
                numbers={"item": str(item)},
            )
    body: dict[str, Json] = {
        "change": code,
        "section": section,
        "item": item,
        "treatment": treatment,
        "option": option if named else "",
        "reason": reason,
        "effect": effect,
    }
    return (Draft(file=competition.file, step=step, kind="key.change_proposed", body=body),)


def _answers(option: str, options: tuple[str, ...], several: bool) -> bool:
    """Whether an item can be answered so."""
    if not several:
        return option in options
    return bool(option) and set(option) <= set(options) and "".join(sorted(set(option))) == option


def decide_key_change(
    competition: Competition, *, code: str, by: str, approve: bool, effect: str
) -> tuple[Draft, ...]:
    """Approve or refuse a proposed change. Never by the one who proposed it."""
    change = next((c for c in changes_of(competition) if c.code == code), None)
    if change is None or change.status != "proposed":
        raise RuleRefused("nothing_to_decide", remedy="This change is not waiting to be decided.")
    if change.proposed_by == by:
        raise RuleRefused("same_person", remedy="A second person decides what the first proposed.")
    body: dict[str, Json] = {
        "change": code,
        "outcome": "approved" if approve else "refused",
        "effect": effect,
    }
    return (Draft(file=competition.file, step=change.step, kind="key.change_decided", body=body),)


def _change(code: str, body: Mapping[str, Any]) -> KeyChange:
    item = body.get("item", 0)
    return KeyChange(
        code=code,
        step=str(body.get("step", "")),
        section=str(body.get("section", "")),
        item=item if isinstance(item, int) else 0,
        treatment=str(body.get("treatment", "")),
        option=str(body.get("option", "")),
        reason=str(body.get("reason", "")),
        proposed_by=str(body.get("proposed_by", "")),
        effect=str(body.get("effect", "")),
        status=str(body.get("outcome", "proposed")),
    )
