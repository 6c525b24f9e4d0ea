"""A sitting replayed: every acknowledged save in the order it was kept, and its digest in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.ledger.draft import Fact
from concours.records.models import Answer
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.services.case import open_candidacy
from concours.services.examination.answers import last_sitting, rows_digest
from concours.services.examination.sessions import test_step

ACTS = {
    "sitting.opened",
    "section.opened",
    "section.locked",
    "break.begun",
    "break.ended",
    "minutes.added",
    "machine.swapped",
    "sitting.paused",
    "sitting.resumed",
    "answers.handed_over",
    "sitting.submitted",
    "late_answers.decided",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened: a save kept (``epoch`` and ``n``), or an entry (``kind``).

    ``stands`` says whether a save is the latest of its item that counts.
    """

    at: datetime
    kind: str
    section: str = ""
    item: int = 0
    choice: str = ""
    characters: int = 0
    epoch: int = 0
    n: int = 0
    receipt: str = ""
    late: bool = False
    given_at: datetime | None = None
    stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A sitting from its opening on. ``digest`` is of the rows held now; ``recorded`` the one in
    the ledger, "" while nothing was submitted. They differ only by a decision on late answers."""

    code: str
    moments: tuple[Moment, ...]
    saves: int
    devices: int
    digest: str
    recorded: str
    agrees: bool | None


def timeline(actor: Actor, code: str, *, at: datetime) -> Timeline:
    """Every acknowledged save of the candidacy's last sitting, between the entries about it.

    For appeals. An essay's text is not part of it, only how many bytes it has sealed.
    """
    case = open_candidacy(actor, code, "examination.timeline", at=at)
    step = test_step(case.edition)
    sitting = last_sitting(code, step)
    state = case.candidacy.state(step, Examination)
    rows = list(Answer.objects.filter(sitting=sitting).order_by("epoch", "n")) if sitting else []
    taken = sitting is not None and sitting.late_taken
    latest = {(r.section, r.item): r.pk for r in rows if taken or not r.late}
    saves = [
        Moment(
            at=row.at,
            kind="answer",
            section=row.section,
            item=row.item,
            choice=row.choice,
            characters=len(bytes(row.text)) if row.text else 0,
            epoch=row.epoch,
            n=row.n,
            receipt=row.receipt,
            late=row.late,
            given_at=row.given_at,
            stands=latest.get((row.section, row.item)) == row.pk,
        )
        for row in rows
    ]
    opened = max((n for n, f in enumerate(case.facts) if f.kind == "sitting.opened"), default=0)
    acts = [
        Moment(at=fact.at, kind=fact.kind, section=str(fact.body.get("section", "")))
        for fact in case.facts[opened:]
        if fact.kind in ACTS and fact.step == step
    ]
    recorded = _recorded(case.facts, step)
    now = rows_digest(sitting) if sitting and rows else ""
    return Timeline(
        code=code,
        moments=tuple(
            sorted((*acts, *saves), key=lambda m: (m.at, m.kind == "answer", m.epoch, m.n))
        ),
        saves=len(rows),
        devices=len({row.epoch for row in rows}),
        digest=now,
        recorded=recorded,
        agrees=None if not recorded or not state.answers else recorded == now,
    )


def _recorded(facts: Sequence[Fact], step: str) -> str:
    """The digest of all rows that the record holds: of the submission, or of a later hand-over."""
    found = ""
    for fact in facts:
        if fact.step == step and fact.kind in ("sitting.submitted", "answers.handed_over"):
            found = str(fact.body.get("answers", ""))
        elif fact.step == step and fact.kind == "sitting.voided":
            found = ""
    return found
