"""Reminders: what a candidate must do by a date is said again seven days and one day before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from concours.records.ledger_store import read_facts
from concours.records.models import Account, CandidacyStanding, Notice
from concours.selection.candidacy import Candidacy
from concours.selection.fold import fold_candidacy
from concours.selection.opening import Opening
from concours.selection.road import openings
from concours.services.competitions import binding_edition, read_competition
from concours.services.notices.writing import seal_reminder

LADDER = (7, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """A round of reminding: how many reminders were queued.

    ``reached`` is where the next round goes on; "" when this one saw the last file.
    """

    done: int
    reached: str = ""


def remind_due(*, at: datetime, limit: int = 200, after: str = "") -> Reminded:
    """Queue the reminders whose day has come, each once. The worker calls it.

    A file is among them until its date, reminded or not; so a round goes on where
    the one before it ended, and none keeps another waiting.
    """
    horizon = at + timedelta(days=max(LADDER))
    rows = CandidacyStanding.objects.filter(
        owner="candidate",
        due_on__gt=at,
        due_on__lte=horizon,
        closed_on__isnull=True,
        file__gt=after,
    )
    codes = list(rows.order_by("file").values_list("file", flat=True)[:limit])
    done = sum(_remind_file(code, at) for code in codes)
    return Reminded(done=done, reached=codes[-1] if len(codes) == limit else "")


def _remind_file(code: str, at: datetime) -> int:
    """The reminders of one file, for each thing its candidate is to do by a date."""
    file = fold_candidacy(read_facts(code))
    edition = binding_edition(read_competition(file.competition), file)
    return sum(
        _remind(file, opening, opening.due_on, at)
        for opening in openings(file, edition, at=at)
        if opening.awaited and opening.owner == "candidate" and opening.due_on is not None
    )


@transaction.atomic
def _remind(file: Candidacy, opening: Opening, due_on: datetime, at: datetime) -> bool:
    """The reminder of the nearest rung that has come; a file late to the ladder gets one, not two."""
    rungs = [days for days in LADDER if due_on - timedelta(days=days) <= at < due_on]
    if not rungs:
        return False
    recipient = Account.objects.filter(person_id=file.person).only("pk", "language").first()
    key = f"reminder/{file.file}/{opening.command}/{due_on:%Y%m%d%H%M}/{min(rungs)}"
    notice, made = Notice.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "person": file.person,
            "recipient": recipient,
            "file": file.file,
            "template": "reminder",
            "language": recipient.language if recipient else "en",
            "state": "held",
            "hold_until": at,
            "queued_at": at,
        },
    )
    if made:
        seal_reminder(notice, file=file, opening=opening, at=at)
        Notice.objects.filter(pk=notice.pk).update(state="released", released_at=at)
    return made
