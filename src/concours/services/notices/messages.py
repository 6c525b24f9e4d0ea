"""The message page: what a person was told, newest first, whether or not the mail arrived."""

from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import NotPermitted
from concours.records import personal
from concours.records.models import Notice
from concours.selection.authority import Actor, require

SHOWN = ("released", "sending", "sent", "kept", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as its person reads it, in the language it was written in.

    ``mail`` is how the e-mail stands.
    """

    id: int
    subject: str
    paragraphs: tuple[str, ...]
    released_at: datetime
    read: bool
    mail: str
    file: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """A page of messages and how many there are."""

    messages: tuple[Message, ...]
    total: int
    page: int
    pages: int


def _shown(person: str):  # type: ignore[no-untyped-def]
    return Notice.objects.filter(person=person, state__in=SHOWN).exclude(template="account")


def unread_count(person: str) -> int:
    """How many messages the person has not opened."""
    return int(_shown(person).filter(read_at__isnull=True).count())


def message_page(actor: Actor, *, page: int = 1, per_page: int = 20) -> MessagePage:
    """The person's own messages, newest first. Subjects only; the text is on each one's page."""
    require(actor, "file.read_own")
    rows = _shown(actor.person).order_by("-released_at", "-pk")
    total = rows.count()
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    chosen = list(rows[(page - 1) * per_page : page * per_page])
    subjects = personal.open_many("notice.subject", [(n.person, n.subject) for n in chosen])
    return MessagePage(
        messages=tuple(
            _message(n, subject, ()) for n, subject in zip(chosen, subjects, strict=True)
        ),
        total=total,
        page=page,
        pages=pages,
    )


def read_message(actor: Actor, message_id: int, *, at: datetime) -> Message:
    """One of the person's own messages; opening it marks it read.

    Somebody else's message answers as one that does not exist.
    """
    require(actor, "file.read_own")
    row = _shown(actor.person).filter(pk=message_id).first()
    if row is None:
        raise NotPermitted("no_such_message", remedy="There is no such message among yours.")
    if row.read_at is None:
        Notice.objects.filter(pk=row.pk).update(read_at=at)
    subject = personal.open_text(row.person, "notice.subject", row.subject)
    text = personal.open_text(row.person, "notice.text", row.text)
    return _message(row, subject, tuple(text.split("\n\n")))


def _message(row: Notice, subject: str, paragraphs: tuple[str, ...]) -> Message:
    return Message(
        id=row.pk,
        subject=subject,
        paragraphs=paragraphs,
        released_at=row.released_at or row.queued_at,
        read=row.read_at is not None,
        mail=row.state,
        file=row.file,
        language=row.language,
    )
