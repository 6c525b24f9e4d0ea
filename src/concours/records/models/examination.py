"""Centres, sessions and seats; sittings and answers; test items and essay sheets."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, SealedField, Source, Standing


class Centre(Source):
    """A test centre, at home or at a post abroad. One with ``sits_on`` sits on that day only."""

    of_nobody: ClassVar[bool] = True

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=100)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=3)
    zone = models.CharField(max_length=60)
    address = models.CharField(max_length=300)
    step_free = models.BooleanField(default=True)
    abroad = models.BooleanField(default=False)
    sits_on = models.DateField(null=True, blank=True)


class CentreRoom(Source):
    """A room of a test centre: how many seats it has, and how many of them are step-free."""

    of_nobody: ClassVar[bool] = True

    centre = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    seats = models.PositiveIntegerField()
    accessible = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="room_once")]


class SessionStanding(Standing):
    """One row a session: what lists of sessions and the seat desk are made of."""

    file = CodeField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    competition = CodeField()
    step = models.CharField(max_length=40)
    centre = models.CharField(max_length=40)
    room = models.CharField(max_length=40)
    zone = models.CharField(max_length=60)
    starts_at = models.DateTimeField(null=True, blank=True)
    seats = models.PositiveIntegerField()
    accessible = models.PositiveIntegerField()
    status = models.CharField(max_length=12)

    class Meta:
        indexes = [
            models.Index(fields=["competition", "status", "starts_at"], name="session_to_come")
        ]


class Seat(Source):
    """One seat of one session. A row has one holder at most, and a candidacy one seat a step:
    the database itself makes a second holder impossible.

    Until ``kept_until`` (service time) a free row may be kept for one candidacy, by its own
    ``hold`` or by an ``offer`` from the waiting list; after it the row is free, whoever looks.
    """

    of_nobody: ClassVar[bool] = True

    session = CodeField()
    step = models.CharField(max_length=40)
    label = models.CharField(max_length=8)
    accessible = models.BooleanField(default=False)
    holder = CodeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    kept_for = CodeField(null=True, blank=True)
    kept_as = models.CharField(max_length=5, blank=True, default="")
    kept_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "label"], name="seat_once"),
            models.UniqueConstraint(
                fields=["kept_for", "step"],
                condition=models.Q(kept_for__isnull=False),
                name="one_seat_kept_each",
            ),
            models.UniqueConstraint(
                fields=["holder", "step"],
                condition=models.Q(holder__isnull=False),
                name="one_seat_each",
            ),
        ]
        indexes = [
            models.Index(
                fields=["session", "accessible", "id"],
                condition=models.Q(holder__isnull=True),
                name="seat_free",
            )
        ]


class ExaminationStanding(Standing):
    """One row a candidacy in the test: what the desks of seats, scoring and essays list."""

    file = CodeField(primary_key=True)
    competition = CodeField()
    step = models.CharField(max_length=40)
    session = CodeField(blank=True)
    seat = models.CharField(max_length=8, blank=True)
    checked_in = models.BooleanField(default=False)
    sitting = models.CharField(max_length=12, blank=True)
    scored = models.BooleanField(default=False)
    total = models.CharField(max_length=12, blank=True)
    total_nano = models.BigIntegerField(null=True, blank=True)
    essay = models.CharField(max_length=16, blank=True)
    essay_total = models.CharField(max_length=12, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    closed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["competition", "sitting"], name="examination_sitting"),
            models.Index(fields=["session", "seat"], name="examination_seat"),
            models.Index(fields=["competition", "essay"], name="examination_essay"),
        ]


class TestItem(Source):
    """One item of a section: its text, its options, its key, and whether it counts.

    ``stem``, the words of the options and the shared ``passage`` are in the bank's safe
    markup. Items of a locked form carry the bank's name and ``version``, and whether
    their options may be shuffled.
    Where a test has parallel forms, ``forms`` are the labels of those it stands on
    ("AB"); "" is every sitting's. To an item with ``several`` right options the
    ``key`` is all of them, in the order of the alphabet.
    """

    __test__ = False
    of_nobody: ClassVar[bool] = True

    competition = CodeField()
    step = models.CharField(max_length=40)
    section = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    stem = models.TextField(blank=True)
    options = models.JSONField(default=list)
    key = models.CharField(max_length=8, blank=True)
    several = models.BooleanField(default=False)
    forms = models.CharField(max_length=8, blank=True, default="")
    counts = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0)
    passage = models.TextField(blank=True)
    shuffle = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "step", "section", "number"], name="item_once"
            ),
            models.UniqueConstraint(
                fields=["competition", "step", "section", "name"], name="item_named_once"
            ),
        ]


class Sitting(Source):
    """One sitting, on the screen or read in from a sheet. A voided one is followed by another.

    ``form`` is the label of the form its items are of, "" in a test with one form.
    ``epoch`` is the number of the device that may write: one higher each time a device
    opens the sitting. The other columns follow the file (`services.sitting_rows`), in the
    transaction of whatever was recorded: an answer is checked against them in the statement
    that keeps it. ``state`` is open, paused or closed; ``section`` the open one; after
    ``accepts_until`` an answer is late, after ``late_until`` too late. Of ``left_section``, the
    one left last, answers given before ``left_at`` are late until ``left_late_until``.
    """

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField()
    step = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=1, blank=True, default="")
    medium = models.CharField(max_length=8)
    opened_at = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, default="closed")
    section = models.CharField(max_length=40, blank=True, default="")
    closes_at = models.DateTimeField(null=True, blank=True)
    accepts_until = models.DateTimeField(null=True, blank=True)
    late_until = models.DateTimeField(null=True, blank=True)
    left_section = models.CharField(max_length=40, blank=True, default="")
    left_at = models.DateTimeField(null=True, blank=True)
    left_late_until = models.DateTimeField(null=True, blank=True)
    late_taken = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "step", "number"], name="sitting_once")
        ]


class Answer(Source):
    """One answer as it arrived, never changed: the latest of an item is the one that counts.

    ``choice`` is a letter or digit, "" for an omission, "AC" where several are chosen; ``text`` an essay, encrypted. The
    device counts ``n`` within its ``epoch``; the latest is by both. A ``late`` one came
    after the section's end and counts only once an administrator has taken the sitting's;
    ``given_at`` is when its device says that it was given.
    """

    of_candidacy: ClassVar[str] = "sitting__candidacy"
    guard: ClassVar[str] = "never_changed"

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    epoch = models.PositiveIntegerField(default=1)
    n = models.PositiveIntegerField()
    section = models.CharField(max_length=40)
    item = models.PositiveSmallIntegerField()
    choice = models.CharField(max_length=8, blank=True)
    text = SealedField(null=True, blank=True)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=16, blank=True, default="")
    late = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "epoch", "n"], name="answer_once")
        ]
        indexes = [
            models.Index(fields=["sitting", "section", "item", "epoch", "n"], name="answer_latest")
        ]


class EssaySheet(Source):
    """One marker's sheet for one essay, under a code that says nothing of its writer.

    ``reading`` is 1 or 2 for the first readings, 3 for the one that settles. Of a sheet
    that is ``seeded`` ``candidacy`` names a script whose mark is known, nobody's essay.
    """

    of_candidacy: ClassVar[str] = "candidacy"
    kept_apart: ClassVar[bool] = True  # marks reach the candidate by the record, when told

    code = CodeField(primary_key=True)
    candidacy = CodeField()
    competition = CodeField()
    step = models.CharField(max_length=40)
    marker = CodeField()
    reading = models.PositiveSmallIntegerField()
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    seeded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "step", "marker"], name="essay_marker_once"
            ),
            models.UniqueConstraint(
                fields=["candidacy", "step", "reading"],
                condition=models.Q(seeded=False),
                name="essay_reading_once",
            ),
        ]
        indexes = [models.Index(fields=["marker", "locked_at"], name="essay_of_marker")]
