"""Code lists: the closed list of codes a decision may name, each with its words."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class CodeList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Codes with their titles, in the order they are shown."""

    codes: dict[str, str]


def require_codes(rule: CodeList, *, codes: Iterable[str], field: str) -> tuple[str, ...]:
    """The codes, sorted and once each. Raises BadInput for one that is not in the list."""
    found = tuple(sorted(set(codes)))
    unknown = [code for code in found if code not in rule.codes]
    if unknown:
        raise BadInput(
            "code_not_in_list",
            remedy=f"{', '.join(unknown)} is not in the list; choose from {', '.join(rule.codes)}.",
            field=field,
        )
    return found


def _run(rule: CodeList, given: Mapping[str, Any]) -> Mapping[str, object]:
    if "code" in given:
        return {"listed": given["code"] in rule.codes}
    return {"count": len(rule.codes)}


KIND = Kind("code_list", CodeList, _run)
