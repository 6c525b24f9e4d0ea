"""A world without a database: files as lists of facts, folded as they grow.

The simulator and the property tests run selection's own commands here, exactly
as services run them against the ledger: same drafts, same folds, same order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft, Fact
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.competition_folds import fold_competition
from concours.selection.fold import fold_candidacy, step_forward
from concours.selection.person import Person, fold_person

State = TypeVar("State")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Drafts that were recorded together: by whom, in which role, when."""

    drafts: tuple[Draft, ...]
    actor: str
    role: str
    at: datetime


@dataclass(slots=True)
class World:
    """Files by code. ``acts`` is the order in which everything was recorded."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    _candidacies: dict[str, Candidacy] = field(default_factory=dict)
    _folded: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def record(
        self, drafts: Iterable[Draft], *, actor: str, role: str, at: datetime
    ) -> tuple[Fact, ...]:
        """Append drafts as the ledger would: numbered by file, never earlier than the last."""
        act = Act(drafts=tuple(drafts), actor=actor, role=role, at=at)
        if not act.drafts:
            raise BadInput("nothing_decided", remedy="A command must return at least one entry.")
        written = []
        for draft in act.drafts:
            chain = self.facts.setdefault(draft.file, [])
            if chain and chain[-1].at > at:
                raise BadInput(
                    "earlier_than_last", remedy=f"{draft.file} has a later entry already."
                )
            fact = Fact(
                file=draft.file,
                seq=len(chain) + 1,
                at=at,
                on=draft.on or at,
                actor=actor,
                role=role,
                step=draft.step,
                kind=draft.kind,
                v=draft.v,
                body=draft.body,
            )
            chain.append(fact)
            known = self._candidacies.get(draft.file)
            if known is not None:
                self._candidacies[draft.file] = step_forward(known, fact)
            written.append(fact)
        self.acts.append(act)
        return tuple(written)

    def candidacy(self, file: str) -> Candidacy:
        """The candidacy folded so far; folded once, then carried forward entry by entry."""
        if file not in self._candidacies:
            self._candidacies[file] = fold_candidacy(self.facts.get(file, ()))
        return self._candidacies[file]

    def person(self, file: str) -> Person:
        """The person's file, folded."""
        return self.folded(file, fold_person)

    def competition(self, file: str) -> Competition:
        """The competition's file, folded."""
        return self.folded(file, fold_competition)

    def folded(self, file: str, fold: Callable[[Sequence[Fact]], State]) -> State:
        """A file folded by its kind's fold; folded again only when it has grown."""
        chain = self.facts.get(file, [])
        known = self._folded.get(file)
        if known is None or known[0] != len(chain):
            known = (len(chain), fold(chain))
            self._folded[file] = known
        state: State = known[1]
        return state

    def read(self, file: str) -> Sequence[Fact]:
        """The facts of a file, oldest first."""
        return tuple(self.facts.get(file, ()))


def by_file(acts: Iterable[Act]) -> Mapping[str, list[tuple[Draft, Act]]]:
    """The drafts of each file in order, with the act each belongs to."""
    found: dict[str, list[tuple[Draft, Act]]] = {}
    for act in acts:
        for draft in act.drafts:
            found.setdefault(draft.file, []).append((draft, act))
    return found
