"""Heads, entries, bodies, and the log over them."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, LedgerTable

FILE_KINDS = ("candidacy", "person", "competition", "session", "panel", "class")


class FileHead(LedgerTable):
    """One file and where its chain stands; the row that appending locks."""

    guard: ClassVar[str] = "forward_only"

    code = CodeField(primary_key=True)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in FILE_KINDS])
    seq = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "code"], name="head_by_kind")]


class LedgerEntry(LedgerTable):
    """A header: the text that is hashed, and what finds it. The text is the truth."""

    # No foreign key to the head: appending locks the head anyway, `verify` compares
    # both, and the check costs a tenth of the speed of appending in bulk.
    file = CodeField()
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    header = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "seq"], name="entry_once")]


class LedgerBody(LedgerTable):
    """The body a header commits to, and its salt, under the entry's number."""

    guard: ClassVar[str] = "by_act"

    entry = models.OneToOneField(
        LedgerEntry,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="body",
        db_constraint=False,
    )
    text = models.TextField()
    salt = models.BinaryField(max_length=32)


class BodyDestruction(LedgerTable):
    """The act that allows one body to be destroyed: who, when, and which entry says why."""

    entry = models.OneToOneField(
        LedgerEntry,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="destruction",
        db_constraint=False,
    )
    actor = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.CharField(max_length=60)


class RunFile(LedgerTable):
    """A file that a decision over many has already reached, so that the run resumes."""

    run = models.CharField(max_length=40)
    file = CodeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "file"], name="run_reaches_file_once")
        ]


class LogLeaf(LedgerTable):
    """An entry's place in the log, given by the one sequencer after it was committed."""

    position = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, related_name="leaf", db_constraint=False
    )
    digest = models.BinaryField(max_length=32)


class LogTile(LedgerTable):
    """256 hashes of one level of the tree, kept once they are complete."""

    level = models.PositiveSmallIntegerField()
    place = models.PositiveBigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "place"], name="tile_once")]


class LogCheckpoint(LedgerTable):
    """A signed head of the log, with the frontier it was computed from."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()
