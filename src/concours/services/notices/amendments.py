"""The letter about an amendment: other rules for steps a candidacy has not begun."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from concours.kernel.period import day_of
from concours.policy.edition import load_edition
from concours.records.models import Account, Notice
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Amendment, Competition, edition_for
from concours.services.notices.letters import write
from concours.services.notices.writing import due_text, seal_written

TEMPLATE = "amended"


@transaction.atomic
def tell_amended(
    file: Candidacy, competition: Competition, amendment: Amendment, *, at: datetime
) -> bool:
    """Queue one candidate's letter about an amendment, once; whether it was new."""
    recipient = Account.objects.filter(person_id=file.person).only("pk", "language").first()
    notice, made = Notice.objects.get_or_create(
        idempotency_key=f"amended/{competition.file}/{amendment.seq}/{file.file}",
        defaults={
            "person": file.person,
            "recipient": recipient,
            "file": file.file,
            "template": TEMPLATE,
            "language": recipient.language if recipient else "en",
            "state": "held",
            "hold_until": at,
            "queued_at": at,
        },
    )
    if made:
        _seal(notice, file, competition, amendment, at)
        Notice.objects.filter(pk=notice.pk).update(state="released", released_at=at)
    return made


def _seal(
    notice: Notice, file: Candidacy, competition: Competition, amendment: Amendment, at: datetime
) -> None:
    earlier = tuple(one for one in competition.amendments if one.seq < amendment.seq)
    old, _ = edition_for(replace(competition, amendments=earlier), begun=frozenset(file.steps))
    edition = load_edition(competition.process, amendment.edition)
    changes = reverse("portal:changes", args=[old, amendment.edition])
    with translation.override(notice.language):
        titles = [gettext(plan.title) for plan in edition.steps if plan.id in amendment.steps]
        values = {
            "code": file.file,
            "competition": competition.title,
            "old": old,
            "new": amendment.edition,
            "steps": ", ".join(titles),
            "last": due_text(amendment.from_on, edition.zone),
            "changes": f"{settings.ORIGIN}{changes}",
            "link": f"{settings.ORIGIN}/candidacy/{file.file}/",
        }
    written = write(
        TEMPLATE, language=notice.language, on=day_of(at, edition.zone), body={}, values=values
    )
    seal_written(notice, written)
