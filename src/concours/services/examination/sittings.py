"""The sitting on the screen: sections, answers one by one, submission; nothing is ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.door_times import DoorTimes
from concours.records import answer_store, personal
from concours.records.answer_store import Row
from concours.records.models import Answer, Sitting, TestItem
from concours.selection import examination_sitting as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.selection.scramble import LETTERS
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.answers import (
    answer_counts,
    held_answers,
    last_sitting,
    rows_digest,
)
from concours.services.examination.breaks import Rest, rest_of
from concours.services.examination.desk import ESSAY_COLUMN
from concours.services.examination.desk_items import MOST_CHARACTERS, fault_of, section_items
from concours.services.examination.door import start_is_held
from concours.services.examination.sat_forms import form_numbers, form_of, form_to_sit
from concours.services.examination.sessions import test_step

__all__ = ["ESSAY_COLUMN", "MOST_CHARACTERS"]


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
    """One item as the candidate sees it, with the answer held for it. Pilots look like the rest.

    ``number`` and the letters of ``options`` are the form's, under which answers are
    kept; ``place`` is where this sitting sees the item (0: at its number), and
    options stand in the order it sees them. ``following`` is the number of the item seen
    next (0: the one after), ``passage`` a text it shares. Of an item with ``several``
    right options ``choice`` is every letter chosen, in the order of the alphabet.
    """

    number: int
    stem: str
    options: tuple[tuple[str, str], ...]
    choice: str
    text: str
    place: int = 0
    following: int = 0
    passage: str = ""
    several: bool = False

    @property
    def chosen(self) -> frozenset[str]:
        """The letters of the answer held: one, or those of a set."""
        return frozenset(self.choice) if self.several else frozenset({self.choice} - {""})

    @property
    def shown(self) -> int:
        """The number under which this sitting sees the item."""
        return self.place or self.number

    @property
    def shown_options(self) -> tuple[tuple[str, str, str], ...]:
        """The options as seen: the form's letter, the words, the letter shown before them."""
        lettered = {key for key, _ in self.options} <= set(LETTERS)
        return tuple(
            (key, words, LETTERS[place] if lettered else key)
            for place, (key, words) in enumerate(self.options)
        )


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
    rest: Rest
    accommodations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item of the open section, with the numbers of all of them on the form sat."""

    sitting: SittingPage
    section: SectionView
    item: ItemView
    answered: frozenset[int]
    numbers: tuple[int, ...]
    late_seconds: int
    epoch: int

    @property
    def count(self) -> int:
        """How many items the section has on this form."""
        return len(self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the service holds after an answer: which one it is, and when it arrived."""

    n: int
    at: datetime
    digest: str


def open_sitting(actor: Actor, code: str, *, at: datetime) -> Case:
    """Open the sitting of a candidate who was let in; a second time it changes nothing."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        state = case.candidacy.state(step, Examination)
        if state.sitting is not None and state.sitting.submitted_at is None:
            return ()
        held = state.seat is not None and start_is_held(state.seat.session)
        form = form_to_sit(case, step)
        drafts = rules.open_sitting(
            case.candidacy, case.edition, step=step, at=at, held=held, form=form
        )
        Sitting.objects.create(
            candidacy=code,
            step=step,
            number=state.sittings + 1,
            form=form,
            medium="screen",
            opened_at=at,
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
    epoch: int | None = None,
) -> Receipt:
    """Keep one answer of a form as one more row, and say which; the latest of an item counts.

    A form post is a device of its own: it takes the next epoch, and an older device is
    fenced. ``epoch`` is the one its page was shown under: refused (`fenced`) when another
    device has opened the sitting since. Refused outside the open section, and after its end
    and the rulebook's few seconds.
    """
    case = open_candidacy(actor, code, "examination.sit", at=at)
    step = test_step(case.edition)
    rules.require_answerable(case.candidacy, case.edition, step=step, at=at, section=section)
    state = case.candidacy.state(step, Examination)
    items = section_items(case.candidacy.competition, step, state.form)
    fault = fault_of(items.get(section), item, choice, text)
    if fault is not None:
        raise BadInput(CODES[fault[0]], remedy=fault[1], field=fault[0])
    row = Sitting.objects.select_for_update().get(candidacy=code, step=step, number=state.sittings)
    if epoch is not None and row.epoch != epoch:
        raise RuleRefused(
            "fenced",
            remedy="The sitting was opened on another device since this page was shown. "
            "To go on here, save this answer again.",
        )
    mine = answer_store.next_epoch(row.pk)
    told = (row.pk, mine, 1, section, item, choice)
    receipt = answer_store.receipt_of(*told, text)
    sealed = personal.seal_text(case.candidacy.person, ESSAY_COLUMN, text) if text else None
    kept = answer_store.keep([Row(*told, sealed, receipt)], at=at).outcomes[0]
    if kept.status not in answer_store.KEPT:
        code_of_refusal, remedy = REFUSALS[kept.status]
        raise RuleRefused(code_of_refusal, remedy=remedy)
    return Receipt(n=mine, at=kept.at or at, digest=kept.receipt)


CODES = {"section": "no_such_section", "item": "no_such_item", "choice": "no_such_option"} | {
    "text": "essay_too_long"
}
REFUSALS = {
    "paused": ("sitting_paused", "The sitting is paused. Save again when it goes on."),
    "closed": ("section_not_open", "This section is over: its answers are closed."),
    "fenced": ("fenced", "The sitting was opened on another device. Load the page again."),
    "not_permitted": ("no_sitting", "The sitting is not open."),
}


def submit_sitting(actor: Actor, code: str, *, at: datetime, ended_by: str = "candidate") -> Case:
    """Submit what the service holds; its digest goes into the record."""
    action = "examination.sit" if ended_by == "candidate" else "examination.end_sitting"

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        found = last_sitting(code, step)
        if found is None:
            raise case.edition.refusal(
                f"{step}.form", "no_sitting", remedy="The sitting is not open."
            )
        # Locked first: a batch of answers on its way is waited for, a later one finds it closed.
        locked = Sitting.objects.select_for_update().get(pk=found.pk)
        return rules.submit_sitting(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            answers=rows_digest(locked),
            counts=answer_counts(held_answers(code, step)),
            ended_by=ended_by,
            late=Answer.objects.filter(sitting=locked, late=True).count(),
        )

    return decide(actor, code, action, command, at=at)


def add_minutes(
    actor: Actor, code: str, *, minutes: int, reason: str, at: datetime, seen: str | None = None
) -> Case:
    """Give one candidate minutes in the section that is open, or before the next one."""

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
    numbers = form_numbers(
        case.candidacy.competition, step, section, form_of(case, step), count=view.items
    )
    if item not in numbers:
        raise BadInput("no_such_item", remedy="Choose one of the items of this section.")
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
            passage=found.passage if found else "",
            several=found.several if found else False,
        ),
        answered=frozenset(i for (s, i), (c, t) in held.items() if s == section and (c or t)),
        numbers=numbers,
        late_seconds=times.late_answer_seconds,
        epoch=row.epoch if (row := last_sitting(code, step)) else 0,
    )


def _text_of(case: Case, step: str, section: str, item: int) -> str:
    row = (
        Answer.objects.filter(
            sitting__candidacy=case.code, sitting__step=step, section=section, item=item
        )
        .order_by("-sitting__number", "-epoch", "-n")
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
        .order_by("-at")
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
        rest=rest_of(sitting, case.edition, step=step, at=at),
        accommodations=state.accommodation.granted,
    )
