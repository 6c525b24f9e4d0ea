"""What a kind of step gives to the engine: its folds, its words, what may happen next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.candidacy import Apply, Candidacy
from concours.selection.opening import Opening

STATUSES = ("not_started", "your_turn", "board", "passed", "failed", "exempt", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """How one step stands. ``status`` is one of STATUSES; ``outcome`` a code in words.py.

    ``your_turn`` waits for the candidate, ``board`` for the role in ``owner``;
    ``due_on`` is the instant that lapses or is promised.
    """

    status: str
    since: datetime | None = None
    outcome: str = ""
    owner: str = ""
    due_on: datetime | None = None


class Openings(Protocol):
    """Every command legal now in this step."""

    def __call__(
        self, file: Candidacy, edition: Edition, *, step: str, at: datetime
    ) -> tuple[Opening, ...]: ...


class Summary(Protocol):
    """How the step stands now."""

    def __call__(
        self, file: Candidacy, edition: Edition, *, step: str, at: datetime
    ) -> StepView: ...


class Lapse(Protocol):
    """What follows when a date has passed: entries in force from ``due_on``.

    Run by the worker, late or not; the fold gives the same answer without it.
    """

    def __call__(
        self, file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
    ) -> tuple[Draft, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind:
    """One kind of step. See the module that defines it for its state and commands.

    ``apply`` folds its entries, ``words`` says each entry kind in a sentence,
    ``told`` names the kinds a candidate must be told of with their notice
    template, ``deadlines`` the rule whose days start when told of a kind. ``held``
    maps a kind the candidate may not see by itself to the told kind it is shown with;
    ``withheld`` names kinds whose bodies are the board's own: candidates get the header.
    """

    name: str
    apply: Mapping[str, Apply]
    words: Mapping[str, str]
    told: Mapping[str, str]
    deadlines: Mapping[str, str]
    openings: Openings
    summary: Summary
    lapses: Mapping[str, Lapse] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
