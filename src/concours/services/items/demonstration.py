"""The demonstration bank taken into an empty bank, and a rehearsal's tests made from it."""

from datetime import datetime

from django.db import transaction

from concours.policy.edition import Edition
from concours.records.models import BankStimulus
from concours.selection.item_life import Act
from concours.services.items.history import read_items, record
from concours.services.items.stimuli import stimulus_digest
from concours.services.items.writing import acts_of_life, check_content
from concours.simulator.demonstration import DemoBank, load_bank

SOURCE = "demonstration bank"
PILOT_EACH = 8
"""Of so many items of a section one is left a pilot, so that a test has some."""


@transaction.atomic
def load_demonstration(
    edition: Edition, *, step: str, author: str, reviewer: str, at: datetime
) -> int:
    """Write every item of the demonstration bank and take it to operational, some to pilot; how many are new.

    ``author`` and ``reviewer`` are the accounts that stand for whoever wrote and read
    them. An item that stands in the bank with the same words is left alone.
    """
    bank = load_bank(edition, step=step)
    _write_stimuli(bank, author=author, at=at)
    kept = read_items([item.name for item in bank.items])
    acts: list[Act] = []
    for place, item in enumerate(bank.items):
        check_content(item.content, stimuli=[stimulus.name for stimulus in bank.stimuli])
        life = acts_of_life(
            kept[item.name], item.content, author=author, reviewer=reviewer, at=at, source=SOURCE
        )
        pilot = item.content.kind == "choice" and place % PILOT_EACH == PILOT_EACH - 1
        acts.extend(life[:-1] if pilot else life)
    record(kept, acts)
    return len({act.item for act in acts})


def _write_stimuli(bank: DemoBank, *, author: str, at: datetime) -> None:
    known = set(BankStimulus.objects.values_list("name", flat=True))
    BankStimulus.objects.bulk_create(
        BankStimulus(
            name=stimulus.name,
            version=1,
            title=stimulus.title,
            text=stimulus.text,
            digest=stimulus_digest(stimulus.name, stimulus.title, stimulus.text),
            author=author,
            at=at,
        )
        for stimulus in bank.stimuli
        if stimulus.name not in known
    )
