"""What devices send to the answer desk and what it answers, as docs/guide/answer-desk.md says."""

from datetime import datetime

import msgspec


class Save(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer as a device sends it; ``elapsed`` milliseconds since the mark it names."""

    n: int
    section: str
    item: int
    choice: str = ""
    text: str = ""
    elapsed: int = -1


class Saves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one request brings."""

    saves: list[Save]
    after: str = ""


class Saved(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reply to one answer."""

    n: int
    status: str
    receipt: str = ""
    at: str = ""
    field: str = ""
    remedy: str = ""


class Reply(msgspec.Struct, frozen=True):
    """The reply to one request, and how the sitting stands."""

    saves: list[Saved]
    epoch: int
    state: str
    section: str
    closes_at: str | None
    late_until: str | None
    now: str
    mark: str


class HeldSave(msgspec.Struct, frozen=True):
    """The latest answer of an item, as the room shows it."""

    section: str
    item: int
    choice: str
    text: str
    epoch: int
    n: int
    at: datetime
    receipt: str
    late: bool


class SectionHead(msgspec.Struct, frozen=True):
    """The open section: items without key, and what is held."""

    section: str
    answer: str
    state: str
    epoch: int
    closes_at: str | None
    late_until: str | None
    now: str
    mark: str
    items: msgspec.Raw
    answers: list[HeldSave]
