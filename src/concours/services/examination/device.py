"""Opening a sitting on a device: the next epoch, a signed token, what is held of the open section."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from concours.ledger.draft import Draft
from concours.records import answer_store, personal
from concours.records.models import Answer, Sitting
from concours.selection import examination_answers as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.desk import ESSAY_COLUMN
from concours.services.examination.desk_token import (
    LASTS,
    BadToken,
    Token,
    issue_mark,
    issue_token,
    read_token,
)
from concours.services.examination.hand_over_key import PublicKey, public_key
from concours.services.examination.sessions import test_step


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAnswer:
    """The latest answer of an item of the open section, as its candidate may see it."""

    section: str
    item: int
    choice: str
    text: str
    epoch: int
    n: int
    at: datetime
    receipt: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a device gets that opened a sitting. ``last_n`` is the highest number its epoch used."""

    token: str
    epoch: int
    resumed: bool
    state: str
    section: str
    closes_at: datetime | None
    late_until: datetime | None
    now: datetime
    mark: str
    last_n: int
    answers: tuple[HeldAnswer, ...]
    hand_over: PublicKey


@transaction.atomic
def open_device(
    actor: Actor, code: str, *, at: datetime, machine_now: datetime, resume: str = ""
) -> Device:
    """Open the candidate's sitting on this device and issue the next epoch; older ones are fenced.

    ``resume`` is the token a device kept: while its epoch is the current one the device goes
    on in it, also when the token's own time is over. Refused while no sitting is open.
    """
    case = open_candidacy(actor, code, "examination.sit", at=at)
    step = test_step(case.edition)
    row = _running(case, step)
    kept = _kept(resume)
    resumed = kept is not None and (kept.sitting, kept.epoch) == (row.pk, row.epoch)
    epoch = row.epoch if resumed else answer_store.next_epoch(row.pk)
    token = Token(
        row.pk,
        epoch,
        case.candidacy.competition,
        step,
        int((machine_now + LASTS).timestamp()),
        row.form,
    )
    last = Answer.objects.filter(sitting=row, epoch=epoch).aggregate(last=Max("n"))["last"]
    return Device(
        token=issue_token(token),
        epoch=epoch,
        resumed=resumed,
        state=row.state,
        section=row.section,
        closes_at=row.closes_at,
        late_until=row.late_until,
        now=at,
        mark=issue_mark(row.pk, epoch, row.section, at),
        last_n=last or 0,
        answers=held_of_open(row, case.candidacy.person),
        hand_over=public_key(),
    )


def swap_machine(
    actor: Actor, code: str, *, reason: str, at: datetime, seen: str | None = None
) -> Case:
    """Move a candidate to another machine: the next epoch, so the old machine is fenced at once."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        row = _running(case, step)
        drafts = rules.swap_machine(
            case.candidacy, case.edition, step=step, at=at, reason=reason, epoch=row.epoch + 1
        )
        answer_store.next_epoch(row.pk)
        return drafts

    return decide(actor, code, "examination.swap_machine", command, at=at, seen=seen)


def held_of_open(row: Sitting, person: str) -> tuple[HeldAnswer, ...]:
    """The latest answer of each item of a sitting's open section, essays readable."""
    latest: dict[int, Answer] = {}
    rows = Answer.objects.filter(sitting=row, section=row.section).order_by("epoch", "n")
    for answer in rows if row.section else ():
        latest[answer.item] = answer
    ordered = [latest[item] for item in sorted(latest)]
    texts = personal.open_many(
        ESSAY_COLUMN, [(person, bytes(a.text) if a.text else None) for a in ordered]
    )
    return tuple(
        HeldAnswer(
            section=answer.section,
            item=answer.item,
            choice=answer.choice,
            text=text,
            epoch=answer.epoch,
            n=answer.n,
            at=answer.at,
            receipt=answer.receipt,
            late=answer.late,
        )
        for answer, text in zip(ordered, texts, strict=True)
    )


def _running(case: Case, step: str) -> Sitting:
    """The row of the open sitting, locked; refused where none is open."""
    state = case.candidacy.state(step, Examination)
    if state.sitting is None or state.sitting.submitted_at is not None:
        raise case.edition.refusal(f"{step}.form", "no_sitting", remedy="The sitting is not open.")
    return Sitting.objects.select_for_update().get(
        candidacy=case.code, step=step, number=state.sittings
    )


def _kept(resume: str) -> Token | None:
    if not resume:
        return None
    try:
        return read_token(resume, machine_now=None)
    except BadToken:
        return None
