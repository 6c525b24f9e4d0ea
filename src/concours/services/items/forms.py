"""Assemblies and their forms: shown side by side, and one or all locked as a competition's test."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from concours.records.models import Assembly, BankForm, BankItem, KeyCheckItem, TestItem
from concours.selection.authority import Actor, holds, require
from concours.selection.form_lock import LABELS, LockedForm, dealt_by, forms_of
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of, test_step
from concours.services.files import unknown_file
from concours.services.items.asking import blueprint_of
from concours.services.items.blueprints import BlueprintText, blueprint_text, default_blueprint
from concours.services.items.curves import curve_of, information_at

GRID = tuple(round(-3 + 0.5 * k, 1) for k in range(13))
"""Abilities at which information curves are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyRow:
    """One assembly in the list of a competition."""

    code: str
    at: datetime
    outcome: str
    forms: int
    locked: int

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
    locked: tuple[LockedForm, ...]
    may_lock: bool
    may_lock_several: bool
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
    locked: tuple[LockedForm, ...]
    dealt: str
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
        locked=forms_of(found, step),
        dealt=dealt_by(found, step),
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
            locked=sum(f.state == "locked" for f in row.forms.all()),
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
        locked=forms_of(competition, assembly.step),
        may_lock=holds(actor, "forms.lock") and actor.code != assembly.by,
        may_lock_several=1 < len(views) <= len(LABELS),
        own=actor.code == assembly.by,
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
