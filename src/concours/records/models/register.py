"""Places on the registers, classes and their places: standings, ordered by whole numbers."""

from django.db import models

from concours.records.models.kinds import CodeField, Standing


class RegisterPlace(Standing):
    """One row a candidacy ever placed. ``live`` while it stands on the register.

    ``score_nano`` is the score times 10^9, ``score`` its exact text; ``ends_on``
    is the first day off the register. Rank order is (score_nano down, placed_at,
    lot, file) within process and track.
    """

    file = CodeField(primary_key=True)
    process = models.CharField(max_length=60)
    competition = CodeField()
    person = CodeField(db_index=True)
    track = models.CharField(max_length=40)
    live = models.BooleanField()
    score = models.CharField(max_length=40)
    score_nano = models.BigIntegerField()
    oral = models.CharField(max_length=40)
    points = models.CharField(max_length=40)
    placed_at = models.DateTimeField()
    lot = models.CharField(max_length=64)
    ends_on = models.DateField(null=True, blank=True)
    do_not_call = models.BooleanField(default=False)
    stopped_from = models.DateField(null=True, blank=True)
    stopped_until = models.DateField(null=True, blank=True)
    declines = models.PositiveSmallIntegerField(default=0)
    offer_class = CodeField(blank=True)
    accepted_class = CodeField(blank=True)
    claims_waiting = models.PositiveSmallIntegerField(default=0)
    stop_waiting = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["process", "track", "live", "-score_nano", "placed_at", "lot", "file"],
                name="register_rank",
            ),
            models.Index(fields=["live", "ends_on"], name="register_clock"),
        ]


class ClassStanding(Standing):
    """One row a class."""

    file = CodeField(primary_key=True)
    title = models.CharField(max_length=120)
    process = models.CharField(max_length=60, db_index=True)
    starts_on = models.DateField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    sworn_at = models.DateTimeField(null=True, blank=True)


class ClassPlace(Standing):
    """One row a place offered in a class."""

    candidacy = CodeField(db_index=True)
    track = models.CharField(max_length=40)
    rank = models.PositiveIntegerField()
    score = models.CharField(max_length=40)
    offered_at = models.DateTimeField(db_index=True)
    answer = models.CharField(max_length=20, blank=True)
    sworn_in = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "candidacy"], name="class_place_once")
        ]
