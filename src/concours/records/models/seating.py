"""How seats are given out beside first come: the waiting list, and the lottery's tickets."""

from typing import ClassVar

from django.db import models

from concours.records.models.kinds import CodeField, Source


class SeatWait(Source):
    """One candidacy's place on the waiting list of one session; its order is that of joining.

    ``state`` is waiting, offered, accepted, declined, lapsed, left or passed (the session
    is over). What the list decides stands in the candidacy's entries too.
    """

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField()
    step = models.CharField(max_length=40)
    session = CodeField()
    accessible = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting")
    seat = models.CharField(max_length=8, blank=True, default="")
    answer_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy", "session"],
                condition=models.Q(state__in=["waiting", "offered"]),
                name="waits_once",
            ),
            models.UniqueConstraint(
                fields=["candidacy", "step"],
                condition=models.Q(state="offered"),
                name="one_offer_each",
            ),
        ]
        indexes = [models.Index(fields=["session", "state", "id"], name="seat_wait_order")]


class SeatLottery(Source):
    """One competition's lottery for seats: its seed, secret until the drawing, and the file
    published after it. The seed's digest stands in the competition's entries from the start."""

    of_nobody: ClassVar[bool] = True

    competition = CodeField(primary_key=True)
    step = models.CharField(max_length=40)
    seed = models.CharField(max_length=64)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    published = models.TextField(blank=True, default="")


class SeatTicket(Source):
    """One candidacy's ticket: the sessions it wishes for, best first. The drawing's file names
    the ticket only; whose it is stands here."""

    of_candidacy: ClassVar[str] = "candidacy"

    candidacy = CodeField()
    competition = CodeField()
    ticket = CodeField(unique=True)
    wishes = models.JSONField(default=list)
    accessible = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "competition"], name="ticket_each")
        ]
