"""Delivery: released letters go out over SMTP, each at most once, whatever is killed when.

A row is claimed (``sending``, committed) before the server hears of it, and
marked ``sent`` after it said yes. A worker killed in between leaves a row of
which nobody knows whether it arrived; it is never sent again by itself but
fails with that reason, and a person decides. The message page has it anyway.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from concours.records import personal
from concours.records.models import Notice

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
UNKNOWN = "stopped while sending: it may have arrived; send again only if it did not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One letter as it leaves: plain text paragraphs; the sender makes text and HTML of it."""

    address: str
    subject: str
    paragraphs: tuple[str, ...]
    language: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one round of delivery did."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    unknown: int = 0


Send = Callable[[Outgoing], None]


class Refused(Exception):
    """The mail server said no to this letter: nothing was sent, and trying again may help."""


def deliver(
    send: Send,
    *,
    worker: str,
    mode: str,
    redirect: str,
    machine_now: Callable[[], datetime],
    most: int = 100,
) -> Delivered:
    """Send up to ``most`` released letters. ``mode`` is send, silent or redirect."""
    unknown = _give_up_unknown(machine_now())
    sent = failed = put_off = 0
    for _ in range(most):
        row = _claim(worker, machine_now())
        if row is None:
            break
        if mode == "silent" or row.recipient is None:
            _end(row, "kept")
            continue
        try:
            send(_outgoing(row, redirect if mode == "redirect" else row.recipient.email))
        except Refused as refusal:
            ended = _put_off(row, str(refusal), machine_now())
            failed, put_off = failed + ended, put_off + (not ended)
        else:
            _end(row, "sent", sent_at=machine_now())
            sent += 1
    return Delivered(sent=sent, failed=failed, put_off=put_off, unknown=unknown)


def _due(now: datetime) -> Q:
    return Q(state="released") & (Q(next_try__isnull=True) | Q(next_try__lte=now))


def _claim(worker: str, now: datetime) -> Notice | None:
    """Take one letter by a conditional update; the loser of a race takes the next."""
    for pk in (
        Notice.objects.filter(_due(now))
        .order_by("next_try", "pk")
        .values_list("pk", flat=True)[:20]
    ):
        taken = Notice.objects.filter(_due(now), pk=pk).update(
            state="sending", lease_by=worker, lease_until=now + LEASE
        )
        if taken:
            return Notice.objects.select_related("recipient").get(pk=pk)
    return None


def _outgoing(row: Notice, address: str) -> Outgoing:
    digest = hashlib.sha256(row.idempotency_key.encode()).hexdigest()[:32]
    return Outgoing(
        address=address,
        subject=personal.open_text(row.person, "notice.subject", row.subject),
        paragraphs=tuple(personal.open_text(row.person, "notice.text", row.text).split("\n\n")),
        language=row.language,
        message_id=f"<{digest}@concours>",
    )


def _end(row: Notice, state: str, *, sent_at: datetime | None = None) -> None:
    Notice.objects.filter(pk=row.pk).update(
        state=state,
        sent_at=sent_at,
        lease_by="",
        lease_until=None,
        attempts=row.attempts + 1,
        last_error="",
    )


def _put_off(row: Notice, why: str, now: datetime) -> bool:
    """Back to the queue, later each time; true when it has failed for good."""
    attempts = row.attempts + 1
    over = attempts >= MOST_ATTEMPTS
    Notice.objects.filter(pk=row.pk).update(
        state="failed" if over else "released",
        attempts=attempts,
        next_try=None if over else now + timedelta(seconds=15 * 2**attempts),
        lease_by="",
        lease_until=None,
        last_error=why[:200],
    )
    return over


def _give_up_unknown(now: datetime) -> int:
    """Letters whose sender was killed in the act: failed, for a person to decide."""
    return Notice.objects.filter(state="sending", lease_until__lt=now).update(
        state="failed", last_error=UNKNOWN, lease_by="", lease_until=None
    )


def send_again(*, notice_id: int) -> bool:
    """A person decided that a failed letter goes out again; false when it has not failed."""
    return bool(
        Notice.objects.filter(pk=notice_id, state="failed").update(
            state="released", next_try=None, last_error="", attempts=0
        )
    )
