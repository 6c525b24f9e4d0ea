"""Rank order and ties: the published chain of what is compared, first to last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

import msgspec

from concours.kernel.period import instant
from concours.policy.kind import Kind

Link = Literal["score", "placed", "lot"]


class TieChain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is compared, in order: higher score, earlier placement, lower lot."""

    chain: list[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One person in a rank order. ``lot`` is drawn from a recorded seed, as hexadecimal text."""

    file: str
    score: Fraction
    placed_at: datetime
    lot: str


_KEYS: Mapping[Link, Callable[[Contender], Any]] = {
    "score": lambda one: -one.score,
    "placed": lambda one: one.placed_at,
    "lot": lambda one: one.lot,
}


def in_rank_order(rule: TieChain, *, contenders: Sequence[Contender]) -> tuple[Contender, ...]:
    """Best first by the chain; the file's code last of all, so that the order is total."""

    def key(one: Contender) -> tuple[Any, ...]:
        return (*(_KEYS[link](one) for link in rule.chain), one.file)

    return tuple(sorted(contenders, key=key))


def _run(rule: TieChain, given: Mapping[str, Any]) -> Mapping[str, object]:
    contenders = [
        Contender(
            file=c["file"],
            score=Fraction(c["score"]),
            placed_at=instant(c["placed_at"]),
            lot=c["lot"],
        )
        for c in given["contenders"]
    ]
    return {"order": [one.file for one in in_rank_order(rule, contenders=contenders)]}


def _say(rule: TieChain) -> tuple[str, ...]:
    words = {
        "score": "the higher score",
        "placed": "the earlier placement",
        "lot": "a lot drawn from a recorded seed",
    }
    return (f"First comes {', then '.join(words[link] for link in rule.chain)}.",)


KIND = Kind("tie_chain", TieChain, _run, _say)
