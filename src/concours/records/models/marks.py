"""Marks: what the key check found, artefacts of measurement, known-mark scripts, challenges; room messages."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source


class KeyCheckItem(Source):
    """What the last key check said of one item. ``options``: letter, choosers, share, correlation.

    ``suspect`` is the option that beats the key, "" where none does.
    """

    of_nobody: ClassVar[bool] = True

    competition = CodeField()
    step = models.CharField(max_length=40)
    section = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=8)
    suspect = models.CharField(max_length=8, blank=True)
    persons = models.PositiveIntegerField()
    difficulty = models.FloatField(null=True, blank=True)
    options = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "step", "section", "number"], name="key_check_once"
            )
        ]


class MeasurementArtefact(Source):
    """What went to the measurement room or came from it: digests of what went in and came out."""

    of_nobody: ClassVar[bool] = True

    competition = CodeField(db_index=True)
    step = models.CharField(max_length=40)
    section = models.CharField(max_length=40)
    what = models.CharField(max_length=12)
    persons = models.PositiveIntegerField()
    items = models.PositiveIntegerField()
    inputs = models.CharField(max_length=64)
    result = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = CodeField()


class SeededScript(Source):
    """An essay whose mark is known, mixed among the sheets; nobody's, written for the purpose."""

    of_nobody: ClassVar[bool] = True

    code = CodeField(primary_key=True)
    competition = CodeField(db_index=True)
    step = models.CharField(max_length=40)
    text = models.TextField()
    mark = models.PositiveSmallIntegerField()
    added_by = CodeField()
    at = models.DateTimeField()


class ChallengeArgument(Source):
    """Why a candidate holds an item to be faulty, in their own words; the record holds its digest."""

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField(db_index=True)
    step = models.CharField(max_length=40)
    section = models.CharField(max_length=40)
    item = models.PositiveSmallIntegerField()
    argument = SealedField()
    at = models.DateTimeField()


class RoomMessage(Source):
    """What a proctor said to a room (``candidacy`` empty, plain ``text``) or to one candidate (sealed)."""

    of_candidacy: ClassVar[str] = "candidacy"

    session = CodeField(db_index=True)
    candidacy = CodeField(blank=True)
    text = models.CharField(max_length=300, blank=True)
    sealed = SealedField(null=True, blank=True)
    by = CodeField()
    at = models.DateTimeField()
