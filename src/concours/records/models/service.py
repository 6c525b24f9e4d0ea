"""Posts on offer to a class, and officers in training and service."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, Source, Standing


class Post(Source):
    """A post on a class's list, with its places and how much the service needs it filled."""

    of_nobody: ClassVar[bool] = True

    class_file = CodeField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    abroad = models.BooleanField(default=True)
    places = models.PositiveSmallIntegerField(default=1)
    need = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField()
    months = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["class_file", "code"], name="post_once_a_class")
        ]


class OfficerStanding(Standing):
    """One row an appointed officer: class, entry grade, training and first post."""

    file = CodeField(primary_key=True)
    person = CodeField()
    class_file = CodeField(db_index=True)
    grade = models.CharField(max_length=10)
    grade_step = models.PositiveSmallIntegerField()
    modules_passed = models.PositiveSmallIntegerField(default=0)
    modules_failed = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=20)
    post = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "since", "file"], name="officer_state")]
