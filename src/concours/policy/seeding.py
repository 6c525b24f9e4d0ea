"""Known-mark scripts mixed among a marker's sheets, to see whether the marker drifts."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class Seeding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """About one sheet in ``every`` is a script whose mark is known. A marker whose mean
    distance from the known marks exceeds ``drift`` is shown to the chair."""

    every: int
    drift: str


def is_seeded(rule: Seeding, *, marker: str, competition: str, sheet: int) -> bool:
    """Whether a marker's sheet with this number is to be a known-mark script.

    Follows from the three alone, so that it can be worked out again; the marker
    cannot count the places out.
    """
    token = f"{competition}/{marker}/{sheet}".encode()
    return int.from_bytes(hashlib.sha256(token).digest()[:8], "big") % rule.every == 0


def _run(rule: Seeding, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"seeded": is_seeded(rule, **given)}


def _say(rule: Seeding) -> tuple[str, ...]:
    return (
        f"About one sheet in {rule.every} is a script whose mark is known.",
        f"A marker further than {rule.drift} from the known marks on average is shown to the chair.",
    )


KIND = Kind("seeding", Seeding, _run, _say)
