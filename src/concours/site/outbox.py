"""The mail backend libraries see: their letters become notices, sent by the worker like ours."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from concours.pages.clock import service_now
from concours.services.notices.account_mail import queue_account_mail


class OutboxBackend(BaseEmailBackend):
    """Writes each message to the outbox in the current transaction; nothing is sent from here."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; a recipient without an account is passed over."""
        queued: list[int] = [self._queue(message) for message in email_messages]
        return sum(queued)

    def _queue(self, message: EmailMessage | EmailMultiAlternatives | Any) -> int:
        subject, text = str(message.subject), str(message.body)
        queued: list[int] = [
            queue_account_mail(address=address, subject=subject, text=text, at=service_now())
            for address in message.to
        ]
        return sum(queued)
