"""Files other than candidacies opened for an actor, decisions on them, and new files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from concours.ledger.draft import Draft, Fact
from concours.ledger.entry import Sealed
from concours.records.ledger_store import Moved, append, kind_of, lock_heads, read_file
from concours.selection.authority import Actor, require, role_for
from concours.services.case import ATTEMPTS, is_race, moved_on, role_on
from concours.services.files import unknown_file
from concours.services.folds import fold_file
from concours.services.refresh import refresh
from concours.services.telling import tell_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A person's, competition's, session's, panel's or class's file, opened for an actor.

    ``state`` is what its kind folds to; ``version`` the token a page carries;
    ``relies_on`` as in a case.
    """

    code: str
    kind: str
    state: Any
    facts: tuple[Fact, ...]
    version: str
    role: str
    relies_on: dict[str, int] = field(default_factory=dict)


FileCommand = Callable[[OpenFile], Sequence[Draft]]


def open_file(actor: Actor, kind: str, code: str, action: str) -> OpenFile:
    """Open a file of this kind for an action; a person's own file opens for that person.

    Raises NotPermitted, with one answer for what is not there and what is not theirs.
    """
    require(actor, action)
    if kind_of(code) != kind:
        raise unknown_file()
    reads = read_file(code)
    facts = tuple(read.fact for read in reads)
    return OpenFile(
        code=code,
        kind=kind,
        state=fold_file(kind, facts),
        facts=facts,
        version=reads[-1].digest[:20],
        role=role_on(actor, action, person=code if kind == "person" else ""),
    )


def decide_on(
    actor: Actor,
    kind: str,
    code: str,
    action: str,
    command: FileCommand,
    *,
    at: datetime,
    seen: str | None = None,
    tell: bool = True,
) -> OpenFile:
    """Run a command on such a file and record what it decides; returns the file after it.

    As `case.decide`, but every entry of the file is related: ``seen`` must be its
    newest version. Entries for candidacies among the drafts are told as usual.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                if attempt > 1:  # overtaken once, it waits in line
                    lock_heads([code])
                found = open_file(actor, kind, code, action)
                if seen is not None and seen != found.version:
                    raise moved_on()
                drafts = tuple(command(found))
                if not drafts:
                    return found
                expected = {code: len(found.facts), **found.relies_on}
                sealed = append(drafts, actor=actor.code, role=found.role, at=at, expected=expected)
                if tell:
                    tell_of(sealed, at=at)
                refresh({entry.entry.file for entry in sealed})
                return open_file(actor, kind, code, action)
        except (Moved, OperationalError) as clash:
            if attempt == ATTEMPTS or not is_race(clash):
                raise moved_on() from clash
    raise AssertionError("unreachable")


@transaction.atomic
def record(
    actor: Actor,
    action: str,
    drafts: Sequence[Draft],
    *,
    at: datetime,
    role: str | None = None,
    tell: bool = True,
) -> tuple[Sealed, ...]:
    """Record drafts that begin files (or belong to several), under the actor's role for the action.

    For decisions that depend on a file's state use `decide` or `decide_on`.
    """
    require(actor, action)
    sealed = append(drafts, actor=actor.code, role=role or role_for(actor, action), at=at)
    if tell:
        tell_of(sealed, at=at)
    refresh({entry.entry.file for entry in sealed})
    return sealed
