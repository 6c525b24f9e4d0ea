"""Release: the moment a person is told, recorded in their file; a deadline may start with it."""

from datetime import datetime

from django.db import transaction

from concours.kernel.period import instant
from concours.records.ledger_store import append, read_facts
from concours.records.models import Notice
from concours.selection.authority import SYSTEM
from concours.selection.fold import fold_candidacy, tell
from concours.services.competitions import binding_edition, read_competition
from concours.services.notices.writing import seal_letter
from concours.services.refresh import refresh


@transaction.atomic
def release(notice: Notice, *, at: datetime) -> bool:
    """Tell: record it in the file, write the letter, let it go out. False when it already was.

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
    competition = read_competition(candidacy.competition)
    edition = binding_edition(competition, candidacy)
    telling = tell(candidacy, edition, about=about, at=at)
    append([telling], actor=SYSTEM.code, role="system", at=at)
    due_on = telling.body.get("due_on")
    seal_letter(
        notice,
        file=candidacy,
        edition=edition,
        competition=competition,
        about=about,
        due_on=instant(due_on) if isinstance(due_on, str) else None,
        at=at,
    )
    refresh({notice.file})
    return True


def release_due(*, at: datetime, limit: int = 200) -> int:
    """Release what was held until now; returns how many. The worker calls it all day."""
    due = Notice.objects.filter(state="held", hold_until__lte=at, seq__isnull=False)
    return sum(release(notice, at=at) for notice in due.order_by("hold_until", "pk")[:limit])


def withdraw_held(*, file: str, seq: int) -> bool:
    """A decision was reversed before anybody was told of it: its notice will not go out."""
    return bool(Notice.objects.filter(file=file, seq=seq, state="held").update(state="withdrawn"))
