"""What the examination room shows: a whole section on one page, and the rehearsal before the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from concours.records.models import TestItem
from concours.selection import examination_sitting as rules
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.selection.form_lock import order_seed
from concours.selection.scramble import options_of
from concours.services.case import Case, open_candidacy
from concours.services.examination.answers import held_answers, last_sitting
from concours.services.examination.orders import dealt_order, sitting_name
from concours.services.examination.sat_forms import form_numbers, form_of
from concours.services.examination.sessions import test_step
from concours.services.examination.sittings import (
    ItemView,
    SectionView,
    SittingPage,
    item_page,
    sitting_page,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """The open section with all its items and the answers held for them.

    ``epoch`` is the one under which the page is shown: a form that carries it is refused
    once another device has opened the sitting.
    """

    sitting: SittingPage
    section: SectionView
    items: tuple[ItemView, ...]
    answered: frozenset[int]
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalPage:
    """Whose rehearsal it is, the sections of the test with their minutes before extra time, and
    what is granted to this candidate."""

    code: str
    competition: str
    sections: tuple[tuple[str, int], ...]
    factor: Fraction
    accommodations: tuple[str, ...]


def section_page(actor: Actor, code: str, *, section: str, at: datetime) -> SectionPage:
    """All items of the open section, without keys, and what is held of each.

    Refused when the section is not open or its time is over. The number of queries
    does not depend on the number of items.
    """
    case = open_candidacy(actor, code, "examination.sit", at=at)
    step = test_step(case.edition)
    rules.require_answerable(case.candidacy, case.edition, step=step, at=at, section=section)
    page = sitting_page(actor, code, at=at)
    view = next(s for s in page.sections if s.id == section)
    row = last_sitting(code, step)
    epoch = row.epoch if row else 0
    if view.answer == "essay":
        on_form = form_numbers(
            case.candidacy.competition, step, section, form_of(case, step), count=1
        )
        essay = item_page(actor, code, section=section, item=min(on_form, default=1), at=at)
        return SectionPage(
            sitting=page,
            section=view,
            items=(essay.item,),
            answered=essay.answered,
            epoch=epoch,
        )
    held = held_answers(code, step)
    rows = {
        row.number: row
        for row in TestItem.objects.filter(
            competition=case.candidacy.competition, step=step, section=section
        )
    }
    items = _seen(case, step, section, view.items, rows, held)
    answered = frozenset(item.number for item in items if item.choice)
    return SectionPage(sitting=page, section=view, items=items, answered=answered, epoch=epoch)


def _seen(
    case: Case,
    step: str,
    section: str,
    count: int,
    rows: Mapping[int, TestItem],
    held: Mapping[tuple[str, int], tuple[str, str]],
) -> tuple[ItemView, ...]:
    """The section's items with their options in the orders this sitting sees them."""
    seed = order_seed(case.competition, step)
    sitting = sitting_name(case, step)
    form = form_of(case, step)
    numbers = (
        tuple(sorted(n for n, row in rows.items() if form in row.forms))
        if form
        else tuple(range(1, count + 1))
    )
    passages = {n: row.passage for n, row in rows.items()}
    order = dealt_order(seed, sitting, section, numbers, passages)
    found = []
    for place, n in enumerate(order, start=1):
        row = rows.get(n)
        words = {str(k): str(v) for k, v in row.options} if row else {}
        letters = options_of(
            seed, sitting, section, n, tuple(words), shuffle=row.shuffle if row else False
        )
        found.append(
            ItemView(
                number=n,
                stem=row.stem if row else "",
                options=tuple((letter, words[letter]) for letter in letters),
                choice=held.get((section, n), ("", ""))[0],
                text="",
                place=place,
                following=order[place] if place < len(order) else n,
                passage=row.passage if row else "",
                several=row.several if row else False,
            )
        )
    return tuple(found)


def rehearsal_page(actor: Actor, code: str, *, at: datetime) -> RehearsalPage:
    """What the rehearsal room needs of a candidacy: nothing of the test itself."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = test_step(case.edition)
    granted = case.as_shown().state(step, Examination).accommodation
    return RehearsalPage(
        code=code,
        competition=case.competition.title,
        sections=tuple((s.title, s.minutes) for s in sections_of(case.edition, step).values()),
        factor=granted.factor,
        accommodations=granted.granted,
    )
