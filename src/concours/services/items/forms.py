"""Assemblies and their forms: shown side by side, and one locked as a competition's test."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.models import Assembly, BankForm, BankItem, BankUse, KeyCheckItem, TestItem
from concours.selection.authority import Actor, holds, require
from concours.selection.form_lock import lock_form, locked_form
from concours.selection.item_content import ItemContent, plain_text
from concours.services.casefile import OpenFile, decide_on
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.files import unknown_file
from concours.services.items.asking import blueprint_of
from concours.services.items.blueprints import BlueprintText, blueprint_text, default_blueprint
from concours.services.items.curves import curve_of, information_at
from concours.services.items.history import read_items
from concours.services.items.stimuli import Stimulus, stimuli

GRID = tuple(round(-3 + 0.5 * k, 1) for k in range(13))
"""Abilities at which information curves are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyRow:
    """One assembly in the list of a competition."""

    code: str
    at: datetime
    outcome: str
    forms: int
    locked: str

    @property
    def shown(self) -> str:
        """The code under which pages have words for the outcome."""
        return f"assembly.{self.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """What one section of a form comes to. ``minutes`` is the estimate of the blueprint."""

    section: str
    counted: int
    pilots: int
    words: int
    minutes: float
    at_cut: float
    known: int
    information: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """One form beside its siblings. ``subjects`` counts counted items by section and subject."""

    code: str
    number: int
    state: str
    digest: str
    sections: tuple[FormSection, ...]
    subjects: dict[tuple[str, str], int]
    items: tuple[tuple[str, int, str, int, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One of the demands that cannot be met together."""

    code: str
    of: str
    asked: str
    there: int

    @property
    def shown(self) -> str:
        """The code under which pages have words for the demand."""
        return f"demand.{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyPage:
    """An assembly with its forms side by side; ``subjects`` are the rows of the table of contents."""

    code: str
    competition: str
    title: str
    at: datetime
    seed: str
    pool: str
    outcome: str
    conflict: tuple[Conflict, ...]
    forms: tuple[FormView, ...]
    subjects: tuple[tuple[str, str], ...]
    overlaps: tuple[tuple[int, int, int], ...]
    blueprint: BlueprintText
    text: str
    locked: str
    may_lock: bool
    own: bool

    @property
    def shown(self) -> str:
        """The code under which pages have words for the outcome."""
        return f"assembly.{self.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsPage:
    """What was asked for a competition's test, the form it has, and the rulebook's own blueprint."""

    competition: str
    title: str
    rows: tuple[AssemblyRow, ...]
    locked: str
    items: int
    blueprint: str
    may_ask: bool
    checked: bool


def forms_page(actor: Actor, competition: str) -> FormsPage:
    """The forms of a competition's test, and a blueprint to begin from."""
    rows = assemblies(actor, competition)
    found = read_competition(competition)
    edition = edition_of(found)
    step = test_step(edition)
    return FormsPage(
        competition=competition,
        title=found.title,
        rows=rows,
        locked=locked_form(found, step),
        items=TestItem.objects.filter(competition=competition, step=step).count(),
        blueprint=blueprint_text(default_blueprint(edition, step=step)),
        may_ask=holds(actor, "forms.assemble"),
        checked=KeyCheckItem.objects.filter(competition=competition, step=step).exists(),
    )


def assembly_of(actor: Actor, code: str) -> str:
    """The assembly a form belongs to. Raises NotPermitted where there is none."""
    require(actor, "forms.read")
    found = BankForm.objects.filter(pk=code).values_list("assembly_id", flat=True).first()
    if found is None:
        raise unknown_file()
    return str(found)


def assemblies(actor: Actor, competition: str) -> tuple[AssemblyRow, ...]:
    """What was asked for a competition's test, newest first."""
    require(actor, "forms.read")
    rows = Assembly.objects.filter(competition=competition).prefetch_related("forms")
    return tuple(
        AssemblyRow(
            code=row.code,
            at=row.at,
            outcome=row.outcome,
            forms=len(row.forms.all()),
            locked=next((f.code for f in row.forms.all() if f.state == "locked"), ""),
        )
        for row in rows.order_by("-at", "code")
    )


def assembly_page(actor: Actor, code: str) -> AssemblyPage:
    """One assembly. Raises NotPermitted where there is none."""
    require(actor, "forms.read")
    assembly = Assembly.objects.filter(pk=code).first()
    if assembly is None:
        raise unknown_file()
    text = blueprint_of(assembly)
    forms = list(assembly.forms.order_by("number"))
    names = {str(placed[2]) for form in forms for placed in form.items}
    rows = {row.name: row for row in BankItem.objects.filter(name__in=names)}
    competition = read_competition(assembly.competition)
    views = tuple(_view(form, rows, text) for form in forms)
    sets = [{name for _, _, name, _, _ in view.items} for view in views]
    return AssemblyPage(
        code=code,
        competition=assembly.competition,
        title=competition.title,
        at=assembly.at,
        seed=assembly.seed,
        pool=assembly.pool,
        outcome=assembly.outcome,
        conflict=tuple(Conflict(**found) for found in assembly.conflict),
        forms=views,
        subjects=tuple(sorted({key for view in views for key in view.subjects})),
        overlaps=tuple(
            (f + 1, g + 1, len(sets[f] & sets[g])) for f, g in combinations(range(len(sets)), 2)
        ),
        blueprint=text,
        text=blueprint_text(text),
        locked=locked_form(competition, assembly.step),
        may_lock=holds(actor, "forms.lock") and actor.code != assembly.by,
        own=actor.code == assembly.by,
    )


@transaction.atomic
def lock(actor: Actor, code: str, *, digest: str, at: datetime) -> str:
    """Lock a form: the entry in the competition's file, the test's items, and their use.

    ``digest`` is the form as the page showed it. Raises RuleRefused for the
    assembler's own form, a test that has a form or items already, and items that
    have changed since; OutOfDate when the competition moved on. Returns the competition.
    """
    require(actor, "forms.lock")
    form = BankForm.objects.select_for_update().select_related("assembly").filter(pk=code).first()
    if form is None:
        raise unknown_file()
    assembly, step = form.assembly, form.assembly.step
    if form.digest != digest or digest_of(form.items) != digest:
        raise RuleRefused("form_changed", remedy="This is not the form you were shown. Reload.")
    if TestItem.objects.filter(competition=assembly.competition, step=step).exists():
        raise RuleRefused(
            "test_has_items", remedy="This test has its items already; they are never replaced."
        )
    contents = _contents(form)

    def command(found: OpenFile) -> tuple[Draft, ...]:
        return lock_form(
            found.state,
            step=step,
            form=form.code,
            digest=form.digest,
            items=len(form.items),
            assembly=assembly.code,
            seed=assembly.seed,
            pool=assembly.pool,
            order_seed=_order_seed(assembly.seed, form.digest),
            assembled_by=assembly.by,
            by=actor.code,
        )

    decide_on(actor, "competition", assembly.competition, "forms.lock", command, at=at)
    form.state, form.locked_by, form.locked_at = "locked", actor.code, at
    form.save(update_fields=["state", "locked_by", "locked_at"])
    _write_test(form, contents, at)
    return assembly.competition


def digest_of(items: Any) -> str:
    """What a form's entry commits to: every item's place, version and content."""
    return hashlib.sha256(canonical(items).encode()).hexdigest()


def _order_seed(seed: str, digest: str) -> str:
    """Follows from what is recorded, so that a rehearsal built again is the same."""
    return hashlib.sha256(f"{seed}/{digest}/order".encode()).hexdigest()[:16]


def _contents(form: BankForm) -> dict[str, ItemContent]:
    """The form's items as they stand, which must be as they were chosen."""
    kept = read_items([str(placed[2]) for placed in form.items])
    found = {}
    for _, _, name, version, digest, _, _ in form.items:
        item = kept[name].item
        if item.version != version or item.content is None or item.content.digest != digest:
            raise _stale(name, "was written anew")
        if item.state not in ("pilot", "operational"):
            raise _stale(name, f"is {item.state}")
        found[name] = item.content
    passages = stimuli(content.stimulus for content in found.values() if content.stimulus)
    for _, _, name, _, _, digest, _ in form.items:
        passage = passages.get(found[name].stimulus)
        if (passage.digest if passage else "") != digest:
            raise _stale(name, "shows a passage that was written anew")
    return found


def _write_test(form: BankForm, contents: dict[str, ItemContent], at: datetime) -> None:
    assembly = form.assembly
    passages = stimuli(content.stimulus for content in contents.values() if content.stimulus)
    tests, uses = [], []
    for section, number, name, version, _, _, counts in form.items:
        content = contents[name]
        passage = passages.get(content.stimulus)
        place = (assembly.competition, assembly.step, section, number)
        tests.append(test_item(place, name, version, content, passage, counts=counts))
        uses.append(
            BankUse(
                item=name,
                version=version,
                competition=assembly.competition,
                form=form.code,
                section=section,
                number=number,
                counts=counts,
                at=at,
            )
        )
    TestItem.objects.bulk_create(tests, batch_size=500)
    BankUse.objects.bulk_create(uses, batch_size=500)


def test_item(
    place: tuple[str, str, str, int],
    name: str,
    version: int,
    content: ItemContent,
    passage: Stimulus | None,
    *,
    counts: bool,
) -> TestItem:
    """The row of a test for a bank's item; ``place`` is competition, step, section and number."""
    competition, step, section, number = place
    return TestItem(
        competition=competition,
        step=step,
        section=section,
        number=number,
        name=name,
        stem=plain_text(content.stem),
        options=[[letter, plain_text(text)] for letter, text in content.options],
        key="".join(content.key),
        counts=counts,
        version=version,
        passage=plain_text(passage.text) if passage else "",
        shuffle=content.shuffle,
    )


def _view(form: BankForm, rows: dict[str, BankItem], text: BlueprintText) -> FormView:
    placed = tuple(
        (s, n, name, version, counts) for s, n, name, version, _, _, counts in form.items
    )
    subjects = Counter(
        (s, rows[name].subject) for s, _, name, _, counts in placed if counts and name in rows
    )
    return FormView(
        code=form.code,
        number=form.number,
        state=form.state,
        digest=form.digest,
        sections=tuple(_section(part.section, placed, rows, text) for part in text.sections),
        subjects=dict(subjects),
        items=placed,
    )


def _section(
    section: str,
    placed: tuple[tuple[str, int, str, int, bool], ...],
    rows: dict[str, BankItem],
    text: BlueprintText,
) -> FormSection:
    here = [(name, counts) for s, _, name, _, counts in placed if s == section and name in rows]
    words = sum(rows[name].words for name, _ in here)
    curves = [curve_of(rows[name]) for name, counts in here if counts]
    seconds = text.seconds_per_item * len(here) + 60.0 * words / text.words_per_minute
    return FormSection(
        section=section,
        counted=sum(counts for _, counts in here),
        pilots=sum(not counts for _, counts in here),
        words=words,
        minutes=round(seconds / 60, 1),
        at_cut=information_at(curves, [text.points[text.cut]])[0],
        known=sum(1 for curve in curves if curve is not None and curve.known),
        information=information_at(curves, GRID),
    )


def _stale(name: str, what: str) -> RuleRefused:
    return RuleRefused(
        "item_changed_since",
        remedy=f"Item {name} {what} since the form was assembled: assemble again.",
        numbers={"item": name},
    )
