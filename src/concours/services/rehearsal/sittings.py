"""Open sittings for a soak of the answer desk: rows of a rehearsal, of nobody in the record."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from concours.kernel.errors import BadInput
from concours.records.models import Answer, Sitting, TestItem
from concours.services.clock import service_time
from concours.services.examination.desk_token import LASTS, Token, issue_token

LAST = timedelta(days=1)


def practice_sittings(count: int, *, machine_now: datetime) -> list[tuple[int, str]]:
    """So many sittings with the first section open, in a rehearsal only: row and device's token."""
    item = TestItem.objects.order_by("pk").exclude(key="").first()
    if not settings.REHEARSAL or item is None:
        raise BadInput("not_a_rehearsal", remedy="Build a rehearsal first: concours rehearse.")
    at = service_time(machine_now=machine_now)
    ends = at + LAST
    rows = Sitting.objects.bulk_create(
        Sitting(
            candidacy=f"S{secrets.token_hex(6).upper()}",
            step=item.step,
            number=1,
            medium="screen",
            opened_at=at,
            epoch=1,
            state="open",
            section=item.section,
            closes_at=ends,
            accepts_until=ends,
            late_until=ends,
        )
        for _ in range(count)
    )
    expires = int((machine_now + LASTS).timestamp())
    return [
        (row.pk, issue_token(Token(row.pk, 1, item.competition, item.step, expires)))
        for row in rows
    ]


def held_saves(sittings: Sequence[int]) -> Counter[tuple[int, int, str]]:
    """What is held of these sittings: sitting, number and receipt of each row, counted."""
    rows = Answer.objects.filter(sitting__in=sittings)
    return Counter(rows.values_list("sitting", "n", "receipt"))
