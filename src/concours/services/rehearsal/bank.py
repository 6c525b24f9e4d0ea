"""The rehearsal's item bank, and the tests of its windows made from it.

Windows whose test is over hold items dealt by their own seed; the one still to come
has a form assembled by one member of staff and locked by another, as in earnest.
A process that ships no bank keeps the few practice facts.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from concours.policy.edition import Edition
from concours.policy.test_section import TestSection, counted_items, pilot_items
from concours.records.models import BankForm, BankItem, BankUse, TestItem
from concours.selection.authority import Actor
from concours.selection.examination import sections_of
from concours.services.examination.items import rehearsal_items
from concours.services.items.asking import ask_for_forms
from concours.services.items.assembling import assemble
from concours.services.items.blueprints import blueprint_text, default_blueprint
from concours.services.items.demonstration import load_demonstration
from concours.services.items.history import read_items
from concours.services.items.locking import lock, test_item
from concours.services.items.stimuli import stimuli
from concours.simulator.cohort import Cohort

STATES = {True: "operational", False: "pilot"}


def deal_past_tests(cohort: Cohort, *, step: str) -> None:
    """Load the demonstration bank, and give every competition whose test is over its items."""
    edition = cohort.edition
    competitions = {cohort.file(code).competition for code in cohort.people}
    calendars = {code: cohort.world.competition(code).calendar for code in sorted(competitions)}
    first = min(found.registration_opens for found in calendars.values() if found)
    count = load_demonstration(
        edition,
        step=step,
        author=cohort.staff["item-writer"].code,
        reviewer=cohort.staff["item-reviewer"].code,
        at=cohort.base.replace(year=first.year, month=first.month, day=1),
    )
    for code, found in calendars.items():
        if not count:
            rehearsal_items(code, edition, step=step, seed=code)
        elif found is None or found.test_starts <= cohort.base.date():
            deal_test(code, edition, step=step, seed=code, at=cohort.base)


def lock_tests(cohort: Cohort, competitions: list[str], *, step: str) -> None:
    """Give every competition still to come a form assembled and locked as in earnest."""
    dealt = set(TestItem.objects.filter(step=step).values_list("competition", flat=True).distinct())
    for code in competitions:
        if code not in dealt and not lock_form_for(cohort, code, step=step):
            deal_test(code, cohort.edition, step=step, seed=code, at=cohort.base)


def lock_form_for(cohort: Cohort, competition: str, *, step: str) -> bool:
    """Assemble a form by the rulebook and lock it; whether there was one."""
    assembler = _staff(cohort, "test-administrator", "test_administrator")
    locker = _staff(cohort, "psychometrician", "psychometrician")
    blueprint = blueprint_text(default_blueprint(cohort.edition, step=step))
    code = ask_for_forms(
        assembler, competition, blueprint=blueprint, seed=competition, at=cohort.base
    )
    assemble(code)
    form = BankForm.objects.filter(assembly=code).order_by("number").first()
    if form is None:
        return False
    lock(locker, form.code, digest=form.digest, at=cohort.base)
    return True


def deal_test(competition: str, edition: Edition, *, step: str, seed: str, at: datetime) -> int:
    """Give a competition items of the bank by lot of the seed; how many."""
    tests, uses = [], []
    for section, about in sections_of(edition, step).items():
        for number, (row, counts) in enumerate(_dealt(section, about, seed), start=1):
            tests.append((section, number, row.name, counts))
            uses.append(
                BankUse(
                    item=row.name,
                    version=row.version,
                    competition=competition,
                    form=competition,
                    section=section,
                    number=number,
                    counts=counts,
                    at=at,
                )
            )
    contents = {
        name: kept.item.content
        for name, kept in read_items([name for _, _, name, _ in tests]).items()
        if kept.item.content is not None
    }
    passages = stimuli(content.stimulus for content in contents.values())
    rows = []
    for section, number, name, counts in tests:
        content = contents[name]
        passage = passages.get(content.stimulus)
        place = (competition, step, section, number)
        rows.append(test_item(place, name, 1, content, passage, counts=counts))
    TestItem.objects.bulk_create(rows, batch_size=500)
    BankUse.objects.bulk_create(uses, batch_size=500)
    return len(rows)


def _dealt(section: str, about: TestSection, seed: str) -> Iterator[tuple[BankItem, bool]]:
    """The section's items in an order by lot, each with whether it counts."""
    wanted = {True: counted_items(about), False: pilot_items(about)}
    chosen = [
        (row, counts)
        for counts, state in STATES.items()
        for row in sorted(
            BankItem.objects.filter(section=section, state=state),
            key=lambda row: _lot(seed, row.name),
        )[: wanted[counts]]
    ]
    yield from sorted(chosen, key=lambda pair: _lot(f"{seed}/order", pair[0].name))


def _staff(cohort: Cohort, name: str, role: str) -> Actor:
    return Actor(code=cohort.staff[name].code, roles=frozenset({role}))


def _lot(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
