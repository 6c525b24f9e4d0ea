"""Assessment days: places that can be taken once, assessors, and the timetable of a day."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, Source

DAY_STATES = ("open", "planned", "held", "cancelled")


class AssessmentDay(Source):
    """One day at one place. Clocks are minutes after midnight in ``zone``."""

    of_nobody: ClassVar[bool] = True

    code = CodeField(primary_key=True)
    competition = CodeField()
    step = models.CharField(max_length=40)
    place = models.CharField(max_length=80)
    address = models.CharField(max_length=300)
    zone = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    closes_minute = models.PositiveSmallIntegerField(default=1080)
    pause = models.PositiveSmallIntegerField(default=15)
    rooms = models.PositiveSmallIntegerField(default=6)
    state = models.CharField(max_length=10, default="open")
    sequence = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["competition", "state", "starts_at"], name="days_to_come")]


class AssessmentPlace(Source):
    """One numbered place of one day. A place has one candidate at most, and a candidacy one place:
    the database itself makes a second impossible. Rows of free places belong to nobody."""

    of_nobody: ClassVar[bool] = True

    day = models.ForeignKey(AssessmentDay, on_delete=models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    candidacy = CodeField(null=True, blank=True, unique=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "number"], name="place_of_day_once")]


class DayAssessor(Source):
    """An assessor who serves on a day."""

    of_nobody: ClassVar[bool] = True

    day = models.ForeignKey(AssessmentDay, on_delete=models.PROTECT, related_name="assessors")
    account = CodeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "account"], name="assessor_of_day_once")
        ]


class DaySession(Source):
    """One exercise of one candidate on the timetable of a day."""

    of_candidacy: ClassVar[str] = "candidacy"

    day = models.ForeignKey(AssessmentDay, on_delete=models.PROTECT, related_name="sessions")
    panel = CodeField()
    group = models.PositiveSmallIntegerField()
    candidacy = CodeField(db_index=True)
    exercise = models.CharField(max_length=40)
    room = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "exercise"], name="exercise_once")
        ]
