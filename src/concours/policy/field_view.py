"""What a reader sees of a file: fields shown as they are, shown masked, or not at all."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from concours.policy.kind import Kind

Seen = Literal["shown", "masked", "hidden"]


class FieldView(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything not named as shown or masked is hidden; ``hidden`` names what people ask about."""

    shown: list[str]
    masked: list[str]
    hidden: list[str]


def seen(rule: FieldView, field: str) -> Seen:
    """How a field reaches the reader. A field the rule does not name is hidden."""
    if field in rule.masked:
        return "masked"
    return "shown" if field in rule.shown else "hidden"


def _run(rule: FieldView, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"seen": seen(rule, given["field"])}


def _say(rule: FieldView) -> tuple[str, ...]:
    shown = ", ".join(part.replace("_", " ") for part in rule.shown)
    masked = ", ".join(part.replace("_", " ") for part in rule.masked)
    hidden = ", ".join(part.replace("_", " ") for part in rule.hidden)
    return (f"Shown: {shown}.", f"Masked: {masked}.", f"Never shown: {hidden}, or anything else.")


KIND = Kind("field_view", FieldView, _run, _say)
