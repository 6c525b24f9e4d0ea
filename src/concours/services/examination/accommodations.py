"""Other conditions at the test: asked for by the candidate, decided by the test administrator.

The reasons stand in the medical compartment; here and in the record stand codes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil

from concours.kernel.citation import Citation
from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.policy.accommodations import Accommodations
from concours.selection import examination_accommodations as rules
from concours.selection.accommodation import Accommodation
from concours.selection.authority import Actor
from concours.selection.examination import Examination, sections_of
from concours.services import compartments
from concours.services.case import Case, decide, open_candidacy
from concours.services.examination.sessions import test_step
from concours.services.reversing import decide_again

COMPARTMENT, KIND = "medical", "accommodation_request"
LEAST, LONGEST = 20, 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccommodationPage:
    """What was asked for and what is in force. ``reasons`` is for who decides, "" for others.

    ``sections`` are titles with their minutes as granted; ``open_now`` whether one may ask.
    """

    code: str
    version: str
    known: Accommodation
    codes: tuple[str, ...]
    sections: tuple[tuple[str, int], ...]
    reasons: str
    open_now: bool
    rule: str
    cite: Citation | None


def own_accommodations(actor: Actor, code: str, *, at: datetime) -> AccommodationPage:
    """The candidate's own request and what they have been told of it."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    file = case.as_shown()
    step = test_step(case.edition)
    known = file.state(step, Examination).accommodation
    may = any(o.command == rules.ASK for o in rules.openings(file, case.edition, step=step, at=at))
    return _page(case, known, may=may, reasons="")


def accommodation_request(actor: Actor, code: str, *, at: datetime) -> AccommodationPage:
    """The request as its decider reads it, with the reasons given."""
    case = open_candidacy(actor, code, rules.DECIDE, at=at)
    known = case.candidacy.state(test_step(case.edition), Examination).accommodation
    found = compartments.latest(code, compartment=COMPARTMENT, kind=KIND)
    words = str(found.content["text"]) if found and known.waits else ""
    return _page(case, known, may=known.waits, reasons=words)


def accommodation_in_force(actor: Actor, code: str, *, at: datetime) -> AccommodationPage:
    """The decision as its reviewer reads it, who may replace it: codes, without the reasons."""
    case = open_candidacy(actor, code, rules.REVERSE, at=at)
    known = case.candidacy.state(test_step(case.edition), Examination).accommodation
    return _page(case, known, may=bool(known.outcome), reasons="")


def _page(case: Case, known: Accommodation, *, may: bool, reasons: str) -> AccommodationPage:
    step = test_step(case.edition)
    name = f"{step}.accommodations"
    rule = case.edition.rules.get(name)
    return AccommodationPage(
        code=case.code,
        version=case.version,
        known=known,
        codes=case.edition.value(name, Accommodations).codes if rule else (),
        sections=tuple(
            (about.title, with_extra_time(about.minutes, known.factor))
            for about in sections_of(case.edition, step).values()
        ),
        reasons=reasons,
        open_now=may,
        rule=name,
        cite=rule.cite if rule else None,
    )


def ask_accommodation(
    actor: Actor,
    code: str,
    *,
    wants: Iterable[str],
    text: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Ask for other conditions; the reasons are sealed, the record commits to them."""
    words = text.strip()
    if not LEAST <= len(words) <= LONGEST:
        raise BadInput(
            "text_length", remedy=f"Say why in {LEAST} to {LONGEST} characters.", field="text"
        )

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        commitment = compartments.keep(
            person=case.candidacy.person,
            file=code,
            step=step,
            compartment=COMPARTMENT,
            kind=KIND,
            content={"text": words},
            by=actor.code,
            at=at,
        )
        return rules.ask_accommodation(
            case.as_shown(), case.edition, step=step, at=at, wants=wants, commitment=commitment
        )

    return decide(actor, code, rules.ASK, command, at=at, seen=seen)


def decide_accommodation(
    actor: Actor,
    code: str,
    *,
    granted: Iterable[str],
    reason: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Decide the request that waits; the candidate is told by letter."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.decide_accommodation(
            case.candidacy, case.edition, step=step, granted=granted, reason=reason
        )

    return decide(actor, code, rules.DECIDE, command, at=at, seen=seen)


def reverse_accommodation(
    actor: Actor,
    code: str,
    *,
    granted: Iterable[str],
    reason: str,
    authority: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Replace the decision in force by another one; the candidate is told by letter."""

    def command(case: Case) -> Sequence[Draft]:
        step = test_step(case.edition)
        return rules.reverse_accommodation(
            case.candidacy,
            case.edition,
            step=step,
            granted=granted,
            reason=reason,
            authority=authority,
        )

    return decide_again(actor, code, rules.REVERSE, command, at=at, seen=seen)


def with_extra_time(minutes: int, factor: Fraction) -> int:
    """Minutes of a section by a factor, rounded up as the sitting does it."""
    return ceil(minutes * factor)
