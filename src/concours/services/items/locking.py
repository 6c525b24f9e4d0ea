"""Locking forms: the entry in the competition's file, the test's items, and their exposure."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.models import Assembly, BankForm, BankUse, TestItem
from concours.selection.authority import Actor, require
from concours.selection.form_lock import LABELS, LockedForm, lock_forms
from concours.selection.item_content import ItemContent
from concours.services.casefile import OpenFile, decide_on
from concours.services.files import unknown_file
from concours.services.items.history import read_items
from concours.services.items.stimuli import Stimulus, stimuli


def lock(actor: Actor, code: str, *, digest: str, at: datetime) -> str:
    """Lock one form alone: see `lock_set`. Returns the competition."""
    return lock_set(actor, {code: digest}, at=at)


@transaction.atomic
def lock_set(
    actor: Actor, shown: Mapping[str, str], *, dealt: str = "sitting", at: datetime
) -> str:
    """Lock forms of one assembly together: the entry in the competition's file, the test's
    items, and their use.

    ``shown`` are the forms' codes and digests as the page showed them; ``dealt`` how
    several are dealt (`form_lock.DEALT`). Items are numbered once over all forms: those of
    the first as they stand there, then what each further form has of its own, so that an
    item on two forms is one item of the test. Raises RuleRefused for the assembler's own
    forms, a test that has a form or items already, and items that have changed since;
    OutOfDate when the competition moved on. Returns the competition.
    """
    require(actor, "forms.lock")
    forms = _forms(shown)
    assembly = forms[0].assembly
    step = assembly.step
    if TestItem.objects.filter(competition=assembly.competition, step=step).exists():
        raise RuleRefused(
            "test_has_items", remedy="This test has its items already; they are never replaced."
        )
    contents = _contents(forms)
    labels = LABELS if len(forms) > 1 else ("",)
    locked = [
        LockedForm(label=label, form=form.code, digest=form.digest, items=len(form.items))
        for label, form in zip(labels, forms, strict=False)
    ]

    def command(found: OpenFile) -> tuple[Draft, ...]:
        return lock_forms(
            found.state,
            step=step,
            forms=locked,
            assembly=assembly.code,
            seed=assembly.seed,
            pool=assembly.pool,
            order_seed=_order_seed(assembly.seed, "+".join(form.digest for form in forms)),
            assembled_by=assembly.by,
            by=actor.code,
            dealt=dealt,
        )

    decide_on(actor, "competition", assembly.competition, "forms.lock", command, at=at)
    for form in forms:
        form.state, form.locked_by, form.locked_at = "locked", actor.code, at
        form.save(update_fields=["state", "locked_by", "locked_at"])
    _write_test(
        assembly, {one.label: form for one, form in zip(locked, forms, strict=True)}, contents, at
    )
    return assembly.competition


def _forms(shown: Mapping[str, str]) -> list[BankForm]:
    """The forms as they were shown, in their order; all of one assembly."""
    rows = BankForm.objects.select_for_update().select_related("assembly")
    forms = list(rows.filter(pk__in=list(shown)).order_by("assembly_id", "number"))
    if not forms or len(forms) < len(shown):
        raise unknown_file()
    if len({form.assembly_id for form in forms}) > 1:
        raise RuleRefused(
            "not_parallel", remedy="Lock forms of one assembly together: those are parallel."
        )
    for form in forms:
        if form.digest != shown[form.code] or digest_of(form.items) != form.digest:
            raise RuleRefused("form_changed", remedy="This is not the form you were shown. Reload.")
    return forms


def digest_of(items: Any) -> str:
    """What a form's entry commits to: every item's place, version and content."""
    return hashlib.sha256(canonical(items).encode()).hexdigest()


def _order_seed(seed: str, digest: str) -> str:
    """Follows from what is recorded, so that a rehearsal built again is the same."""
    return hashlib.sha256(f"{seed}/{digest}/order".encode()).hexdigest()[:16]


def _contents(forms: Sequence[BankForm]) -> dict[str, ItemContent]:
    """The forms' items as they stand, which must be as they were chosen."""
    placed = [row for form in forms for row in form.items]
    kept = read_items(sorted({str(row[2]) for row in placed}))
    found = {}
    for _, _, name, version, digest, _, _ in placed:
        item = kept[name].item
        if item.version != version or item.content is None or item.content.digest != digest:
            raise _stale(name, "was written anew")
        if item.state not in ("pilot", "operational"):
            raise _stale(name, f"is {item.state}")
        found[name] = item.content
    passages = stimuli(content.stimulus for content in found.values() if content.stimulus)
    for _, _, name, _, _, digest, _ in placed:
        passage = passages.get(found[name].stimulus)
        if (passage.digest if passage else "") != digest:
            raise _stale(name, "shows a passage that was written anew")
    return found


def _write_test(
    assembly: Assembly,
    forms: Mapping[str, BankForm],
    contents: dict[str, ItemContent],
    at: datetime,
) -> None:
    """The test's items, each once, and which form of which label uses them."""
    passages = stimuli(content.stimulus for content in contents.values() if content.stimulus)
    tests: dict[tuple[str, str], TestItem] = {}
    last: Counter[str] = Counter()
    uses = []
    for label, form in forms.items():
        for section, _, name, version, _, _, counts in form.items:
            if (section, name) not in tests:
                last[section] += 1
                content = contents[name]
                place = (assembly.competition, assembly.step, section, last[section])
                passage = passages.get(content.stimulus)
                made = test_item(place, name, version, content, passage, counts=counts)
                tests[section, name] = made
            row = tests[section, name]
            row.forms += label
            uses.append(
                BankUse(
                    item=name,
                    version=version,
                    competition=assembly.competition,
                    form=form.code,
                    section=section,
                    number=row.number,
                    counts=counts,
                    at=at,
                )
            )
    TestItem.objects.bulk_create(tests.values(), batch_size=500)
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
        stem=content.stem,
        options=[[letter, text] for letter, text in content.options],
        key="".join(sorted(content.key)),
        several=content.kind == "multiple",
        counts=counts,
        version=version,
        passage=passage.text if passage else "",
        shuffle=content.shuffle,
    )


def _stale(name: str, what: str) -> RuleRefused:
    return RuleRefused(
        "item_changed_since",
        remedy=f"Item {name} {what} since the form was assembled: assemble again.",
        numbers={"item": name},
    )
