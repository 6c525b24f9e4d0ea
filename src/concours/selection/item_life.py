"""The life of an item: written, reviewed, tried out, used, rested, retired; each step an act.

    draft → review → pilot → operational ⇄ rested
      ↑________|       any but retired → retired

An item's history is a chain of acts, each with the digest of the one before; where
it stands is a fold of them. A new version starts again as a draft. Two people make
an item operational: whoever wrote any part of the version that stands may neither
review nor approve it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import instant_text
from concours.ledger.canonical import canonical
from concours.ledger.draft import Json
from concours.selection.item_content import ItemContent, read_content, require_content

STATES = ("draft", "review", "pilot", "operational", "rested", "retired")
USABLE = ("pilot", "operational")
"""States whose items a form may hold: pilots uncounted, operational ones counted."""

#: act -> (states it may be taken in, state it leads to)
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "submitted": (("draft",), "review"),
    "returned": (("review",), "draft"),
    "reviewed": (("review",), "pilot"),
    "approved": (("pilot",), "operational"),
    "rested": (("operational",), "rested"),
    "restored": (("rested",), "operational"),
    "retired": (("draft", "review", "pilot", "operational", "rested"), "retired"),
}
SECOND_PERSON = frozenset({"returned", "reviewed", "approved"})
REASONED = frozenset({"returned", "rested", "retired"})
NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act on an item. ``content`` stands on "written" only; ``note`` says why."""

    item: str
    seq: int
    at: datetime
    actor: str
    act: str
    version: int
    note: str = ""
    source: str = ""
    content: ItemContent | None = None

    @property
    def shown(self) -> str:
        """The code under which pages have words for it."""
        return f"item.{self.act}"

    def body(self, prev: str) -> str:
        """The canonical text that is stored and digested, after the act of digest ``prev``."""
        plain: dict[str, Json] = {
            "item": self.item,
            "seq": self.seq,
            "at": instant_text(self.at),
            "actor": self.actor,
            "act": self.act,
            "version": self.version,
            "note": self.note,
            "source": self.source,
            "prev": prev,
        }
        if self.content is not None:
            plain["content"] = self.content.plain()
        return canonical(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item folded from its acts. ``author`` wrote the version that stands."""

    name: str
    seq: int = 0
    state: str = ""
    version: int = 0
    author: str = ""
    reviewer: str = ""
    approver: str = ""
    content: ItemContent | None = None


def digest_of(body: str) -> str:
    """The digest of an act's stored text."""
    return hashlib.sha256(body.encode()).hexdigest()


def apply_act(item: Item, act: Act) -> Item:
    """The item after an act that was recorded; never refuses."""
    item = replace(item, seq=act.seq)
    if act.act == "written":
        content = act.content or item.content
        return replace(
            item,
            state="draft",
            version=act.version,
            author=act.actor,
            reviewer="",
            approver="",
            content=content,
        )
    if act.act == "reviewed":
        item = replace(item, reviewer=act.actor)
    if act.act == "approved":
        item = replace(item, approver=act.actor)
    _, state = MOVES.get(act.act, ((), item.state))
    return replace(item, state=state)


def fold_item(name: str, acts: Iterable[Act]) -> Item:
    """The item as its acts leave it."""
    found = Item(name=name)
    for act in acts:
        found = apply_act(found, act)
    return found


def write(
    item: Item, content: ItemContent, *, actor: str, at: datetime, note: str = "", source: str = ""
) -> Act | None:
    """Write the first or a new version; None when it says what the standing one says.

    Raises RuleRefused for a retired item, BadInput for faulty content or a note too long.
    """
    require_content(content)
    if item.name in content.enemies:
        raise BadInput("own_enemy", remedy="An item is not its own enemy.", field="enemies")
    if item.state == "retired":
        raise RuleRefused(
            "item_retired", remedy="A retired item is not written again: give the new one a name."
        )
    if item.content is not None and item.content.digest == content.digest:
        return None
    return _act(item, "written", item.version + 1, actor, at, note, content, source)


def move(item: Item, act: str, *, actor: str, at: datetime, note: str = "") -> Act:
    """Take one step of the life.

    Raises RuleRefused when the item is not in a state for it, when the actor wrote
    the version, and when a reason is missing.
    """
    allowed, _ = MOVES[act]
    if item.state not in allowed:
        raise RuleRefused(
            "wrong_item_state",
            remedy=f"This needs an item in {' or '.join(allowed)}; it is {item.state or 'not there'}.",
            numbers={"state": item.state},
        )
    if act in SECOND_PERSON and actor == item.author:
        raise RuleRefused(
            "same_person", remedy="Another person reviews and approves what the author has written."
        )
    if act in REASONED and not note.strip():
        raise BadInput("reason_missing", remedy="Say why.", field="note")
    return _act(item, act, item.version, actor, at, note, None, "")


def moves_open(item: Item, *, actor: str) -> tuple[str, ...]:
    """The steps this actor could take now, as far as the item itself goes."""
    return tuple(
        act
        for act, (states, _) in MOVES.items()
        if item.state in states and not (act in SECOND_PERSON and actor == item.author)
    )


def read_act(plain: dict[str, Json], at: datetime) -> Act:
    """An act from its stored body."""
    content = plain.get("content")
    return Act(
        item=str(plain["item"]),
        seq=int(str(plain["seq"])),
        at=at,
        actor=str(plain["actor"]),
        act=str(plain["act"]),
        version=int(str(plain["version"])),
        note=str(plain["note"]),
        source=str(plain["source"]),
        content=read_content(dict(content)) if isinstance(content, dict) else None,
    )


def _act(
    item: Item,
    act: str,
    version: int,
    actor: str,
    at: datetime,
    note: str,
    content: ItemContent | None,
    source: str,
) -> Act:
    if len(note) > NOTE_LIMIT:
        raise BadInput(
            "too_long", remedy=f"Keep the note to {NOTE_LIMIT} characters.", field="note"
        )
    return Act(
        item=item.name,
        seq=item.seq + 1,
        at=at,
        actor=actor,
        act=act,
        version=version,
        note=note.strip(),
        source=source,
        content=content,
    )
