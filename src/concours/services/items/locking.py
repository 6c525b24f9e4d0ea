"""Locking a form: the entry in the competition's file, the test's items, and their exposure."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.models import BankForm, BankUse, TestItem
from concours.selection.authority import Actor, require
from concours.selection.form_lock import lock_form
from concours.selection.item_content import ItemContent, plain_text
from concours.services.casefile import OpenFile, decide_on
from concours.services.files import unknown_file
from concours.services.items.history import read_items
from concours.services.items.stimuli import Stimulus, stimuli


@transaction.atomic
def lock(actor: Actor, code: str, *, digest: str, at: datetime) -> str:
    """Lock a form: the entry in the competition's file, the test's items, and their use.

    ``digest`` is the form as the page showed it. Raises RuleRefused for the
    assembler's own form, a test that has a form or items already, and items that
    have changed since; OutOfDate when the competition moved on. Returns the competition.
    """
    require(actor, "forms.lock")
    form = BankForm.objects.select_for_update().select_related("assembly").filter(pk=code).first()
    if form is None:
        raise unknown_file()
    assembly, step = form.assembly, form.assembly.step
    if form.digest != digest or digest_of(form.items) != digest:
        raise RuleRefused("form_changed", remedy="This is not the form you were shown. Reload.")
    if TestItem.objects.filter(competition=assembly.competition, step=step).exists():
        raise RuleRefused(
            "test_has_items", remedy="This test has its items already; they are never replaced."
        )
    contents = _contents(form)

    def command(found: OpenFile) -> tuple[Draft, ...]:
        return lock_form(
            found.state,
            step=step,
            form=form.code,
            digest=form.digest,
            items=len(form.items),
            assembly=assembly.code,
            seed=assembly.seed,
            pool=assembly.pool,
            order_seed=_order_seed(assembly.seed, form.digest),
            assembled_by=assembly.by,
            by=actor.code,
        )

    decide_on(actor, "competition", assembly.competition, "forms.lock", command, at=at)
    form.state, form.locked_by, form.locked_at = "locked", actor.code, at
    form.save(update_fields=["state", "locked_by", "locked_at"])
    _write_test(form, contents, at)
    return assembly.competition


def digest_of(items: Any) -> str:
    """What a form's entry commits to: every item's place, version and content."""
    return hashlib.sha256(canonical(items).encode()).hexdigest()


def _order_seed(seed: str, digest: str) -> str:
    """Follows from what is recorded, so that a rehearsal built again is the same."""
    return hashlib.sha256(f"{seed}/{digest}/order".encode()).hexdigest()[:16]


def _contents(form: BankForm) -> dict[str, ItemContent]:
    """The form's items as they stand, which must be as they were chosen."""
    kept = read_items([str(placed[2]) for placed in form.items])
    found = {}
    for _, _, name, version, digest, _, _ in form.items:
        item = kept[name].item
        if item.version != version or item.content is None or item.content.digest != digest:
            raise _stale(name, "was written anew")
        if item.state not in ("pilot", "operational"):
            raise _stale(name, f"is {item.state}")
        found[name] = item.content
    passages = stimuli(content.stimulus for content in found.values() if content.stimulus)
    for _, _, name, _, _, digest, _ in form.items:
        passage = passages.get(found[name].stimulus)
        if (passage.digest if passage else "") != digest:
            raise _stale(name, "shows a passage that was written anew")
    return found


def _write_test(form: BankForm, contents: dict[str, ItemContent], at: datetime) -> None:
    assembly = form.assembly
    passages = stimuli(content.stimulus for content in contents.values() if content.stimulus)
    tests, uses = [], []
    for section, number, name, version, _, _, counts in form.items:
        content = contents[name]
        passage = passages.get(content.stimulus)
        place = (assembly.competition, assembly.step, section, number)
        tests.append(test_item(place, name, version, content, passage, counts=counts))
        uses.append(
            BankUse(
                item=name,
                version=version,
                competition=assembly.competition,
                form=form.code,
                section=section,
                number=number,
                counts=counts,
                at=at,
            )
        )
    TestItem.objects.bulk_create(tests, batch_size=500)
    BankUse.objects.bulk_create(uses, batch_size=500)


def test_item(
    place: tuple[str, str, str, int],
    name: str,
    version: int,
    content: ItemContent,
    passage: Stimulus | None,
    *,
    counts: bool,
) -> TestItem:
    """The row of a test for a bank's item; ``place`` is competition, step, section and number."""
    competition, step, section, number = place
    return TestItem(
        competition=competition,
        step=step,
        section=section,
        number=number,
        name=name,
        stem=plain_text(content.stem),
        options=[[letter, plain_text(text)] for letter, text in content.options],
        key="".join(content.key),
        counts=counts,
        version=version,
        passage=plain_text(passage.text) if passage else "",
        shuffle=content.shuffle,
    )


def _stale(name: str, what: str) -> RuleRefused:
    return RuleRefused(
        "item_changed_since",
        remedy=f"Item {name} {what} since the form was assembled: assemble again.",
        numbers={"item": name},
    )
