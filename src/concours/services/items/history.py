"""The history of items in the database: acts appended in a chain, and the row that shows where one stands."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from concours.kernel.errors import BadInput, OutOfDate
from concours.kernel.period import instant
from concours.ledger.canonical import read_body
from concours.records.models import BankAct, BankItem
from concours.selection.item_content import plain_text
from concours.selection.item_life import Act, Item, apply_act, digest_of, fold_item, read_act

SHOWN = [
    "state",
    "version",
    "section",
    "subject",
    "subtopic",
    "kind",
    "level",
    "words",
    "stem",
    "stimulus",
    "author",
    "reviewer",
    "changed_at",
]
"""Columns of a row that follow from the history; the others come from administrations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An item with its acts and the digest of the last; ``digest`` is "" before the first."""

    item: Item
    acts: tuple[Act, ...]
    digest: str

    @property
    def version(self) -> str:
        """The token a page carries, so that an act on what has moved on is refused."""
        return self.digest[:20]


def read_items(names: Sequence[str]) -> dict[str, Kept]:
    """These items with their histories; one that is not in the bank has no act."""
    found: dict[str, list[tuple[Act, str]]] = defaultdict(list)
    for row in BankAct.objects.filter(item__in=list(names)).order_by("item", "seq"):
        plain = dict(read_body(row.body))
        found[row.item].append((read_act(plain, instant(str(plain["at"]))), row.digest))
    return {
        name: Kept(
            item=fold_item(name, (act for act, _ in found[name])),
            acts=tuple(act for act, _ in found[name]),
            digest=found[name][-1][1] if found[name] else "",
        )
        for name in names
    }


def read_item(name: str) -> Kept:
    """One item of the bank. Raises BadInput when there is none of that name."""
    kept = read_items([name])[name]
    if not kept.acts:
        raise BadInput(
            "no_such_item", remedy=f"The bank has no item {name}. Check the name.", field="name"
        )
    return kept


def record(kept: Mapping[str, Kept], acts: Iterable[Act]) -> dict[str, Item]:
    """Append acts to the histories they follow, and show where the items stand now.

    Raises OutOfDate when somebody else acted on one of the items meanwhile; then
    nothing is written.
    """
    items = {name: found.item for name, found in kept.items()}
    digests = {name: found.digest for name, found in kept.items()}
    rows, changed = [], {}
    for act in acts:
        body = act.body(digests[act.item])
        digests[act.item] = digest_of(body)
        rows.append(BankAct(item=act.item, seq=act.seq, body=body, digest=digests[act.item]))
        items[act.item] = apply_act(items[act.item], act)
        changed[act.item] = act
    try:
        with transaction.atomic():
            BankAct.objects.bulk_create(rows, batch_size=500)
            BankItem.objects.bulk_create(
                [_row(items[name], act) for name, act in changed.items()],
                update_conflicts=True,
                update_fields=SHOWN,
                unique_fields=["name"],
                batch_size=200,
            )
    except IntegrityError as clash:
        raise moved_on() from clash
    return items


def moved_on() -> OutOfDate:
    """The answer when an item is no longer what the page showed."""
    return OutOfDate(
        "item_has_moved_on", remedy="Somebody acted on this item meanwhile. Reload and look again."
    )


def history_faults(names: Sequence[str] | None = None) -> list[str]:
    """What is wrong with the chains of acts and the rows shown, in words; empty when all is well.

    Every act must carry the digest of the one before it, and every row must be what
    its history folds to.
    """
    rows = BankAct.objects.order_by("item", "seq")
    if names is not None:
        rows = rows.filter(item__in=list(names))
    faults: list[str] = []
    before, item = "", Item(name="")
    folded: dict[str, Item] = {}
    for row in rows.iterator(chunk_size=1_000):
        if row.item != item.name:
            before, item = "", Item(name=row.item)
        plain = json.loads(row.body)
        if (
            digest_of(row.body) != row.digest
            or plain["prev"] != before
            or plain["seq"] != row.seq
            or row.seq != item.seq + 1
            or plain["item"] != row.item
        ):
            faults.append(f"{row.item}: act {row.seq} does not follow the one before it")
        before = row.digest
        item = apply_act(item, read_act(plain, instant(plain["at"])))
        folded[item.name] = item
    for shown in BankItem.objects.filter(name__in=folded) if names else BankItem.objects.all():
        found = folded.get(shown.name)
        if found is None or (shown.state, shown.version) != (found.state, found.version):
            faults.append(f"{shown.name}: the list shows what its history does not say")
    return faults


def _row(item: Item, last: Act) -> BankItem:
    content = item.content
    assert content is not None
    return BankItem(
        name=item.name,
        state=item.state,
        version=item.version,
        section=content.section,
        subject=content.subject,
        subtopic=content.subtopic,
        kind=content.kind,
        level=content.level,
        words=content.words,
        stem=plain_text(content.stem),
        stimulus=content.stimulus,
        enemies="".join(f" {enemy} " for enemy in content.enemies),
        author=item.author,
        reviewer=item.reviewer,
        changed_at=last.at,
    )
