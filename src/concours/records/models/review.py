"""The final review: each member's sheet, apart until the last is locked, and who sits where."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source, Standing


class ReviewSheet(Source):
    """One member's vote with factors and reasons; nobody else reads it before all are locked."""

    of_person: ClassVar[str] = "person"
    kept_apart: ClassVar[bool] = True

    person = CodeField(db_index=True)
    file = CodeField()
    round = models.PositiveSmallIntegerField()
    turn = models.PositiveBigIntegerField(default=0)
    member = CodeField()
    content = SealedField()
    locked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "turn", "member"], name="one_review_vote")
        ]


class ReviewSeat(Standing):
    """One row a member and file: what a member's desk lists."""

    member = CodeField()
    sworn = models.BooleanField(default=False)
    state = models.CharField(max_length=20)
    since = models.DateTimeField(null=True, blank=True)
    due_on = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "member"], name="review_seat_once")]
        indexes = [models.Index(fields=["member", "state", "due_on"], name="review_desk")]
