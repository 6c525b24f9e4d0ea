"""Check an edition: run its worked cases, and list what is not quoted from a source."""

from collections.abc import Mapping
from dataclasses import dataclass

from concours.kernel.citation import Standing
from concours.policy.edition import Edition, Rule
from concours.policy.kinds import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCase:
    """A worked case whose answer is not what the rulebook says it must be."""

    rule: str
    why: str
    expected: Mapping[str, object]
    found: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotQuoted:
    """A value that no source of law was read for, and on what it stands instead."""

    rule: str
    value: str
    standing: str
    cite: str


def failed_cases(edition: Edition) -> tuple[FailedCase, ...]:
    """Run every worked case of the edition, inherited ones too; return those that fail."""
    return tuple(
        failed
        for rule in edition.rules.values()
        if rule.value is not None
        for failed in _failed(rule)
    )


def _failed(rule: Rule) -> tuple[FailedCase, ...]:
    run = KINDS[rule.kind].run
    found = []
    for case in rule.cases:
        answer = dict(run(rule.value, case.given))
        if answer != case.expect:
            found.append(FailedCase(rule=rule.id, why=case.why, expected=case.expect, found=answer))
    return tuple(found)


def not_quoted(edition: Edition) -> tuple[NotQuoted, ...]:
    """Every value that is reported, ruled by us or left open, by rule id."""
    found = []
    for rule in edition.rules.values():
        if rule.open:
            found.append(NotQuoted(rule=rule.id, value="", standing="open", cite=rule.open))
            continue
        if rule.cite.standing is not Standing.QUOTED:
            found.append(
                NotQuoted(
                    rule=rule.id, value="", standing=str(rule.cite.standing), cite=str(rule.cite)
                )
            )
        for name, source in sorted(rule.sources.items()):
            if source.cite.standing is not Standing.QUOTED:
                cite = str(source.cite.citation())
                found.append(
                    NotQuoted(
                        rule=rule.id, value=name, standing=str(source.cite.standing), cite=cite
                    )
                )
    return tuple(found)
