"""A candidacy as a value: one application of one person in one competition.

Every standing is a fold of entries. A candidacy's state is a mapping from step
id to that step's own state; what is common to all steps stands beside it.
Nothing here depends on the wall clock: what changes by time alone is a date.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from concours.kernel.errors import RuleRefused
from concours.kernel.period import instant
from concours.ledger.draft import Draft, Fact

S = TypeVar("S")


@cache
def _empty(kind: Callable[[], object]) -> object:
    """The empty state of a kind; states are frozen, so one serves every file."""
    return kind()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Why and when a candidacy ended, and at which step."""

    reason: str
    step: str
    seq: int
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When the candidate was told of entry ``about``, and what falls due from that."""

    about: int
    at: datetime
    due_on: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """The folded file. ``seq`` is the last entry read; 0 is a file that does not exist yet.

    ``last_at`` is when that entry was recorded, ``last_on`` since when it is in force:
    what people are told to have waited since goes by the latter, so that it makes no
    difference how late the worker was.
    """

    file: str
    seq: int = 0
    competition: str = ""
    person: str = ""
    track: str = ""
    opened_at: datetime | None = None
    last_at: datetime | None = None
    last_on: datetime | None = None
    closed: Closure | None = None
    steps: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[int, Told] = field(default_factory=dict)

    def state(self, step: str, kind: type[S]) -> S:
        """The state of one step; its empty state where nothing has happened yet."""
        found = self.steps.get(step)
        if found is None:
            return cast(S, _empty(cast(Any, kind)))
        if not isinstance(found, kind):
            raise TypeError(f"step {step} holds {type(found).__name__}, not {kind.__name__}")
        return found

    def with_state(self, step: str, state: object) -> "Candidacy":
        """The same candidacy with one step's state replaced."""
        return replace(self, steps={**self.steps, step: state})


Apply = Callable[[Candidacy, Fact], Candidacy]


def require_open(file: Candidacy) -> None:
    """Refuse any command on a closed candidacy but an appeal or a re-opening."""
    if file.opened_at is None:
        raise RuleRefused("no_candidacy", remedy="Start an application first.")
    if file.closed is not None:
        raise RuleRefused(
            "candidacy_closed",
            remedy="This candidacy has ended. Only an appeal or a re-opening is possible.",
            numbers={"closed_on": file.closed.on.isoformat(), "reason": file.closed.reason},
        )


def open_candidacy(
    file: str, *, competition: str, person: str, edition: str, edition_digest: str
) -> tuple[Draft, ...]:
    """Start the file of one application. ``person`` and ``competition`` are file codes."""
    body = {
        "competition": competition,
        "person": person,
        "edition": edition,
        "edition_digest": edition_digest,
    }
    return (Draft(file=file, step="", kind="candidacy.opened", body=body),)


def close(file: Candidacy, *, step: str, reason: str, on: datetime | None = None) -> Draft:
    """The entry that ends a candidacy; it always follows the decision that ended it."""
    return Draft(file=file.file, step=step, kind="candidacy.closed", body={"reason": reason}, on=on)


def _opened(file: Candidacy, fact: Fact) -> Candidacy:
    return replace(
        file,
        competition=str(fact.body.get("competition", "")),
        person=str(fact.body.get("person", "")),
        opened_at=fact.on,
    )


def _closed(file: Candidacy, fact: Fact) -> Candidacy:
    reason = str(fact.body.get("reason", "unknown"))
    return replace(file, closed=Closure(reason=reason, step=fact.step, seq=fact.seq, on=fact.on))


def _reopened(file: Candidacy, fact: Fact) -> Candidacy:
    return replace(file, closed=None)


def _told(file: Candidacy, fact: Fact) -> Candidacy:
    about, due = fact.body.get("about"), fact.body.get("due_on")
    if not isinstance(about, int):
        return file
    due_on = instant(due) if isinstance(due, str) else None
    return replace(file, told={**file.told, about: Told(about=about, at=fact.at, due_on=due_on)})


APPLY: Mapping[str, Apply] = {
    "candidacy.opened": _opened,
    "candidacy.closed": _closed,
    "candidacy.reopened": _reopened,
    "candidacy.told": _told,
}

KINDS: Mapping[str, str] = {
    "candidacy.opened": "The candidacy was opened.",
    "candidacy.closed": "The candidacy ended.",
    "candidacy.reopened": "The candidacy was opened again.",
    "candidacy.told": "The candidate was told of a decision.",
    "record.destruction_proposed": "It was proposed to destroy the particulars of an entry; another confirms.",
    "record.destruction_withdrawn": "The proposal to destroy the particulars of an entry was withdrawn.",
    "record.body_destroyed": "The particulars of an earlier entry were destroyed; its digest stays.",
}


def in_force(
    facts: Iterable[Fact], *, known_at: datetime | None, on: datetime | None
) -> Iterable[Fact]:
    """The facts recorded by ``known_at`` and in force by ``on``; None means no bound."""
    return (
        fact
        for fact in facts
        if (known_at is None or fact.at <= known_at) and (on is None or fact.on <= on)
    )
