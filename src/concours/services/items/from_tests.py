"""What a test has shown of its items, taken back into the bank: so that the next forms know it."""

from datetime import datetime

from concours.kernel.errors import BadInput
from concours.records.models import BankItem, KeyCheckItem, TestItem
from concours.selection.authority import Actor, require
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.items.figures import Figures, record_figures


def take_figures(actor: Actor, competition: str, *, at: datetime) -> int:
    """Keep the figures of a competition's last key check with the items of the bank; how many.

    Difficulty, the correlation of the key with the other items, and who chose which
    option, each with the version that was shown. Pilots are among them: that is what
    they were shown for. Raises BadInput while no key check has been made, or when
    the test's items are not those of the bank.
    """
    require(actor, "items.record_figures")
    step = test_step(edition_of(read_competition(competition)))
    checked = {
        (row.section, row.number): row
        for row in KeyCheckItem.objects.filter(competition=competition, step=step)
    }
    if not checked:
        raise BadInput(
            "no_key_check",
            remedy="Check the key of this test first; the figures come from that check.",
        )
    rows = list(
        TestItem.objects.filter(competition=competition, step=step, version__gt=0).order_by("pk")
    )
    known = set(
        BankItem.objects.filter(name__in=[row.name for row in rows]).values_list("name", flat=True)
    )
    found = [
        _figures(row, checked[row.section, row.number])
        for row in rows
        if row.name in known and (row.section, row.number) in checked
    ]
    if not found:
        raise BadInput("not_from_the_bank", remedy="This test's items are not those of the bank.")
    return record_figures(actor, competition, found, at=at)


def _figures(row: TestItem, checked: KeyCheckItem) -> Figures:
    options = {
        str(letter) or "–": [float(chosen), share, correlation]
        for letter, chosen, share, correlation in checked.options
    }
    key = options.get(checked.key)
    return Figures(
        item=row.name,
        version=row.version,
        presented=checked.persons,
        difficulty=checked.difficulty,
        discrimination=key[2] if key else None,
        options=options,
    )
