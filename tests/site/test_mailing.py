"""A real worker mails over real SMTP; killed in the middle, it sends nothing twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default
from html import escape
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.cast import given_person
from tests.service import free_port

from concours.records import personal
from concours.records.models import Account, Notice
from concours.services.ledger.checkpoints import checkpoint_page
from concours.services.ledger.log import sequence_and_sign

LETTERS = 40
PROGRAM = (sys.executable, "-m", "concours.cli.main", "worker")
SOURCE = str(Path(__file__).resolve().parents[2] / "src")


class Mailbox:
    """A mail server's handler that keeps what it accepted, a little slowly."""

    def __init__(self) -> None:
        self.kept: list[Message] = []
        self.enough = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.kept.append(message_from_bytes(envelope.content or b"", policy=default))
        if len(self.kept) >= 7:
            self.enough.set()
        return "250 kept"

    def subjects(self) -> Counter[str]:
        """How often each subject arrived."""
        return Counter(str(message["Subject"]) for message in self.kept)


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server on a free port."""
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()


def queue_letters() -> None:
    """Released letters to one person."""
    person = given_person("ada@example.org").person
    account = Account.objects.get(person_id=person)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    Notice.objects.bulk_create(
        Notice(
            person=person,
            recipient=account,
            template="reminder",
            state="released",
            hold_until=at,
            queued_at=at,
            released_at=at,
            idempotency_key=f"test/{number}",
            subject=personal.seal_text(person, "notice.subject", f"Letter {number}"),
            text=personal.seal_text(
                person, "notice.text", "First.\n\nSecond: https://example.org/"
            ),
        )
        for number in range(LETTERS)
    )


def start_worker(database: str, port: int) -> subprocess.Popen[bytes]:
    """`concours worker` as a process of its own on this test's database."""
    surroundings = {
        **os.environ,
        "DATABASE_URL": database,
        "CONCOURS_MAIL_HOST": "127.0.0.1",
        "CONCOURS_MAIL_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "concours.site.settings",
        "PYTHONPATH": SOURCE,
    }
    return subprocess.Popen(PROGRAM, env=surroundings)


def wait_until_ended(states: set[str], *, seconds: float = 60) -> None:
    """Wait until every letter is in one of these states."""
    end = time.monotonic() + seconds
    while Notice.objects.exclude(state__in=states).exists():
        assert time.monotonic() < end, list(Notice.objects.values_list("state", flat=True))
        time.sleep(0.1)


def test_a_worker_killed_in_the_middle_of_a_mailing_sends_no_letter_twice(
    own_database: str,
) -> None:
    queue_letters()
    with mail_server() as (mailbox, port):
        first = start_worker(own_database, port)
        assert mailbox.enough.wait(60)
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = len(mailbox.kept)
        assert 7 <= before <= LETTERS
        # Whatever the killed worker held in its hand is given up when its lease is over.
        Notice.objects.filter(state="sending").update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        second = start_worker(own_database, port)
        try:
            wait_until_ended({"sent", "failed"})
        finally:
            second.terminate()
            second.wait()
    arrived = mailbox.subjects()
    assert max(arrived.values()) == 1
    unknown = Notice.objects.filter(state="failed").count()
    assert unknown <= 1
    assert LETTERS - unknown <= len(arrived) <= LETTERS


def test_a_letter_arrives_as_text_and_html_with_an_id_that_never_changes(
    own_database: str,
) -> None:
    queue_letters()
    sequence_and_sign(at=datetime(2026, 1, 5, tzinfo=UTC))
    head = checkpoint_page().text.strip()
    with mail_server() as (mailbox, port):
        worker = start_worker(own_database, port)
        try:
            wait_until_ended({"sent"})
        finally:
            worker.terminate()
            worker.wait()
    letter = mailbox.kept[0]
    assert letter["To"] == "ada@example.org"
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    text, html = (part.get_content() for part in list(letter.walk())[1:])  # type: ignore[attr-defined]
    assert "Second: https://example.org/" in text
    assert 'href="https://example.org/"' in html
    assert text.replace("\r\n", "\n").rstrip().endswith(f"Signed head of the record:\n\n{head}")
    assert f'<pre dir="ltr">{escape(head)}</pre>' in html.replace("\r\n", "\n")
    assert len({message["Message-ID"] for message in mailbox.kept}) == LETTERS
