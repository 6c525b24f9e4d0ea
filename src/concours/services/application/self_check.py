"""The eligibility check that needs no account, and what the public pages of applying show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from concours.kernel.citation import Citation
from concours.policy.citizenship import Citizenship
from concours.policy.edition import Edition, Rule
from concours.policy.shipped import default_edition
from concours.policy.tracks import Track
from concours.selection.application_eligibility import Claim, eligibility_verdicts
from concours.services.application.pages import declarations_of, tracks_of
from concours.services.public.road import (
    OpenCompetition,
    open_competitions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRule:
    """One rule's answer, as somebody who only asks reads it."""

    rule: str
    question: str
    allowed: bool
    reason: str
    found: str
    bound: str
    cite: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCheck:
    """The whole answer: eligible or not, and every rule's verdict."""

    edition: str
    tested_on: date
    eligible: bool
    rules: tuple[CheckedRule, ...]


def public_edition() -> Edition:
    """The edition the public pages explain."""
    return default_edition()


def check_eligibility(
    *,
    born: date,
    tested_on: date,
    citizen: bool,
    declared: Mapping[str, bool],
    preference: bool,
) -> SelfCheck:
    """Answer without an account and without keeping anything."""
    edition = public_edition()
    step = next(plan.id for plan in edition.steps if plan.kind == "application")
    required = edition.value(_citizenship(edition).id, Citizenship).country
    citizenships = frozenset({required} if citizen else set())
    claims = frozenset({"preference_eligible"}) if preference else frozenset[str]()
    claim = Claim(born=born, citizenships=citizenships, declared=declared, claims=claims)
    verdicts = eligibility_verdicts(edition, step=step, claim=claim, tested_on=tested_on)
    return SelfCheck(
        edition=edition.edition,
        tested_on=tested_on,
        eligible=all(v.allowed for v in verdicts),
        rules=tuple(
            CheckedRule(
                rule=v.rule,
                question=edition.rule(v.rule).question,
                allowed=v.allowed,
                reason=v.reason,
                found=v.found,
                bound=v.bound,
                cite=v.cite,
            )
            for v in verdicts
        ),
    )


def _citizenship(edition: Edition) -> Rule:
    """The rule on citizenship, under whatever id the edition gives it."""
    return next(rule for rule in edition.rules.values() if rule.kind == "citizenship")


def citizenship_question() -> str:
    """How the rulebook asks for citizenship."""
    return _citizenship(public_edition()).question


def public_tracks() -> tuple[Track, ...]:
    """The tracks side by side."""
    return tracks_of(public_edition())


def tracks_rule() -> str:
    """The id of the rule that names the tracks."""
    return next(rule.id for rule in public_edition().rules.values() if rule.kind == "tracks")


def public_declarations() -> tuple[tuple[str, str, bool], ...]:
    """The declarations the eligibility check asks for."""
    return declarations_of(public_edition())


def competition_row(code: str, *, at: datetime) -> OpenCompetition | None:
    """One open competition; None where there is none of this code."""
    return next((c for c in open_competitions(at=at) if c.file == code), None)
