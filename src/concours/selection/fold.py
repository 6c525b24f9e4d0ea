"""Replay: a candidacy's entries, oldest first, become its state."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Fact
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy, in_force
from concours.selection.examination_challenges import SAID_BY
from concours.selection.steps import APPLY, DEADLINES, HELD, TOLD, WITHHELD


def step_forward(file: Candidacy, fact: Fact) -> Candidacy:
    """The candidacy after one more entry. Unknown kinds change nothing but ``seq``.

    A kind this version does not know must still replay: files outlive code.
    """
    apply = APPLY.get(fact.kind)
    after = apply(file, fact) if apply else file
    return replace(after, file=fact.file, seq=fact.seq, last_at=fact.at, last_on=fact.on)


def fold_candidacy(
    facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
) -> Candidacy:
    """Replay as known at one instant and in force at another; None means no bound."""
    file = Candidacy(file="")
    for fact in in_force(facts, known_at=known_at, on=on):
        file = step_forward(file, fact)
    return file


def to_tell(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Those that get a letter of their own, oldest first.

    What was decided together with something whose letter says it as well gets none.
    """
    found = [fact for fact in facts if fact.kind in TOLD]
    together = {(fact.file, fact.at, fact.kind) for fact in found}
    return tuple(
        f
        for f in found
        if not any((f.file, f.at, kind) in together for kind in SAID_BY.get(f.kind, ()))
    )


def untold(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The decisions the candidate must still be told of, oldest first."""
    told = {fact.body.get("about") for fact in facts if fact.kind == "candidacy.told"}
    return tuple(fact for fact in to_tell(facts) if fact.seq not in told)


def _held_back(facts: Sequence[Fact], waiting: set[int]) -> set[int]:
    """Findings whose decision is not yet made or not yet told; a withdrawal frees them."""
    held = set()
    for fact in facts:
        told_with = HELD.get(fact.kind)
        if told_with is not None and not any(
            f.seq > fact.seq
            and (
                (f.kind == told_with and f.seq not in waiting)
                or (f.kind == "candidacy.closed" and f.body.get("reason") == "withdrawn")
            )
            for f in facts
        ):
            held.add(fact.seq)
    return held


def as_told(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """What the candidate may see: everything before the first decision not yet told.

    The telling of earlier entries may be recorded after it; those stay visible.
    A finding that is told together with a later decision waits for that one.
    Bodies that are the board's own come empty.
    """
    waiting = {f.seq for f in untold(facts)}
    stops = waiting | _held_back(facts, waiting)
    stop = min(stops, default=facts[-1].seq + 1 if facts else 0)
    return tuple(
        replace(f, body={}) if f.kind in WITHHELD else f
        for f in facts
        if f.seq < stop or f.kind == "candidacy.told"
    )


def tell(file: Candidacy, edition: Edition, *, about: Fact, at: datetime) -> Draft:
    """The entry that the candidate is told of a decision; a deadline may start with it."""
    body: dict[str, str | int] = {"about": about.seq, "notice": TOLD[about.kind]}
    rule = DEADLINES.get(about.kind)
    if rule is not None and edition.has(rule) and edition.rule(rule).value is not None:
        lapse = lapses_at(edition.value(rule, Deadline), told_at=at, zone=edition.zone)
        body["due_on"] = instant_text(lapse)
    return Draft(file=file.file, step=about.step, kind="candidacy.told", body=body)
