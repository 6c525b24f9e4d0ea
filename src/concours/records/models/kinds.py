"""The three kinds of tables, told by their base class: sources, the ledger, standing.

A source says by which column its rows belong to a person or a candidacy; erasing
a person removes exactly those rows. A standing is a fold of entries: `concours
rebuild` drops and rebuilds only these. Ledger tables are guarded by triggers.
"""

from typing import ClassVar

from django.db import models

CODE_LENGTH = 14
"""A file code: twelve letters and two dashes."""


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A column encrypted with a person's key; written and read by `records.personal` only."""


class CodeField(models.CharField):  # type: ignore[type-arg]
    """A file's code, or an account's."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("max_length", CODE_LENGTH)
        super().__init__(*args, **options)  # type: ignore[arg-type]


class Source(models.Model):
    """Personal data, drafts, answers, seats, documents, sheets, notices.

    Exactly one of three says whose the rows are: ``of_person`` names the column
    (or path) with the person's file code, ``of_candidacy`` that with the
    candidacy's, ``of_nobody`` says they are nobody's and stay. Rows ``kept_apart``
    are a compartment's or a member's own: no copy of a person's data shows them.
    A ``guard`` ("never_changed") makes the database refuse changes of a row; erasing
    a person still removes it.
    """

    of_person: ClassVar[str] = ""
    of_candidacy: ClassVar[str] = ""
    of_nobody: ClassVar[bool] = False
    kept_apart: ClassVar[bool] = False
    guard: ClassVar[str] = ""

    class Meta:
        abstract = True


class Standing(models.Model):
    """What a file's entries come to, for lists. Nothing in it changes by time alone.

    Rows are written by the fold that `services.standing` names and by nothing else.
    """

    file = CodeField(db_index=True)

    class Meta:
        abstract = True


class LedgerTable(models.Model):
    """What decisions are. ``guard`` says which changes the database itself refuses.

    ``append_only`` refuses every change; ``forward_only`` lets a row only move on;
    ``by_act`` lets a row be removed after an act that names it was recorded.
    """

    guard: ClassVar[str] = "append_only"

    class Meta:
        abstract = True
