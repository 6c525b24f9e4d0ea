"""The clearances: conditional offer, papers, decisions of the two compartments, waiver, appeal.

The ledger learns outcomes and dates. Class, guideline, reasons and documents
stand encrypted in their compartment; an entry holds a commitment to them.
"""

from datetime import date, datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_of, instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.code_list import CodeList, require_codes
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.policy.medical_scheme import MedicalScheme, leads_to
from concours.policy.validity import Validity, good_until
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.clearance_state import COMPARTMENTS, WAITS, Clearance
from concours.selection.progress import due_since_told, require_all_before
from concours.selection.reversal import require_authority

FORMS_LATE = "security_forms_late"
SECURITY_DENIED = "security_denied"


def clearance_entry(file: Candidacy, step: str, kind: str, **body: Json) -> Draft:
    """One entry of this step: ``kind`` without its prefix, the rest is the body."""
    return Draft(file=file.file, step=step, kind=f"clearance.{kind}", body=body)


def require_offered(file: Candidacy, *, step: str) -> Clearance:
    """The open file's state, once the conditional offer stands."""
    require_open(file)
    state = file.state(step, Clearance)
    if state.offered_at is None:
        raise RuleRefused(
            "no_conditional_offer",
            remedy="The conditional offer opens the clearances; it comes first.",
        )
    return state


def forms_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """When it is too late for the security forms; None until the offer has been told."""
    state = file.state(step, Clearance)
    return due_since_told(file, edition, about=state.offered_seq, rule=f"{step}.forms")


def documents_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """By when the medical documents should be in, with any extension; None until told."""
    state, told = file.state(step, Clearance), None
    if state.offered_seq:
        told = file.told.get(state.offered_seq)
    if told is None:
        return state.documents_due
    rule = edition.value(f"{step}.medical_documents", Deadline)
    due = lapses_at(rule, told_at=told.at, zone=edition.zone)
    return max(due, state.documents_due) if state.documents_due else due


def offer_conditional(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Make the conditional offer; it opens the medical and the security clearance in parallel."""
    require_open(file)
    require_all_before(file, edition, step=step)
    if file.state(step, Clearance).offered_at is not None:
        raise RuleRefused(
            "already_offered", remedy="The conditional offer stands; both clearances are open."
        )
    return (clearance_entry(file, step, "offered", rule=f"{step}.forms"),)


def certify_forms(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Certify the security forms. Refused from the first instant after the last day, absolutely."""
    state = require_offered(file, step=step)
    if state.security.papers_at is not None:
        raise RuleRefused(
            "forms_already_certified", remedy="The security forms are with the board."
        )
    due = forms_due(file, edition, step=step)
    if due is not None and at >= due:
        raise edition.refusal(
            f"{step}.forms",
            "security_forms_late",
            remedy="The date has passed and is never moved. A new candidacy starts with the test.",
            due_on=instant_text(due),
            days=str(edition.value(f"{step}.forms", Deadline).days),
        )
    body: dict[str, Json] = {"rule": f"{step}.forms", "commitment": commitment}
    if due is not None:
        body["due_on"] = instant_text(due)
    return (clearance_entry(file, step, "forms_certified", **body),)


def send_documents(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Say that the medical documents are complete; the board may still ask for more."""
    state = require_offered(file, step=step)
    if state.medical.papers_at is not None:
        raise RuleRefused(
            "documents_already_sent", remedy="The medical documents are with the board."
        )
    body = {"rule": f"{step}.medical_documents", "commitment": commitment}
    return (clearance_entry(file, step, "documents_sent", **body),)


def extend(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    what: str,
    until: datetime,
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Move a date. The security forms' date is absolute: no ground and no authority moves it."""
    require_authority(authority)
    state = require_offered(file, step=step)
    if what == "forms" and edition.value(f"{step}.forms", Deadline).absolute:
        raise edition.refusal(
            f"{step}.forms",
            "deadline_is_absolute",
            remedy="This date cannot be moved for any reason, not even for a holder of a clearance.",
            field="what",
        )
    if what != "documents":
        raise BadInput(
            "no_such_date", remedy="Only the medical documents' date can be moved.", field="what"
        )
    due = documents_due(file, edition, step=step)
    if until <= at or (due is not None and until <= due):
        raise BadInput(
            "not_an_extension",
            remedy="Give a date later than today and than the present one.",
            field="until",
        )
    if state.medical.papers_at is not None:
        raise RuleRefused("documents_already_sent", remedy="There is nothing left to extend.")
    return (
        clearance_entry(
            file,
            step,
            "extended",
            rule=f"{step}.medical_documents",
            what=what,
            ground=ground,
            authority=authority,
            due_on=instant_text(until),
        ),
    )


def record_wait(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, compartment: str, on: str
) -> tuple[Draft, ...]:
    """Record on whom a clearance now waits: the candidate, the board, or somebody else."""
    state = require_offered(file, step=step)
    if compartment not in COMPARTMENTS:
        raise BadInput(
            "no_such_compartment",
            remedy=f"Choose {' or '.join(COMPARTMENTS)}.",
            field="compartment",
        )
    if on not in WAITS:
        raise BadInput("no_such_party", remedy=f"Choose one of {', '.join(WAITS)}.", field="on")
    found = state.medical if compartment == "medical" else state.security
    if found.decided_at is not None:
        raise RuleRefused(
            "already_decided", remedy="This clearance is decided; it waits on nobody."
        )
    if found.waits and found.waits[-1].on == on:
        raise RuleRefused("already_waiting_on", remedy="The record already says so.", field="on")
    return (clearance_entry(file, step, "wait_recorded", compartment=compartment, on=on),)


def completion(file: Candidacy, edition: Edition, *, step: str, other: bool) -> tuple[Draft, ...]:
    """The entry that passes the step, when the other clearance already stands."""
    if not other or file.state(step, Clearance).passed is True:
        return ()
    return (
        clearance_entry(file, step, "decided", outcome="passed", rule=f"{step}.security_validity"),
    )


def decide_medical(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    medical_class: str,
    examined_on: date,
    commitment: str,
) -> tuple[Draft, ...]:
    """Decide the medical clearance from the class found; the class itself stays in its compartment.

    The scheme is the one in force on the day of the examination. A later
    examination may be decided again: it renews the dates, or asks for a waiver.
    """
    state = require_offered(file, step=step)
    if examined_on > day_of(at, edition.zone):
        raise BadInput(
            "examined_in_the_future",
            remedy="The examination cannot be later than today.",
            field="examined_on",
        )
    scheme = edition.value(f"{step}.medical", MedicalScheme)
    found = leads_to(scheme, medical_class=medical_class, examined_on=examined_on)
    until = good_until(
        edition.value(f"{step}.medical_validity", Validity), from_day=day_of(at, edition.zone)
    )
    decision = clearance_entry(
        file,
        step,
        "medical_decided",
        rule=f"{step}.medical",
        outcome="cleared" if found == "pass" else "waiver_needed",
        commitment=commitment,
        until=until.isoformat(),
    )
    if found == "waiver":
        return (decision,)
    return (decision, *completion(file, edition, step=step, other=state.security_cleared))


def decide_security(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    outcome: str,
    guidelines: tuple[str, ...],
    commitment: str,
) -> tuple[Draft, ...]:
    """Decide the security clearance. A denial names its guidelines, in the compartment only,
    and ends the candidacy unless the appeal is upheld."""
    state = require_offered(file, step=step)
    if state.security.papers_at is None:
        raise RuleRefused(
            "forms_not_certified", remedy="The security forms must be certified before a decision."
        )
    require_codes(
        edition.value(f"{step}.security_outcomes", CodeList), codes=(outcome,), field="outcome"
    )
    named = require_codes(
        edition.value(f"{step}.guidelines", CodeList), codes=guidelines, field="guidelines"
    )
    if outcome != "grant" and not named:
        raise BadInput(
            "guideline_missing",
            remedy="Name at least one guideline for this outcome.",
            field="guidelines",
        )
    until = good_until(
        edition.value(f"{step}.security_validity", Validity), from_day=day_of(at, edition.zone)
    )
    body: dict[str, Json] = {
        "rule": f"{step}.guidelines",
        "outcome": outcome,
        "commitment": commitment,
    }
    if outcome == "deny":
        return (
            clearance_entry(file, step, "security_decided", **body),
            close(file, step=step, reason=SECURITY_DENIED),
        )
    decision = clearance_entry(file, step, "security_decided", **body, until=until.isoformat())
    return (decision, *completion(file, edition, step=step, other=state.medical_cleared))


def lapse_forms(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """The security forms did not come: the candidacy ended when their last day did."""
    state = require_offered(file, step=step)
    if state.security.papers_at is not None or at < due_on:
        return ()
    lapsed = Draft(
        file=file.file,
        step=step,
        kind="clearance.lapsed",
        body={"rule": f"{step}.forms", "what": "forms", "due_on": instant_text(due_on)},
        on=due_on,
    )
    return (lapsed, close(file, step=step, reason=FORMS_LATE, on=due_on))
