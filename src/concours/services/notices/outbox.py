"""The outbox: queueing what people must be told, and releasing it when its hold is over.

Decided and told are separate facts: releasing a notice records the telling in the
candidate's file, and a deadline may start with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from concours.ledger.draft import Fact
from concours.ledger.entry import Sealed, fact_of
from concours.records.ledger_store import append, read_facts
from concours.records.models import Account, Notice
from concours.selection.authority import SYSTEM
from concours.selection.fold import fold_candidacy, tell
from concours.selection.steps import TOLD
from concours.services.competitions import binding_edition, read_competition
from concours.services.notices.letters import letters
from concours.services.refresh import refresh


def tell_of(sealed: Sequence[Sealed], *, at: datetime) -> list[Notice]:
    """Queue a notice for each entry its candidate must be told of; release those without a hold.

    Belongs inside the transaction of the decision.
    """
    queued = [queue(fact_of(entry), at=at) for entry in sealed if entry.entry.kind in TOLD]
    for notice in queued:
        if notice.state == "held" and notice.hold_until <= at:
            release(notice, at=at)
    return queued


def queue(fact: Fact, *, at: datetime) -> Notice:
    """One notice for one entry; asked twice for the same entry, it is still one notice."""
    candidacy = fold_candidacy(read_facts(fact.file))
    recipient = Account.objects.filter(person_id=candidacy.person).first()
    template = TOLD[fact.kind]
    notice, _ = Notice.objects.get_or_create(
        idempotency_key=f"{fact.file}/{fact.seq}/{template}",
        defaults={
            "person": candidacy.person,
            "recipient": recipient,
            "file": fact.file,
            "seq": fact.seq,
            "template": template,
            "language": recipient.language if recipient else "en",
            "state": "held",
            "hold_until": at + _hold(template),
            "queued_at": at,
        },
    )
    return notice


@transaction.atomic
def release(notice: Notice, *, at: datetime) -> bool:
    """Tell: record it in the file, and let the notice go out. False when it already was.

    Whoever changes the row first releases it; nobody is told twice.
    """
    mine = Notice.objects.filter(pk=notice.pk, state="held").update(
        state="released", released_at=at
    )
    if not mine:
        return False
    notice.state, notice.released_at = "released", at
    facts = read_facts(notice.file)
    about = next(fact for fact in facts if fact.seq == notice.seq)
    candidacy = fold_candidacy(facts)
    edition = binding_edition(read_competition(candidacy.competition), candidacy)
    append(
        [tell(candidacy, edition, about=about, at=at)],
        actor=SYSTEM.code,
        role="system",
        at=at,
    )
    refresh({notice.file})
    return True


def release_due(*, at: datetime, limit: int = 200) -> int:
    """Release what was held until now; returns how many. The worker calls it all day."""
    due = Notice.objects.filter(state="held", hold_until__lte=at).order_by("hold_until", "pk")
    return sum(release(notice, at=at) for notice in due[:limit])


def _hold(template: str) -> timedelta:
    """How long a letter waits. A kind without a letter yet is told at once; a test finds it."""
    letter = letters().get(template)
    return timedelta(minutes=letter.hold_minutes if letter else 0)
