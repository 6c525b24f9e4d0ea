"""Identity at the door: which documents are accepted, and how the name is compared."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from concours.policy.kind import Kind


class IdentityCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Accepted ``documents``; each must carry a photograph, be issued by a government and
    be valid on the day. ``name_exact`` asks for the name as registered."""

    documents: list[str]
    photograph: bool
    valid_on_the_day: bool
    name_exact: bool


def same_name(a: str, b: str) -> bool:
    """Whether two names are the same, but for letter case, accents' encoding and spacing."""
    first, second = (
        " ".join(unicodedata.normalize("NFC", name).casefold().split()) for name in (a, b)
    )
    return first == second


def reason_to_turn_away(
    rule: IdentityCheck,
    *,
    document: str,
    has_photograph: bool,
    expires: date | None,
    on: date,
    name_matches: bool,
) -> str:
    """The code of the first thing wrong with a document, or "" when the person may enter."""
    if document not in rule.documents:
        return "document_not_accepted"
    if rule.photograph and not has_photograph:
        return "no_photograph"
    if rule.valid_on_the_day and expires is not None and expires < on:
        return "document_expired"
    if rule.name_exact and not name_matches:
        return "name_differs"
    return ""


def _run(rule: IdentityCheck, given: Mapping[str, Any]) -> Mapping[str, object]:
    reason = reason_to_turn_away(
        rule,
        document=given["document"],
        has_photograph=given["photograph"],
        expires=given.get("expires"),
        on=given["on"],
        name_matches=same_name(given["registered"], given["shown"]),
    )
    return {"turned_away": reason}


KIND = Kind("identity_check", IdentityCheck, _run)
