"""Panels: who reads whose file, rating sheets kept outside the candidacy, ties of readers."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source, Standing

SHEET_KINDS = ("independent", "settled")


class PanelStanding(Standing):
    """One row a panel: its step, its track or group, and how far it has come."""

    file = CodeField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    competition = CodeField()
    step = models.CharField(max_length=40)
    track = models.CharField(max_length=40, blank=True)
    chair = CodeField()
    members = models.PositiveSmallIntegerField()
    readings = models.PositiveIntegerField()
    entered = models.PositiveIntegerField()
    formed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["competition", "step", "track"], name="panel_of_track")]


class PanelMember(Standing):
    """One row a member of a panel, the chair included."""

    member = CodeField(db_index=True)
    is_chair = models.BooleanField(default=False)


class PanelReading(Standing):
    """One row a file (or exercise of it) and member who rates it: the member's list."""

    step = models.CharField(max_length=40)
    member = CodeField()
    candidacy = CodeField(db_index=True)
    part = models.CharField(max_length=40, blank=True)
    barred = models.BooleanField(default=False)
    entered = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["member", "step", "entered", "candidacy"], name="readings_of_member"
            )
        ]


class RatingSheet(Source):
    """One rater's sheet on one file or exercise. Locked, it never changes.

    ``independent`` sheets are given alone; ``settled`` ones hold what the chair
    or the integration decided. Reasons are encrypted under the candidate's key
    and entered in the ledger by commitment with ``salt``.
    """

    of_candidacy: ClassVar[str] = "candidacy"
    kept_apart: ClassVar[bool] = True  # results reach the candidate by the record, when told

    candidacy = CodeField()
    panel = CodeField()
    part = models.CharField(max_length=40, blank=True)
    rater = CodeField()
    kind = models.CharField(max_length=12, default="independent")
    ratings = models.JSONField(default=dict)
    reasons = SealedField(null=True, blank=True)
    salt = models.BinaryField(max_length=32)
    saved_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "part", "rater", "kind"], name="one_sheet_a_rater"
            )
        ]
        indexes = [models.Index(fields=["panel", "candidacy", "part"], name="sheets_of_file")]


class ReaderProfile(Source):
    """What planning must know of an examiner: the track they serve in, and how much they can take."""

    of_nobody: ClassVar[bool] = True

    account = CodeField(primary_key=True)
    track = models.CharField(max_length=40, blank=True)
    at_most = models.PositiveSmallIntegerField(default=60)
    available = models.BooleanField(default=True)


class ReaderTie(Source):
    """A tie an examiner declared: a school, an employer or a person, as a keyed hash only."""

    of_nobody: ClassVar[bool] = True

    account = CodeField(db_index=True)
    relation = models.CharField(max_length=40)
    token = models.BinaryField(max_length=16)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "relation", "token"], name="tie_once")
        ]
        indexes = [models.Index(fields=["token"], name="tie_by_token")]
