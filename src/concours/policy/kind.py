"""A kind of rule: the shape of its value and how a worked case of it is run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from concours.kernel.citation import Citation, Standing

#: What a verdict cites while a worked case runs, outside any edition.
WORKED_CASE = Citation(
    source="Worked case", clause="", checked_on=date(2026, 11, 20), standing=Standing.RULING
)


@dataclass(frozen=True, slots=True)
class Kind:
    """``name`` as written in TOML, ``value`` the type decoded to, ``run`` works one case.

    ``run(value, given)`` returns what the rule says for the given inputs as a
    plain mapping, which must equal the case's ``expect``. ``say(value)``, where
    given, tells the value in sentences a candidate understands; without it the
    value is told line by line from its field names.
    """

    name: str
    value: type[msgspec.Struct]
    run: Callable[[Any, Mapping[str, Any]], Mapping[str, object]]
    say: Callable[[Any], tuple[str, ...]] | None = None
