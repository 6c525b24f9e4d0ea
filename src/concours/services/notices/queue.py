"""Queue notices: one row in the transaction of the decision it tells of, never two for one entry."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from concours.ledger.draft import Fact
from concours.records.models import Account, Notice
from concours.selection.candidacy import Candidacy
from concours.selection.steps import TOLD
from concours.services.notices.letters import hold_minutes


def queue_told(facts: Iterable[Fact], *, candidacies: Mapping[str, Candidacy], at: datetime) -> int:
    """Queue a held notice for each decision a candidate must be told of; returns how many.

    ``candidacies`` are the files after the decision, by code; facts of other
    files are passed over. The letter is written at release, from the entry.
    """
    rows = []
    for fact in facts:
        template = TOLD.get(fact.kind)
        file = candidacies.get(fact.file)
        if template is None or file is None:
            continue
        recipient = Account.objects.filter(person_id=file.person).only("pk", "language").first()
        rows.append(
            Notice(
                person=file.person,
                recipient=recipient,
                file=fact.file,
                seq=fact.seq,
                template=template,
                language=recipient.language if recipient else "en",
                state="held",
                hold_until=at + timedelta(minutes=hold_minutes(template)),
                queued_at=at,
                idempotency_key=f"told/{fact.file}/{fact.seq}",
            )
        )
    Notice.objects.bulk_create(rows)
    return len(rows)


def queue_reminder(
    *, file: Candidacy, command: str, due_on: datetime, days: int, at: datetime
) -> bool:
    """Queue the reminder of one date for one file, once; false when it was queued before."""
    recipient = Account.objects.filter(person_id=file.person).only("pk", "language").first()
    key = f"reminder/{file.file}/{command}/{due_on:%Y-%m-%dT%H:%M}/{days}"
    _, made = Notice.objects.get_or_create(
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
    return made
