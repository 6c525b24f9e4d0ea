"""Eligibility: every rule's verdict on what an applicant declared, and the finding of record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from concours.kernel.period import day_end, day_start, instant_text
from concours.kernel.verdict import Verdict
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.age_window import AgeWindow, judge_age_to_test, judge_ceiling
from concours.policy.attainment import Attainment, judge_attainment
from concours.policy.citizenship import Citizenship, judge_citizenship
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.declaration import Declaration, judge_declaration
from concours.policy.edition import Edition
from concours.policy.seat_rules import SeatRules, seats_open_at
from concours.selection.application import Application, Finding
from concours.selection.candidacy import Apply, Candidacy, close, require_open
from concours.selection.competition import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an applicant declares, as eligibility reads it. Never recorded as it stands."""

    born: date
    citizenships: frozenset[str]
    declared: Mapping[str, bool]
    claims: frozenset[str] = frozenset()
    degrees: frozenset[str] = frozenset()
    years: int = 0
    commitments: Mapping[str, str] = field(default_factory=dict)


def eligibility_verdicts(
    edition: Edition, *, step: str, claim: Claim, tested_on: date
) -> tuple[Verdict, ...]:
    """What each eligibility rule of the edition says, in one order, allowed or not.

    The age to be appointed is not judged here: nobody knows the day yet. The
    ceiling is, since somebody past it on the day of the test stays past it.
    """
    found: list[Verdict] = []
    name = f"{step}.age"
    if edition.has(name):
        age, cite = edition.value(name, AgeWindow), edition.rule(name).cite
        found.append(judge_age_to_test(age, born=claim.born, on=tested_on, name=name, cite=cite))
        found.append(
            judge_ceiling(
                age, born=claim.born, on=tested_on, claims=claim.claims, name=name, cite=cite
            )
        )
    name = f"{step}.citizenship"
    if edition.has(name):
        found.append(
            judge_citizenship(
                edition.value(name, Citizenship),
                citizenships=claim.citizenships,
                name=name,
                cite=edition.rule(name).cite,
            )
        )
    for name in (f"{step}.conditions", f"{step}.bars"):
        if edition.has(name):
            found.append(
                judge_declaration(
                    edition.value(name, Declaration),
                    answers=claim.declared,
                    name=name,
                    cite=edition.rule(name).cite,
                )
            )
    name = f"{step}.attainment"
    if edition.has(name):
        found.append(
            judge_attainment(
                edition.value(name, Attainment),
                degrees=claim.degrees,
                years=claim.years,
                name=name,
                cite=edition.rule(name).cite,
            )
        )
    return tuple(found)


def judge_eligibility(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, claim: Claim, calendar: Calendar
) -> tuple[Draft, ...]:
    """Find the applicant eligible or not, with the verdict of every rule.

    The reckoning day is the last day of the window: somebody old enough by then
    may reserve a seat on a day on which they are. Not eligible ends the candidacy.
    """
    require_open(file)
    state = file.state(step, Application)
    if state.submitted_at is None:
        raise edition.refusal(
            f"{step}.sections", "not_submitted", remedy="It is judged once it has been submitted."
        )
    if state.finding is not None:
        raise edition.refusal(
            f"{step}.judging", "already_judged", remedy="Reverse the finding, do not repeat it."
        )
    verdicts = eligibility_verdicts(edition, step=step, claim=claim, tested_on=calendar.test_ends)
    eligible = all(v.allowed for v in verdicts)
    findings: list[Json] = [
        {
            "rule": v.rule,
            "allowed": v.allowed,
            "reason": v.reason,
            "found": v.found,
            "bound": v.bound,
        }
        for v in verdicts
    ]
    failed = next((v.rule for v in verdicts if not v.allowed), f"{step}.age")
    decided = Draft(
        file=file.file,
        step=step,
        kind="eligibility.found",
        body={
            "outcome": "eligible" if eligible else "not_eligible",
            "rule": failed,
            "findings": findings,
            "reckoned_on": calendar.test_ends.isoformat(),
            "inputs": {"snapshot": state.digest, **dict(sorted(claim.commitments.items()))},
            "edition": edition.digest,
        },
    )
    if eligible:
        return (decided, *admit(file, edition, calendar=calendar))
    return (decided, close(file, step=step, reason="not_eligible"))


def admit(file: Candidacy, edition: Edition, *, calendar: Calendar) -> tuple[Draft, ...]:
    """Let an eligible applicant into the process's next test, with the dates that bind there."""
    test = next((plan.id for plan in edition.steps if plan.kind == "examination"), None)
    if test is None:
        return ()
    rule = f"{test}.seats"
    opens = seats_open_at(
        edition.value(rule, SeatRules), first_day=calendar.test_starts, zone=edition.zone
    )
    opens = max(opens, day_start(calendar.seats_from, edition.zone))
    ends = day_end(calendar.test_ends, edition.zone)
    last_day = day_start(calendar.test_ends, edition.zone)
    results = lapses_at(
        edition.value(f"{test}.results", Deadline), told_at=last_day, zone=edition.zone
    )
    body = {
        "rule": rule,
        "window": calendar.window,
        "seats_from": instant_text(opens),
        "window_ends": instant_text(ends),
        "results_by": instant_text(results),
    }
    return (Draft(file=file.file, step=test, kind="examination.admitted", body=body),)


def _failed(fact: Fact) -> tuple[str, ...]:
    findings = fact.body.get("findings")
    if not isinstance(findings, list | tuple):
        return ()
    return tuple(
        str(f.get("rule", "")) for f in findings if isinstance(f, Mapping) and not f.get("allowed")
    )


def apply_found(file: Candidacy, fact: Fact) -> Candidacy:
    """Fold a finding of eligibility, first or reversed."""
    finding = Finding(
        eligible=fact.body.get("outcome") == "eligible",
        failed=_failed(fact),
        seq=fact.seq,
        at=fact.on,
    )
    state = replace(file.state(fact.step, Application), finding=finding)
    return file.with_state(fact.step, state)


APPLY: Mapping[str, Apply] = {
    "eligibility.found": apply_found,
    "eligibility.reversed": apply_found,
}
