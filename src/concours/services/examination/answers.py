"""What the service holds of a sitting: the latest answer of each item, the digest of every row."""

import hashlib
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from concours.kernel.period import instant_text
from concours.ledger.canonical import canonical
from concours.ledger.draft import Json
from concours.records.models import Answer, Sitting

Held = dict[tuple[str, int], tuple[str, str]]
COUNTS = Q(late=False) | Q(sitting__late_taken=True)
"""Which answers count: those in time, and late ones an administrator has taken."""


def counting() -> QuerySet[Answer]:
    """The answers that count, oldest first: read in this order, the last of an item stands."""
    return Answer.objects.filter(COUNTS).order_by("sitting__number", "epoch", "n")


def last_sitting(code: str, step: str) -> Sitting | None:
    """The candidacy's last sitting."""
    return Sitting.objects.filter(candidacy=code, step=step).order_by("-number").first()


def held_answers(code: str, step: str, *, late: bool = False) -> Held:
    """The latest answer of each item of the candidacy's last sitting: choice, digest of text.

    ``late`` counts late ones as if they were taken.
    """
    sitting = last_sitting(code, step)
    if sitting is None:
        return {}
    rows = Answer.objects.filter(sitting=sitting)
    if not (late or sitting.late_taken):
        rows = rows.filter(late=False)
    found: Held = {}
    for section, item, choice, text in rows.order_by("epoch", "n").values_list(
        "section", "item", "choice", "text"
    ):
        found[section, item] = (choice, digest(bytes(text)) if text else "")
    return dict(sorted(found.items()))


def answers_digest(held: Held) -> str:
    """The digest of one answer an item, in the order of section and item: of a sheet."""
    return digest(canonical([[s, i, c, t] for (s, i), (c, t) in sorted(held.items())]))


def rows_digest(sitting: Sitting) -> str:
    """The digest of every acknowledged save of a sitting, by (epoch, n): what can be replayed."""
    return digest(canonical(list(digested(Answer.objects.filter(sitting=sitting)))))


def digested(rows: QuerySet[Answer]) -> Iterable[Json]:
    """One line a row, as the digest of a sitting takes it in. A text goes in as it is sealed."""
    for row in rows.order_by("epoch", "n"):
        sealed = digest(bytes(row.text)) if row.text else ""
        given = instant_text(row.given_at) if row.given_at else ""
        yield [
            row.epoch,
            row.n,
            row.section,
            row.item,
            row.choice,
            sealed,
            instant_text(row.at),
            row.late,
            given,
        ]


def answer_counts(held: Held) -> dict[str, int]:
    """How many items of each section have an answer."""
    counts: dict[str, int] = {}
    for (section, _), (choice, text) in held.items():
        counts[section] = counts.get(section, 0) + bool(choice or text)
    return counts


def digest(value: str | bytes) -> str:
    """SHA-256, as hexadecimal."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
