"""Letters over SMTP: text and HTML of the same words, one connection for a round.

Every letter carries the newest signed head of the record, whole: in so many mailboxes
of others it is what shows a past that was rewritten.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from concours.services.ledger.checkpoints import checkpoint_page
from concours.services.notices.delivery import Outgoing, Refused, Send

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@contextmanager
def smtp_sender() -> Iterator[Send]:
    """A sender over one SMTP connection, closed at the end; a refusal raises Refused."""
    connection = get_connection(SMTP)
    head = checkpoint_page().text.strip()

    def send(letter: Outgoing) -> None:
        with override(letter.language):
            title = gettext("Signed head of the record:")
        foot = [f"{title}\n\n{head}"] if head else []
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body="\n\n".join([*letter.paragraphs, *foot]),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.address],
            headers={"Message-ID": letter.message_id, "Content-Language": letter.language},
            connection=connection,
        )
        message.attach_alternative(
            render_to_string("site/letter.html", {"letter": letter, "title": title, "head": head}),
            "text/html",
        )
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as error:
            connection.close()
            raise Refused(f"{type(error).__name__}") from error

    try:
        yield send
    finally:
        connection.close()
