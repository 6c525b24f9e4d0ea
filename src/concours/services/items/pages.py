"""Reads for the board's pages of the item bank."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from concours.records.models import BankFigures, BankItem, BankUse, ExaminationStanding, Sitting
from concours.selection.authority import Actor, holds, require
from concours.selection.form_lock import forms_of
from concours.selection.item_content import ItemContent
from concours.selection.item_life import STATES, Act, moves_open
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.items.curves import Curve, curve_of, information_at
from concours.services.items.history import read_item
from concours.services.items.stimuli import Stimulus, stimuli
from concours.services.items.writing import ACTIONS
from concours.services.listing import ListPage, ListQuery
from concours.services.ordering import ordered

ORDERS = {
    "name": "name",
    "section": "section",
    "subject": "subject",
    "state": "state",
    "words": "words",
    "difficulty": "difficulty",
    "discrimination": "discrimination",
    "b": "b",
    "changed": "changed_at",
    "administrations": "administrations",
}
FIGURES = {
    "none": Q(difficulty=None) & Q(b=None),
    "known": Q(difficulty__isnull=False) | Q(b__isnull=False),
    "easy": Q(difficulty__gt=0.9),
    "hard": Q(difficulty__lt=0.3),
    "weak": Q(discrimination__lt=0.1),
    "backwards": Q(discrimination__lt=0.0),
}
"""What the filter of figures can ask: none yet, very easy, very hard, hardly or wrongly telling apart."""
BOUND = re.compile(r"(difficulty|discrimination|a|b|c)(<=|>=|<|>)(-?\d{1,3}(?:\.\d{1,6})?)")
SIGNS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
"""A bound on a figure in a search: which column, how, and the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One item in the list."""

    name: str
    section: str
    subject: str
    subtopic: str
    kind: str
    state: str
    version: int
    words: int
    stem: str
    administrations: int
    difficulty: float | None
    discrimination: float | None
    b: float | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView:
    """One administration's figures."""

    administration: str
    at: datetime
    version: int
    presented: int
    difficulty: float | None
    discrimination: float | None
    a: float | None
    b: float | None
    c: float | None
    fit: float | None
    dif: str
    options: tuple[tuple[str, float | None, float | None, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseView:
    """One locked form that held the item; ``sittings`` counts who sat that form."""

    competition: str
    form: str
    section: str
    number: int
    counts: bool
    sittings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item: what it says, its history, figures and use, and what this actor may do with it."""

    name: str
    version: str
    state: str
    number: int
    author: str
    reviewer: str
    content: ItemContent
    words: int
    stimulus: Stimulus | None
    enemies: tuple[str, ...]
    acts: tuple[Act, ...]
    moves: tuple[str, ...]
    may_write: bool
    own: bool
    figures: tuple[FiguresView, ...]
    uses: tuple[UseView, ...]
    curve: Curve | None
    information: tuple[float, ...]


GRID = tuple(round(-3 + 0.5 * k, 1) for k in range(13))


def item_list(actor: Actor, query: ListQuery) -> ListPage[ItemRow]:
    """Items by what was asked: words of the stem, bounds on figures ("b>0.5 difficulty<0.8"),
    section, subject, state, kind."""
    require(actor, "items.read")
    rows = _asked(query)
    order = ORDERS.get(query.order, "name")
    chosen = ordered(rows, order, descending=query.descending, unique="name")
    return ListPage(rows=[_row(row) for row in chosen[query.start : query.end]], total=rows.count())


def item_names(actor: Actor, query: ListQuery) -> list[str]:
    """The names of all items a query finds, for an export."""
    require(actor, "items.export")
    return list(_asked(query).order_by("name").values_list("name", flat=True))


def bank_counts(actor: Actor) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Items by section and state, in the order of the life."""
    require(actor, "items.read")
    found = BankItem.objects.values_list("section", "state").annotate(n=Count("pk")).order_by()
    counts = {(section, state): n for section, state, n in found}
    return tuple(
        (section, tuple(counts.get((section, state), 0) for state in STATES))
        for section in sorted({section for section, _ in counts})
    )


def item_page(actor: Actor, name: str) -> ItemPage:
    """One item of the bank. Raises BadInput when there is none of that name."""
    require(actor, "items.read")
    kept = read_item(name)
    item, row = kept.item, BankItem.objects.get(pk=name)
    content = item.content
    assert content is not None
    curve = curve_of(row)
    return ItemPage(
        name=name,
        version=kept.version,
        state=item.state,
        number=item.version,
        author=item.author,
        reviewer=item.reviewer,
        content=content,
        words=content.words,
        stimulus=stimuli([content.stimulus]).get(content.stimulus) if content.stimulus else None,
        enemies=tuple(sorted({*content.enemies, *_named_by_others(name)})),
        acts=kept.acts,
        moves=tuple(
            act for act in moves_open(item, actor=actor.code) if holds(actor, ACTIONS[act])
        ),
        may_write=holds(actor, "items.write") and item.state != "retired",
        own=item.author == actor.code,
        figures=tuple(_figures(name)),
        uses=tuple(_uses(name)),
        curve=curve,
        information=information_at([curve], GRID) if curve else (),
    )


def _asked(query: ListQuery) -> QuerySet[BankItem]:
    rows = BankItem.objects.all()
    for word in query.search.split()[:8]:
        rows = rows.filter(_bound(word) or Q(stem__icontains=word) | Q(name__icontains=word))
    for key in ("section", "subject", "state", "kind"):
        if value := query.filters.get(key):
            rows = rows.filter(**{key: value})
    if (figures := query.filters.get("figures")) in FIGURES:
        rows = rows.filter(FIGURES[str(figures)])
    return rows


def _bound(word: str) -> Q | None:
    """A bound on a figure, such as b>0.5 or difficulty<=0.3; None for any other word."""
    found = BOUND.fullmatch(word)
    if found is None:
        return None
    name, sign, value = found.groups()
    return Q(**{f"{name}__{SIGNS[sign]}": float(value)})


def _row(row: BankItem) -> ItemRow:
    return ItemRow(
        name=row.name,
        section=row.section,
        subject=row.subject,
        subtopic=row.subtopic,
        kind=row.kind,
        state=row.state,
        version=row.version,
        words=row.words,
        stem=row.stem,
        administrations=row.administrations,
        difficulty=row.difficulty,
        discrimination=row.discrimination,
        b=row.b,
        changed_at=row.changed_at,
    )


def _named_by_others(name: str) -> list[str]:
    """Items that call this one an enemy: enmity goes both ways."""
    found = BankItem.objects.filter(enemies__contains=f" {name} ")
    return list(found.values_list("name", flat=True))


def _figures(name: str) -> Iterator[FiguresView]:
    for row in BankFigures.objects.filter(item=name).order_by("at", "pk"):
        yield FiguresView(
            administration=row.administration,
            at=row.at,
            version=row.version,
            presented=row.presented,
            difficulty=row.difficulty,
            discrimination=row.discrimination,
            a=row.a,
            b=row.b,
            c=row.c,
            fit=row.fit,
            dif=row.dif,
            options=tuple((letter, *values) for letter, values in sorted(row.options.items())),
        )


def _uses(name: str) -> Iterator[UseView]:
    rows = list(BankUse.objects.filter(item=name).order_by("at", "form"))
    sat = {row.form: _sittings(row.competition, row.form) for row in rows}
    for row in rows:
        yield UseView(
            competition=row.competition,
            form=row.form,
            section=row.section,
            number=row.number,
            counts=row.counts,
            sittings=sat[row.form],
        )


def _sittings(competition: str, form: str) -> int:
    """How many sat a form of a competition on the screen."""
    found = read_competition(competition)
    locked = forms_of(found, test_step(edition_of(found)))
    label = next((one.label for one in locked if one.form == form), "")
    return Sitting.objects.filter(
        candidacy__in=_candidacies(competition), medium="screen", form=label
    ).count()


def _candidacies(competition: str) -> QuerySet[ExaminationStanding, str]:
    return ExaminationStanding.objects.filter(competition=competition).values_list(
        "file", flat=True
    )
