"""What a command returns and what a fold reads: an entry before and after it is sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Body = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry a command asks for: about what (never how it came out), and the findings.

    ``file`` is the chain it belongs to; ``step`` the id of the process step, or
    "" where none; ``on`` the instant it is in force from (None: when recorded);
    ``v`` the version of the kind. The body holds codes, exact numbers as text,
    rule ids and commitments: no names, no free text, no floats.
    """

    file: str
    step: str
    kind: str
    body: Body
    on: datetime | None = None
    v: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A recorded entry as folds read it. A destroyed body reads as an empty one."""

    file: str
    seq: int
    at: datetime
    on: datetime
    actor: str
    role: str
    step: str
    kind: str
    v: int
    body: Body
