"""Letters over SMTP: text and HTML of the same words, one connection for a round."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from concours.services.notices.delivery import Outgoing, Refused, Send

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@contextmanager
def smtp_sender() -> Iterator[Send]:
    """A sender over one SMTP connection, closed at the end; a refusal raises Refused."""
    connection = get_connection(SMTP)

    def send(letter: Outgoing) -> None:
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body="\n\n".join(letter.paragraphs),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.address],
            headers={"Message-ID": letter.message_id, "Content-Language": letter.language},
            connection=connection,
        )
        message.attach_alternative(
            render_to_string("site/letter.html", {"letter": letter}), "text/html"
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
