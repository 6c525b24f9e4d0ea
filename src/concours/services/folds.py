"""How each kind of file is folded, other than a candidacy: one line a kind."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from concours.kernel.errors import BadInput
from concours.ledger.draft import Fact
from concours.selection.class_plan import fold_class
from concours.selection.competition_folds import fold_competition
from concours.selection.fold import fold_candidacy
from concours.selection.panel import fold_panel
from concours.selection.person import fold_person
from concours.selection.session import fold_session


class Fold(Protocol):
    """Replay as known at one instant and in force at another; None means no bound."""

    def __call__(
        self, facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
    ) -> Any: ...


FOLDS: Mapping[str, Fold] = {
    "candidacy": fold_candidacy,
    "person": fold_person,
    "competition": fold_competition,
    "session": fold_session,
    "panel": fold_panel,
    "class": fold_class,
}
"""File kind to fold. A step that brings a kind of file adds its line."""


def fold_file(
    kind: str,
    facts: Iterable[Fact],
    *,
    known_at: datetime | None = None,
    on: datetime | None = None,
) -> Any:
    """The state of a file of this kind."""
    fold = FOLDS.get(kind)
    if fold is None:
        raise BadInput("no_such_kind", remedy=f"No fold is known for files of kind {kind}.")
    return fold(facts, known_at=known_at, on=on)
