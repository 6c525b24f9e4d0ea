"""Reads for the rule pages: plain values, no account needed, no database touched."""

from dataclasses import dataclass

from concours.kernel.errors import BadInput
from concours.policy.checking import not_quoted
from concours.policy.difference import Change, difference
from concours.policy.edition import Edition, Rule, load_edition, shipped_editions
from concours.policy.figures import Figures, figures_of
from concours.policy.shipped import default
from concours.policy.wording import lines, sentences, told

DEFAULT_PROCESS = default().process
DEFAULT_EDITION = default().edition


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule as the public reads it. ``standing`` is quoted, reported, ruling or open."""

    id: str
    question: str
    unit: str
    sentences: tuple[str, ...]
    cite: str
    clause: str
    url: str
    checked_on: str
    standing: str
    edition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRules:
    """The rules of one step, under its title."""

    step: str
    title: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPage:
    """One edition with its rules by step, and how many values are not quoted."""

    process: str
    edition: str
    title: str
    summary: str
    in_force: str
    digest: str
    steps: tuple[StepRules, ...]
    editions: tuple[str, ...]
    unquoted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """One rule with its value line by line and its worked cases."""

    row: RuleRow
    lines: tuple[tuple[str, str], ...]
    value_sources: tuple[tuple[str, str, str], ...]
    cases: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePage:
    """What changed between two editions, in words."""

    old: str
    new: str
    editions: tuple[str, ...]
    changes: tuple[Change, ...]


def editions_of(process: str) -> tuple[str, ...]:
    """The editions that ship with a process, in order."""
    return tuple(edition for name, edition in shipped_editions() if name == process)


def _edition(process: str, edition: str) -> Edition:
    if edition not in editions_of(process):
        raise BadInput("no_such_edition", remedy=f"There is no edition {edition}.", field="edition")
    return load_edition(process, edition)


def _row(rule: Rule) -> RuleRow:
    return RuleRow(
        id=rule.id,
        question=rule.question,
        unit=rule.unit,
        sentences=sentences(rule),
        cite=rule.cite.source,
        clause=rule.cite.clause,
        url=rule.cite.url,
        checked_on=rule.cite.checked_on.isoformat(),
        standing="open" if rule.open else str(rule.cite.standing),
        edition=rule.edition,
    )


def edition_page(edition: str, *, process: str = DEFAULT_PROCESS) -> EditionPage:
    """Every rule of an edition under its step. Raises BadInput for one that doesn't ship."""
    found = _edition(process, edition)
    known = {plan.id for plan in found.steps}
    groups = [
        StepRules(
            step=plan.id,
            title=plan.title,
            rules=tuple(_row(r) for r in found.rules.values() if r.id.split(".")[0] == plan.id),
        )
        for plan in found.steps
    ]
    other = tuple(_row(r) for r in found.rules.values() if r.id.split(".")[0] not in known)
    if other:
        groups.append(StepRules(step="process", title="The process as a whole", rules=other))
    return EditionPage(
        process=process,
        edition=edition,
        title=found.title,
        summary=found.summary,
        in_force=found.in_force,
        digest=found.digest,
        steps=tuple(groups),
        editions=editions_of(process),
        unquoted=len({n.rule for n in not_quoted(found)}),
    )


def rule_page(edition: str, rule_id: str, *, process: str = DEFAULT_PROCESS) -> RulePage:
    """One rule whole. Raises BadInput when the edition has none of this id."""
    found = _edition(process, edition)
    rule = found.rules.get(rule_id)
    if rule is None:
        raise BadInput(
            "no_such_rule", remedy=f"Edition {edition} has no rule {rule_id}.", field="rule"
        )
    return RulePage(
        row=_row(rule),
        lines=lines(rule),
        value_sources=tuple(
            (name, source.unit, str(source.cite.citation()))
            for name, source in sorted(rule.sources.items())
        ),
        cases=tuple((case.why, told(case.given), told(case.expect)) for case in rule.cases),
    )


def difference_page(old: str, new: str, *, process: str = DEFAULT_PROCESS) -> DifferencePage:
    """What a candidate would notice between two editions."""
    return DifferencePage(
        old=old,
        new=new,
        editions=editions_of(process),
        changes=difference(_edition(process, old), _edition(process, new)),
    )


def published_figures(*, process: str = DEFAULT_PROCESS) -> Figures:
    """The published figures of past competitions, with their sources."""
    return figures_of(process)
