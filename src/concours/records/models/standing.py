"""Standing tables of the spine: where each candidacy stands, and each competition."""

from django.db import models

from concours.records.models.kinds import CodeField, Standing


class CandidacyColumns(Standing):
    """The columns of `selection.standing.Standing`; an unknown instant is null."""

    competition = CodeField()
    track = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=40)
    status = models.CharField(max_length=12)
    outcome = models.CharField(max_length=60, blank=True)
    owner = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    due_on = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    furthest = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True


class CandidacyStanding(CandidacyColumns):
    """One row a candidacy: what its entries say. The worker finds in it which dates have come.

    What a reader sees is asked of `CandidacyPeriod`, by an instant.
    """

    file = CodeField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    person = CodeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["competition", "step", "status"], name="candidacy_in_step"),
            models.Index(fields=["competition", "furthest"], name="candidacy_funnel"),
            models.Index(fields=["owner", "due_on"], name="candidacy_task"),
            models.Index(fields=["status", "closed_on"], name="candidacy_closed"),
        ]


class CandidacyPeriod(CandidacyColumns):
    """How a candidacy stands between two instants: what lists, tasks and the funnel are made of.

    The rows of a file lie end to end and say what it comes to at every date it waits
    for, if nothing more is recorded; of the first the beginning, of the last the end
    is as far off as the column reaches. One row of each file holds at any instant.
    """

    file = CodeField()
    person = CodeField()
    holds_from = models.DateTimeField()
    holds_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "holds_from"], name="candidacy_period_once")
        ]
        indexes = [
            models.Index(fields=["competition", "step", "status"], name="period_in_step"),
            models.Index(fields=["owner", "due_on", "file"], name="period_task"),
            models.Index(fields=["person", "opened_at"], name="period_of_person"),
        ]


class CompetitionStanding(Standing):
    """One row a competition: what lists of windows are made of, and what waits for a second
    person: ``key_changes`` are code and proposer of each change of the key not yet decided."""

    file = CodeField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200, blank=True)
    process = models.CharField(max_length=60)
    edition = models.CharField(max_length=20)
    status = models.CharField(max_length=12, db_index=True)
    window = models.CharField(max_length=7, blank=True)
    registration_opens = models.DateField(null=True, blank=True)
    seats_from = models.DateField(null=True, blank=True)
    test_starts = models.DateField(null=True, blank=True)
    test_ends = models.DateField(null=True, blank=True)
    drafted_by = CodeField(blank=True, default="")
    key_changes = models.JSONField(default=list)
    key_changes_wait = models.BooleanField(default=False, db_index=True)


class PersonStanding(Standing):
    """One row a person's file: what a list of people in codes is made of."""

    file = CodeField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField(null=True, blank=True)
    erased_on = models.DateTimeField(null=True, blank=True)
    held = models.BooleanField(default=False)
    candidacies = models.PositiveSmallIntegerField(default=0)
