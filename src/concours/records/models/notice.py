"""The outbox: one row per notice, written in the transaction of the decision it tells of."""

from typing import ClassVar

from django.db import models

from concours.records.models.account import Account
from concours.records.models.kinds import CodeField, SealedField, Source

STATES = ("held", "released", "sending", "sent", "kept", "failed", "withdrawn")


class Notice(Source):
    """A message to one person.

    ``held`` until ``hold_until`` (service time); ``released`` when its letter was
    written and the telling recorded, shown on the message page from then on and
    queued for mail; then ``sending`` under a lease, ``sent`` or ``failed`` (leases
    and retries go by machine time), or ``kept`` on the message page only;
    ``withdrawn`` before it was released.
    """

    of_person: ClassVar[str] = "person"

    person = CodeField(blank=True, db_index=True)
    recipient = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )
    file = CodeField(blank=True, db_index=True)
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    template = models.CharField(max_length=60)
    version = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=2, default="en")
    state = models.CharField(
        max_length=10, default="held", choices=[(state, state) for state in STATES]
    )
    hold_until = models.DateTimeField()
    queued_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    subject = SealedField(null=True, blank=True)
    text = SealedField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "hold_until"], name="notice_to_release"),
            models.Index(fields=["state", "next_try"], name="notice_to_send"),
            models.Index(fields=["person", "-released_at"], name="notice_of_person"),
        ]
