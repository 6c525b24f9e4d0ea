"""Published figures of past competitions, each with its source."""

from functools import cache

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.edition import Source, rulebooks


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many took part in a step and how many got through it, at one time."""

    when: str
    step: str
    sat: int
    passed: int
    cite: Source


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A published share that got through a step; ``percent`` is exact text."""

    step: str
    period: str
    percent: str
    cite: Source


class Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many months it took from one step to another."""

    from_step: str = msgspec.field(name="from")
    to_step: str = msgspec.field(name="to")
    months_least: int
    months_most: int
    cite: Source


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All published figures of one process."""

    figures: list[Figure]
    times: list[Time]
    rates: list[Rate]


@cache
def figures_of(process: str) -> Figures:
    """The published figures that ship with a process; none where it has no file."""
    file = rulebooks() / process / "figures.toml"
    if not file.is_file():
        return Figures(figures=[], times=[], rates=[])
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Figures)
    except msgspec.DecodeError as error:
        raise BadInput("bad_rulebook", remedy=f"{process}/figures.toml: {error}") from error
