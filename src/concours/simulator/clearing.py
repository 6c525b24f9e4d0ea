"""Clearances in parallel, then the final review."""

from datetime import datetime, timedelta

from concours.selection.assessment_state import Assessment
from concours.selection.clearance import (
    certify_forms,
    decide_medical,
    decide_security,
    offer_conditional,
    record_wait,
    send_documents,
)
from concours.selection.clearance_second import decide_waiver, request_waiver
from concours.selection.clearance_state import Clearance
from concours.selection.review import open_review, record_votes, take_oath
from concours.selection.review_state import Vote
from concours.simulator.cohort import Cohort
from concours.simulator.content import digest_of
from concours.simulator.people import Invented
from concours.simulator.reading import panel_of
from concours.simulator.window import Window

CLEARANCE = "clearance"
REVIEW = "review"
MEMBERS = 3


def clear_all(cohort: Cohort, window: Window) -> None:
    """Conditional offers to whoever passed the oral, both clearances, then the review.

    How long the compartments take differs from person to person, up to threefold.
    """
    for code in window.codes:
        file = cohort.file(code)
        if file.closed is None and file.state("assessment", Assessment).passed:
            _clear(cohort, code, cohort.people[code], 0.7 + 1.3 * cohort.people[code].clean)


def _clear(cohort: Cohort, code: str, person: Invented, pace: float) -> None:
    last = cohort.file(code).last_at or cohort.base
    at = cohort.later(last, least=0.5, most=3)
    if not cohort.past(at):
        return
    drafts = offer_conditional(cohort.file(code), cohort.edition, step=CLEARANCE, at=at)
    cohort.act(drafts, by="system", role="system", at=at)
    cohort.tell_all(code, at + timedelta(hours=2))
    at = cohort.later(at, least=3, most=26)
    if not cohort.past(at):
        return
    own = cohort.file(code).person
    for command in (certify_forms, send_documents):
        papers = command(
            cohort.file(code),
            cohort.edition,
            step=CLEARANCE,
            at=at,
            commitment=digest_of({"papers": command.__name__, "of": code}),
        )
        cohort.act(papers, by=own, role="candidate", at=at)
        at += timedelta(hours=3)
    events = sorted(
        [
            (cohort.later(at, least=15 * pace, most=60 * pace), "medical"),
            (cohort.later(at, least=60 * pace, most=170 * pace), "security"),
        ]
    )
    waits = at + timedelta(days=10)
    if cohort.past(waits) and waits < events[0][0]:
        drafts = record_wait(
            cohort.file(code),
            cohort.edition,
            step=CLEARANCE,
            at=waits,
            compartment="security",
            on="third_party",
        )
        cohort.act(
            drafts, by=cohort.staff["security-adjudicator"], role="security_adjudicator", at=waits
        )
    done = at
    for when, compartment in events:
        if not cohort.past(when) or cohort.file(code).closed is not None:
            return
        done = (
            _medical(cohort, code, person, when)
            if compartment == "medical"
            else _security(cohort, code, person, when)
        )
    if cohort.file(code).closed is None and cohort.file(code).state(CLEARANCE, Clearance).passed:
        _review(cohort, code, person, cohort.later(max(done, events[-1][0]), least=6, most=80))


def _medical(cohort: Cohort, code: str, person: Invented, at: datetime) -> datetime:
    found = "1" if person.healthy < 0.85 else ("2" if person.healthy < 0.97 else "5")
    drafts = decide_medical(
        cohort.file(code),
        cohort.edition,
        step=CLEARANCE,
        at=at,
        medical_class=found,
        examined_on=(at - timedelta(days=12)).date(),
        commitment=digest_of({"class": found, "of": code}),
    )
    cohort.act(drafts, by=cohort.staff["medical-adjudicator"], role="medical_adjudicator", at=at)
    cohort.tell_all(code, at + timedelta(hours=3))
    if found == "1":
        return at
    asked, decided = at + timedelta(days=6), at + timedelta(days=22)
    if not cohort.past(asked) or cohort.file(code).closed is not None:
        return at
    request = request_waiver(cohort.file(code), cohort.edition, step=CLEARANCE, at=asked)
    cohort.act(request, by=cohort.file(code).person, role="candidate", at=asked)
    if not cohort.past(decided):
        return asked
    answer = decide_waiver(
        cohort.file(code),
        cohort.edition,
        step=CLEARANCE,
        at=decided,
        granted=found == "2",
        commitment=digest_of({"waiver": code}),
    )
    cohort.act(answer, by=cohort.staff["waiver-officer"], role="waiver_officer", at=decided)
    cohort.tell_all(code, decided + timedelta(hours=3))
    return decided + timedelta(hours=3)


def _security(cohort: Cohort, code: str, person: Invented, at: datetime) -> datetime:
    at = max(at, (cohort.file(code).last_at or at) + timedelta(hours=1))
    if not cohort.past(at):
        return at
    granted = person.clean < 0.93
    drafts = decide_security(
        cohort.file(code),
        cohort.edition,
        step=CLEARANCE,
        at=at,
        outcome="grant" if granted else "deny",
        guidelines=() if granted else ("F",),
        commitment=digest_of({"security": code}),
    )
    cohort.act(drafts, by=cohort.staff["security-adjudicator"], role="security_adjudicator", at=at)
    cohort.tell_all(code, at + timedelta(hours=3))
    return at + timedelta(hours=3)


def _review(cohort: Cohort, code: str, person: Invented, at: datetime) -> None:
    if not cohort.past(at):
        return
    members = [e.code for e in cohort.holding("suitability_examiner")]
    first = int(cohort.chance.integers(len(members)))
    chosen = tuple(members[(first + n) % len(members)] for n in range(MEMBERS))
    group = cohort.file(code).state("assessment", Assessment).panel
    assessors = frozenset(panel_of(cohort, group).members) if group else frozenset()
    opened = open_review(
        cohort.file(code), cohort.edition, step=REVIEW, at=at, members=chosen, assessors=assessors
    )
    cohort.act(opened, by=cohort.staff["scheduler"], role="scheduler", at=at)
    for member in chosen:
        oath = take_oath(cohort.file(code), cohort.edition, step=REVIEW, at=at, member=member)
        cohort.act(oath, by=member, role="suitability_examiner", at=at)
    voted = at + timedelta(days=24)
    if not cohort.past(voted):
        return
    fit = person.clean < 0.9
    votes = [
        Vote(member=m, suitable=fit or n == 0, factors=() if fit or n == 0 else ("finances",))
        for n, m in enumerate(chosen)
    ]
    entered = record_votes(
        cohort.file(code),
        cohort.edition,
        step=REVIEW,
        at=voted,
        votes=votes,
        commitment=digest_of({"votes": code}),
    )
    cohort.act(entered, by="system", role="system", at=voted)
    cohort.tell_all(code, voted + timedelta(hours=3))
