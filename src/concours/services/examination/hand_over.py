"""Answers from a device that was without a network to the end: the hand-over file a proctor brings."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.policy.door_times import DoorTimes, answers_close_at
from concours.policy.edition import Edition
from concours.records import answer_store, personal
from concours.records.models import Answer, Sitting
from concours.selection import examination_answers as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination, SectionSat
from concours.services.case import Case, decide
from concours.services.examination.answers import rows_digest
from concours.services.examination.desk import ESSAY_COLUMN, USED_TWICE
from concours.services.examination.desk_items import SectionItems, fault_of, section_items
from concours.services.examination.desk_messages import Save
from concours.services.examination.desk_token import BadToken, Mark, Token, read_mark, read_token
from concours.services.examination.hand_over_key import BadFile, open_file
from concours.services.examination.sessions import test_step

MOST = 5_000
"""Answers in one file: more than anybody gives in a day."""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a hand-over file."""

    token: str
    after: str
    saves: list[Save]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What came of a file: answers taken (all flagged late), held already, and refused with why."""

    taken: int
    held_already: int
    refused: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class _Judge:
    """What an answer of the file is judged by."""

    sitting: Sitting
    mark: Mark
    items: Mapping[str, SectionItems]
    section: SectionSat | None
    accepts_until: datetime | None
    held: Mapping[int, str]
    person: str


def take_hand_over(
    actor: Actor, code: str, blob: bytes, *, at: datetime, seen: str | None = None
) -> HandOver:
    """Take the answers of a candidate's hand-over file; each is flagged late, for a decision.

    Only the sitting's current epoch, only the section that was open at the file's last mark,
    only answers that the device's clock places before that section's end. What is held
    already is left as it is. Taken twice, a file brings nothing the second time. Raises
    BadFile for a file that does not open, RuleRefused once the answers have been scored.
    """
    found: list[HandOver] = []

    def command(case: Case) -> Sequence[Draft]:
        found.clear()
        step = test_step(case.edition)
        content, token, mark = _read(blob)
        number = case.candidacy.state(step, Examination).sittings
        row = (
            Sitting.objects.select_for_update()
            .filter(pk=token.sitting, candidacy=case.code, step=step, number=number)
            .first()
        )
        if row is None:
            raise BadInput(
                "another_sitting",
                remedy="This file belongs to another candidate, or to a sitting declared void.",
                field="file",
            )
        if row.epoch != token.epoch:
            raise case.edition.refusal(
                f"{step}.late_answers",
                "fenced",
                remedy="The sitting went on at another machine after this file's device: "
                "its answers are not taken.",
            )
        taken, outcome = _judge(case, step, row, mark, content.saves)
        found.append(outcome)
        if not taken:
            return ()
        Answer.objects.bulk_create(
            [_answer(row, case.candidacy.person, save, given, at) for save, given in taken]
        )
        return rules.take_hand_over(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            blob=hashlib.sha256(blob).hexdigest(),
            taken=len(taken),
            late=Answer.objects.filter(sitting=row, late=True).count(),
            answers=rows_digest(row),
        )

    decide(actor, code, "examination.hand_over", command, at=at, seen=seen)
    return found[-1]


def _read(blob: bytes) -> tuple[Content, Token, Mark]:
    try:
        content = msgspec.json.decode(open_file(blob), type=Content)
        token = read_token(content.token, machine_now=None)
    except (msgspec.DecodeError, BadToken) as error:
        raise BadFile from error
    mark = read_mark(content.after, token)
    if mark is None or len(content.saves) > MOST:
        raise BadFile
    return content, token, mark


def _judge(
    case: Case, step: str, row: Sitting, mark: Mark, saves: Sequence[Save]
) -> tuple[list[tuple[Save, datetime]], HandOver]:
    state = case.candidacy.state(step, Examination)
    section = state.sitting.sections.get(mark.section) if state.sitting else None
    held = Answer.objects.filter(sitting=row, epoch=row.epoch).values_list("n", "receipt")
    judge = _Judge(
        sitting=row,
        mark=mark,
        items=section_items(case.candidacy.competition, step, row.form),
        section=section,
        accepts_until=_accepts_until(case.edition, step, section),
        held=dict(held),
        person=case.candidacy.person,
    )
    taken: dict[int, tuple[Save, datetime]] = {}
    refused: list[tuple[int, str]] = []
    held_already = 0
    for save in saves:
        given = mark.at + timedelta(milliseconds=save.elapsed)
        why = _refusal(judge, save, given)
        if why == "held":
            held_already += 1
        elif why or save.n in taken:
            refused.append((save.n, why or USED_TWICE))
        else:
            taken[save.n] = (save, given)
    outcome = HandOver(taken=len(taken), held_already=held_already, refused=tuple(refused))
    return list(taken.values()), outcome


def _accepts_until(edition: Edition, step: str, section: SectionSat | None) -> datetime | None:
    if section is None:
        return None
    return answers_close_at(edition.value(f"{step}.attendance", DoorTimes), ends_at=section.ends_at)


def _refusal(judge: _Judge, save: Save, given: datetime) -> str:
    """Why an answer of the file is not taken; "held" when it is there already, "" when it is."""
    fault = fault_of(judge.items.get(save.section), save.item, save.choice, save.text)
    if fault is not None or save.n < 1:
        return fault[1] if fault else "Count the answers of a device from 1."
    if save.n in judge.held:
        same = judge.held[save.n] == _receipt(judge.sitting, save)
        return "held" if same else USED_TWICE
    if save.section != judge.mark.section or judge.section is None or save.elapsed < 0:
        return "The device was not in this section when it last heard from the service."
    left = judge.section.locked_at
    if left is not None and left < judge.section.ends_at and left < given:
        return "This section had been left before the answer was given."
    if judge.accepts_until is None or given >= judge.accepts_until:
        return "By the device's own clock the section's time was over."
    return ""


def _receipt(row: Sitting, save: Save) -> str:
    return answer_store.receipt_of(
        row.pk, row.epoch, save.n, save.section, save.item, save.choice, save.text
    )


def _answer(row: Sitting, person: str, save: Save, given: datetime, at: datetime) -> Answer:
    sealed = personal.seal_text(person, ESSAY_COLUMN, save.text) if save.text else None
    return Answer(
        sitting=row,
        epoch=row.epoch,
        n=save.n,
        section=save.section,
        item=save.item,
        choice=save.choice,
        text=sealed,
        at=at,
        receipt=_receipt(row, save),
        late=True,
        given_at=given,
    )
