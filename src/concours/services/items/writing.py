"""Writing items and taking them through their life: one act each, recorded for good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput
from concours.records.models import BankStimulus
from concours.selection.authority import Actor, require
from concours.selection.item_content import ItemContent, faults_of, require_name
from concours.selection.item_life import Act, Item, apply_act, move, write
from concours.services.items.history import Kept, moved_on, read_item, read_items, record
from concours.services.items.markup import clean
from concours.services.items.stimuli import require_images
from concours.services.items.subjects import require_published

#: The action each act asks for. Reviewing and approving need another person besides.
ACTIONS = {
    "submitted": "items.write",
    "returned": "items.review",
    "reviewed": "items.review",
    "approved": "items.review",
    "rested": "items.rest",
    "restored": "items.rest",
    "retired": "items.rest",
}


@transaction.atomic
def write_item(
    actor: Actor,
    name: str,
    content: ItemContent,
    *,
    at: datetime,
    note: str = "",
    seen: str = "",
) -> Item:
    """Write an item, or its next version. What says the same as before changes nothing.

    Raises BadInput with the field at fault, RuleRefused for a retired item, OutOfDate
    when ``seen`` is not the version of what stands.
    """
    require(actor, "items.write")
    require_name(name)
    kept = read_items([name])[name]
    if kept.acts and not seen:
        raise BadInput("name_taken", remedy=f"{name} is in the bank already.", field="name")
    if kept.version != seen:
        raise moved_on()
    ready = cleaned(content)
    check_content(ready)
    act = write(kept.item, ready, actor=actor.code, at=at, note=note)
    return kept.item if act is None else record({name: kept}, [act])[name]


@transaction.atomic
def take_step(
    actor: Actor, name: str, act: str, *, at: datetime, note: str = "", seen: str = ""
) -> Item:
    """Take one step of an item's life.

    Raises NotPermitted, RuleRefused (state, the author's own item), BadInput (no
    reason given), OutOfDate.
    """
    if act not in ACTIONS:
        raise BadInput("no_such_act", remedy=f"Choose one of {', '.join(ACTIONS)}.", field="act")
    require(actor, ACTIONS[act])
    kept = read_item(name)
    if seen and kept.version != seen:
        raise moved_on()
    return record({name: kept}, [move(kept.item, act, actor=actor.code, at=at, note=note)])[name]


def acts_of_life(
    kept: Kept, content: ItemContent, *, author: str, reviewer: str, at: datetime, source: str
) -> list[Act]:
    """An item written, reviewed and approved by two people: what a bank read in whole needs."""
    first = write(kept.item, content, actor=author, at=at, source=source)
    if first is None:
        return []
    acts, item = [first], apply_act(kept.item, first)
    for step, who in (("submitted", author), ("reviewed", reviewer), ("approved", reviewer)):
        acts.append(move(item, step, actor=who, at=at))
        item = apply_act(item, acts[-1])
    return acts


def cleaned(content: ItemContent) -> ItemContent:
    """The content with its markup reduced to the safe set. Raises BadInput naming the field."""
    options = tuple((x, _clean(f"option {x}", text)) for x, text in content.options)
    return replace(
        content,
        stem=_clean("stem", content.stem),
        rationale=_clean("rationale", content.rationale),
        options=options,
    )


def check_content(content: ItemContent, *, stimuli: Sequence[str] = ()) -> None:
    """Everything an item must stand before it enters the bank. Raises BadInput with the field.

    ``stimuli`` are names that come in together with the item.
    """
    for name, code, remedy in faults_of(content):
        raise BadInput(code, remedy=remedy, field=name)
    require_published(content)
    require_images([content.stem, content.rationale, *(text for _, text in content.options)])
    if content.stimulus and content.stimulus not in stimuli:
        require_name(content.stimulus)
        if not BankStimulus.objects.filter(name=content.stimulus).exists():
            raise BadInput(
                "no_such_stimulus",
                remedy=f"The bank has no stimulus {content.stimulus}; write it first.",
                field="stimulus",
            )
    for enemy in content.enemies:
        require_name(enemy)


def _clean(name: str, text: str) -> str:
    try:
        return clean(text)
    except BadInput as wrong:
        raise BadInput(wrong.code, remedy=wrong.remedy, field=name) from wrong
