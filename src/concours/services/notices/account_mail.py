"""Letters of the sign-in library: sealed, queued and sent like every other notice."""

from datetime import datetime

from concours.records import personal
from concours.records.codes import new_code
from concours.records.models import Account, Notice


def queue_account_mail(*, address: str, subject: str, text: str, at: datetime) -> int:
    """Queue one message to an account's address; 0 when no account has it.

    Such letters carry links that sign in, so they are never on the message page.
    """
    account = Account.objects.filter(email__iexact=address).first()
    if account is None or account.person_id is None:
        return 0
    person = str(account.person_id)
    Notice.objects.create(
        person=person,
        recipient=account,
        template="account",
        language=account.language,
        state="released",
        hold_until=at,
        queued_at=at,
        released_at=at,
        idempotency_key=f"account/{new_code()}",
        subject=personal.seal_text(person, "notice.subject", subject),
        text=personal.seal_text(person, "notice.text", text),
    )
    return 1
