"""Queue notices: one row in the transaction of the decision it tells of, never two for one entry."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from concours.ledger.draft import Fact
from concours.records.models import Account, Notice
from concours.selection.candidacy import Candidacy
from concours.selection.fold import to_tell
from concours.selection.steps import TOLD
from concours.services.notices.letters import hold_minutes, letters
from concours.services.notices.release import release
from concours.services.notices.writing import GENERIC


def queue_told(facts: Iterable[Fact], *, candidacies: Mapping[str, Candidacy], at: datetime) -> int:
    """Queue a notice for each decision a candidate must be told of; returns how many.

    ``candidacies`` are the files after the decision, by code; facts of other
    files are passed over. What has no hold is released at once, in the same
    transaction: a seat's confirmation is there with the seat.
    """
    rows = [
        _row(fact, candidacies[fact.file], at)
        for fact in to_tell(facts)
        if fact.file in candidacies
    ]
    Notice.objects.bulk_create(rows)
    for row in rows:
        if row.hold_until <= at:
            release(row, at=at)
    return len(rows)


def _row(fact: Fact, file: Candidacy, at: datetime) -> Notice:
    template = TOLD[fact.kind]
    recipient = Account.objects.filter(person_id=file.person).only("pk", "language").first()
    hold = hold_minutes(template if template in letters() else GENERIC)
    return Notice(
        person=file.person,
        recipient=recipient,
        file=fact.file,
        seq=fact.seq,
        template=template,
        language=recipient.language if recipient else "en",
        state="held",
        hold_until=at + timedelta(minutes=hold),
        queued_at=at,
        idempotency_key=f"told/{fact.file}/{fact.seq}",
    )
