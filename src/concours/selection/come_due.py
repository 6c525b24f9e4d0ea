"""Dates that have come, told without the worker: the entries that follow from them, not yet written.

What changes by time alone is a date in the fold. Whoever asks how a file stands
at an instant asks here: the answer is the one the worker's closing entries give,
whether the worker has run or not.
"""

from collections.abc import Sequence
from datetime import datetime

from concours.kernel.errors import Refusal
from concours.ledger.draft import Draft, Fact
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.fold import step_forward
from concours.selection.opening import Opening
from concours.selection.register_offers import offer_fallen_due
from concours.selection.road import openings
from concours.selection.steps import STEPS

MOST_ROUNDS = 4
"""One date may bring the next; no step has more than these in a row."""


def passed(file: Candidacy, edition: Edition, *, at: datetime) -> tuple[Opening, ...]:
    """The openings whose date has come and that name what follows, the earliest first."""
    if file.closed is not None:
        return ()
    due = [
        (opening.due_on, opening.command, opening)
        for opening in openings(file, edition, at=at)
        if opening.lapse and opening.due_on is not None and opening.due_on <= at
    ]
    return tuple(opening for _, _, opening in sorted(due, key=lambda found: found[:2]))


def follow(
    file: Candidacy, edition: Edition, opening: Opening, *, at: datetime
) -> tuple[Draft, ...]:
    """What follows from one date that has come, in force from that date."""
    lapse = STEPS[edition.step(opening.step).kind].lapses[opening.lapse]
    return lapse(file, edition, step=opening.step, at=at, due_on=opening.due_on or at)


def come_due(file: Candidacy, edition: Edition, *, at: datetime) -> tuple[Draft, ...]:
    """Everything the worker would write on this file by ``at``, its rounds in their order.

    An offer nobody answered has entries for other files too (the person's, the class's).
    A date whose entry its own step refuses stays as it is, as it does with the worker.
    """
    found: list[Draft] = []
    for _ in range(MOST_ROUNDS):
        drafts = _next(file, edition, at)
        if not drafts:
            break
        found.extend(drafts)
        file = forward(file, drafts, at=at)
    return tuple(found)


def _next(file: Candidacy, edition: Edition, at: datetime) -> tuple[Draft, ...]:
    if file.closed is not None:
        return ()
    try:
        if drafts := offer_fallen_due(file, edition, at=at):
            return drafts
        due = passed(file, edition, at=at)
        return follow(file, edition, due[0], at=at) if due else ()
    except Refusal:
        return ()


def forward(file: Candidacy, drafts: Sequence[Draft], *, at: datetime) -> Candidacy:
    """The candidacy as it would stand after these drafts; those for other files are left out."""
    for draft in drafts:
        if draft.file == file.file:
            fact = Fact(
                file=draft.file,
                seq=file.seq + 1,
                at=at,
                on=draft.on or at,
                actor="system",
                role="system",
                step=draft.step,
                kind=draft.kind,
                v=draft.v,
                body=draft.body,
            )
            file = step_forward(file, fact)
    return file


def as_of(file: Candidacy, edition: Edition, *, at: datetime) -> Candidacy:
    """The candidacy as it stands at ``at``, with every date that has come by then."""
    return forward(file, come_due(file, edition, at=at), at=at)
