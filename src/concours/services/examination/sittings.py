"""The sitting on the screen: sections, answers one by one, submission; nothing is ever overwritten."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Max

from concours.kernel.errors import BadInput
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.policy.door_times import DoorTimes
from concours.policy.test_section import TestSection
from concours.records import personal
from concours.records.models import Answer, ExaminationStanding, Sitting, TestItem
from concours.selection import examination_sitting as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.sessions import test_step

ESSAY_COLUMN = "answer.text"
MOST_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section of a sitting. ``status`` is to_come, next, open or closed."""

    id: str
    title: str
    answer: str
    items: int
    minutes: int
    status: str
    ends_at: datetime | None
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item as the candidate sees it, with the answer held for it. Pilots look like the rest."""

    number: int
    stem: str
    options: tuple[tuple[str, str], ...]
    choice: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingPage:
    """A sitting as its candidate sees it, and what the service holds of it."""

    code: str
    version: str
    competition: str
    checked_in: bool
    opened: bool
    sections: tuple[SectionView, ...]
    current: str
    next: str
    submitted_at: datetime | None
    digest: str
    answers_held: int
    last_saved: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item of the open section, with the others' numbers beside it."""

    sitting: SittingPage
    section: SectionView
    item: ItemView
    answered: frozenset[int]
    count: int
    late_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the service holds after an answer: which one it is, and when it arrived."""

    n: int
    at: datetime
    digest: str


def open_sitting(actor: Actor, code: str, *, at: datetime, factor: Fraction = Fraction(1)) -> Case:
    """Open the sitting of a candidate who was let in; a second time it changes nothing."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        state = case.candidacy.state(step, Examination)
        if state.sitting is not None and state.sitting.submitted_at is None:
            return ()
        drafts = rules.open_sitting(case.candidacy, case.edition, step=step, at=at, factor=factor)
        Sitting.objects.create(
            candidacy=code, step=step, number=state.sittings + 1, medium="screen", opened_at=at
        )
        return drafts

    return decide(actor, code, "examination.sit", command, at=at)


def open_section(actor: Actor, code: str, *, section: str, at: datetime) -> Case:
    """Open the next section; its time begins to run."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.open_section(case.candidacy, case.edition, step=step, at=at, section=section)

    return decide(actor, code, "examination.sit", command, at=at)


def close_section(actor: Actor, code: str, *, section: str, at: datetime) -> Case:
    """Leave a section for good."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.lock_section(case.candidacy, case.edition, step=step, at=at, section=section)

    return decide(actor, code, "examination.sit", command, at=at)


@transaction.atomic
def save_answer(
    actor: Actor,
    code: str,
    *,
    section: str,
    item: int,
    choice: str = "",
    text: str = "",
    at: datetime,
) -> Receipt:
    """Keep one answer as one more row, and say which; the latest of an item counts.

    Refused outside the open section, and after its end and the rulebook's few seconds.
    """
    case = open_candidacy(actor, code, "examination.sit", at=at)
    step = test_step(case.edition)
    rules.require_answerable(case.candidacy, case.edition, step=step, at=at, section=section)
    about = sections_of(case.edition, step)[section]
    _check_answer(case, step, section, about, item, choice, text)
    state = case.candidacy.state(step, Examination)
    sitting = Sitting.objects.select_for_update().get(
        candidacy=code, step=step, number=state.sittings
    )
    n = sitting.next_n
    sealed = personal.seal_text(case.candidacy.person, ESSAY_COLUMN, text) if text else None
    Answer.objects.create(
        sitting=sitting, n=n, section=section, item=item, choice=choice, text=sealed, at=at
    )
    sitting.next_n = n + 1
    sitting.save(update_fields=["next_n"])
    held = canonical([code, sitting.number, n, section, item, choice or _digest(text)])
    return Receipt(n=n, at=at, digest=_digest(held))


def _check_answer(
    case: Case, step: str, section: str, about: TestSection, item: int, choice: str, text: str
) -> None:
    if not 1 <= item <= about.items:
        raise BadInput(
            "no_such_item", remedy=f"This section has items 1 to {about.items}.", field="item"
        )
    if about.answer == "essay":
        if len(text) > MOST_CHARACTERS or choice:
            raise BadInput(
                "essay_too_long",
                remedy=f"Write at most {MOST_CHARACTERS} characters.",
                field="text",
            )
        return
    found = TestItem.objects.filter(
        competition=case.candidacy.competition, step=step, section=section, number=item
    ).first()
    known = [str(letter) for letter, _ in found.options] if found else []
    if text or (choice and choice not in known):
        raise BadInput("no_such_option", remedy="Choose one of the options shown.", field="choice")


def submit_sitting(actor: Actor, code: str, *, at: datetime, ended_by: str = "candidate") -> Case:
    """Submit what the service holds; its digest goes into the record."""
    action = "examination.sit" if ended_by == "candidate" else "examination.end_sitting"

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        held = held_answers(code, step)
        return rules.submit_sitting(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            answers=answers_digest(held),
            counts=answer_counts(held),
            ended_by=ended_by,
        )

    return decide(actor, code, action, command, at=at)


def end_overdue(actor: Actor, *, at: datetime) -> int:
    """Submit every sitting whose last section's time and grace are over; run by the worker."""
    ended = 0
    for row in ExaminationStanding.objects.filter(sitting="open", closed=False).order_by("file"):
        case = open_candidacy(actor, row.file, "examination.end_sitting", at=at)
        sitting = case.candidacy.state(row.step, Examination).sitting
        window = case.candidacy.state(row.step, Examination).window_ends
        if sitting is None:
            continue
        ends = [sat.ends_at for sat in sitting.sections.values()]
        whole = len(ends) == len(sections_of(case.edition, row.step))
        if (whole and max(ends) <= at) or (window is not None and window <= at):
            submit_sitting(actor, row.file, at=at, ended_by="time")
            ended += 1
    return ended


def add_minutes(
    actor: Actor, code: str, *, minutes: int, reason: str, at: datetime, seen: str | None = None
) -> Case:
    """Give one candidate minutes in the section that is open."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        sitting = case.candidacy.state(step, Examination).sitting
        section = sitting.current if sitting else ""
        return rules.add_minutes(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            section=section,
            minutes=minutes,
            reason=reason,
        )

    return decide(actor, code, "examination.add_minutes", command, at=at, seen=seen)


Held = dict[tuple[str, int], tuple[str, str]]


def held_answers(code: str, step: str) -> Held:
    """The latest answer of each item of the candidacy's last sitting: choice, digest of text."""
    latest = (
        Answer.objects.filter(sitting__candidacy=code, sitting__step=step)
        .values("sitting__number", "section", "item")
        .annotate(last=Max("n"))
        .order_by()
    )
    number = max((row["sitting__number"] for row in latest), default=0)
    wanted = {row["last"] for row in latest if row["sitting__number"] == number}
    rows = Answer.objects.filter(
        sitting__candidacy=code, sitting__step=step, sitting__number=number, n__in=wanted
    )
    return {
        (row.section, row.item): (row.choice, _digest(bytes(row.text)) if row.text else "")
        for row in rows.order_by("section", "item")
    }


def answers_digest(held: Held) -> str:
    """The digest of a whole sitting's answers, in the order of section and item."""
    return _digest(canonical([[s, i, c, t] for (s, i), (c, t) in sorted(held.items())]))


def answer_counts(held: Held) -> dict[str, int]:
    """How many items of each section have an answer."""
    counts: dict[str, int] = {}
    for (section, _), (choice, text) in held.items():
        counts[section] = counts.get(section, 0) + bool(choice or text)
    return counts


def sitting_page(actor: Actor, code: str, *, at: datetime) -> SittingPage:
    """The sitting with its sections, and what is held of it."""
    case = open_candidacy(actor, code, "examination.sit", at=at)
    return _sitting(case, at)


def item_page(actor: Actor, code: str, *, section: str, item: int, at: datetime) -> ItemPage:
    """One item of the open section. Refused when the section is not open or its time is over."""
    case = open_candidacy(actor, code, "examination.sit", at=at)
    step = test_step(case.edition)
    rules.require_answerable(case.candidacy, case.edition, step=step, at=at, section=section)
    page = _sitting(case, at)
    view = next(s for s in page.sections if s.id == section)
    if not 1 <= item <= view.items:
        raise BadInput("no_such_item", remedy=f"This section has items 1 to {view.items}.")
    held = held_answers(code, step)
    found = TestItem.objects.filter(
        competition=case.candidacy.competition, step=step, section=section, number=item
    ).first()
    text = _text_of(case, step, section, item) if view.answer == "essay" else ""
    times = case.edition.value(f"{step}.attendance", DoorTimes)
    return ItemPage(
        sitting=page,
        section=view,
        item=ItemView(
            number=item,
            stem=found.stem if found else "",
            options=tuple((str(k), str(v)) for k, v in found.options) if found else (),
            choice=held.get((section, item), ("", ""))[0],
            text=text,
        ),
        answered=frozenset(i for (s, i), (c, t) in held.items() if s == section and (c or t)),
        count=view.items,
        late_seconds=times.late_answer_seconds,
    )


def _text_of(case: Case, step: str, section: str, item: int) -> str:
    row = (
        Answer.objects.filter(
            sitting__candidacy=case.code, sitting__step=step, section=section, item=item
        )
        .order_by("-sitting__number", "-n")
        .first()
    )
    if row is None or row.text is None:
        return ""
    return personal.open_text(case.candidacy.person, ESSAY_COLUMN, bytes(row.text))


def _sitting(case: Case, at: datetime) -> SittingPage:
    step = test_step(case.edition)
    state = case.candidacy.state(step, Examination)
    sitting = state.sitting
    counts = answer_counts(held_answers(case.code, step)) if sitting else {}
    sat = sitting.sections if sitting else {}
    closed = {s for s, found in sat.items() if found.locked_at is not None}
    current = sitting.current if sitting else ""
    views, following = [], ""
    for name, about in sections_of(case.edition, step).items():
        status = "closed" if name in closed else "open" if name == current else "to_come"
        if status == "to_come" and not current and not following:
            following, status = name, "next"
        views.append(
            SectionView(
                id=name,
                title=about.title,
                answer=about.answer,
                items=about.items,
                minutes=sitting.minutes.get(name, about.minutes) if sitting else about.minutes,
                status=status,
                ends_at=sat[name].ends_at if name in sat else None,
                answered=counts.get(name, 0),
            )
        )
    last = (
        Answer.objects.filter(sitting__candidacy=case.code, sitting__step=step)
        .order_by("-at", "-n")
        .values_list("at", flat=True)
        .first()
    )
    return SittingPage(
        code=case.code,
        version=case.version,
        competition=case.competition.title,
        checked_in=state.checked_in_at is not None,
        opened=sitting is not None,
        sections=tuple(views),
        current=current,
        next=following,
        submitted_at=sitting.submitted_at if sitting else None,
        digest=sitting.answers if sitting else "",
        answers_held=sum(counts.values()),
        last_saved=last,
    )


def _digest(value: str | bytes) -> str:
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()
