"""The closed set of rule kinds, by name. A new kind is a module and one line here."""

from concours.policy import deadline
from concours.policy.kind import Kind

ALL: tuple[Kind, ...] = (deadline.KIND,)

KINDS: dict[str, Kind] = {kind.name: kind for kind in ALL}
