"""What is done about a clearance: one function a decision, one transaction each."""

from collections.abc import Sequence
from datetime import date, datetime

from concours.kernel.errors import BadInput
from concours.kernel.period import day_end
from concours.ledger.draft import Draft
from concours.records.models import Document
from concours.selection import clearance, clearance_second
from concours.selection.authority import Actor, require
from concours.selection.clearance_state import COMPARTMENTS
from concours.services import compartments
from concours.services.case import Case, decide, open_candidacy
from concours.services.documents import store_document


def step_of(case: Case) -> str:
    """The id of the process's clearance step."""
    return next(plan.id for plan in case.edition.steps if plan.kind == "clearance")


def _keep(
    case: Case, actor: Actor, compartment: str, kind: str, at: datetime, **content: object
) -> str:
    return compartments.keep(
        person=case.candidacy.person,
        file=case.code,
        step=step_of(case),
        compartment=compartment,
        kind=kind,
        content=content,
        by=actor.code,
        at=at,
    )


def upload_document(
    actor: Actor, code: str, *, compartment: str, name: str, content: bytes, at: datetime
) -> None:
    """Keep a document of the candidate's own in one compartment; only its desk reads it."""
    case = open_candidacy(actor, code, "clearance.submit_forms", at=at)
    if compartment not in COMPARTMENTS:
        raise BadInput(
            "no_such_compartment", remedy="Choose medical or security.", field="document"
        )
    clearance.require_offered(case.candidacy, step=step_of(case))
    store_document(
        person=case.candidacy.person,
        file=code,
        step=step_of(case),
        kind=compartment,
        name=name,
        content=content,
        by=actor.code,
        at=at,
        compartment=compartment,
    )


def _digests(code: str, compartment: str) -> list[str]:
    rows = Document.objects.filter(file=code, compartment=compartment, removed_at__isnull=True)
    return list(rows.order_by("uploaded_at", "code").values_list("digest", flat=True))


def offer_conditional(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Make the conditional offer; medical and security clearance open in parallel."""

    def command(case: Case) -> Sequence[Draft]:
        return clearance.offer_conditional(case.candidacy, case.edition, step=step_of(case), at=at)

    return decide(actor, code, "clearance.offer_conditional", command, at=at, seen=seen)


def certify_forms(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Certify the security forms with the documents uploaded so far."""

    def command(case: Case) -> Sequence[Draft]:
        found = _keep(case, actor, "security", "forms", at, documents=_digests(code, "security"))
        return clearance.certify_forms(
            case.candidacy, case.edition, step=step_of(case), at=at, commitment=found
        )

    return decide(actor, code, "clearance.submit_forms", command, at=at, seen=seen)


def send_documents(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Say that the medical documents are complete. At least one must have been uploaded."""

    def command(case: Case) -> Sequence[Draft]:
        digests = _digests(code, "medical")
        if not digests:
            raise BadInput(
                "no_document_uploaded",
                remedy="Upload at least one medical document first.",
                field="document",
            )
        found = _keep(case, actor, "medical", "documents", at, documents=digests)
        return clearance.send_documents(
            case.candidacy, case.edition, step=step_of(case), at=at, commitment=found
        )

    return decide(actor, code, "clearance.submit_forms", command, at=at, seen=seen)


def extend(
    actor: Actor,
    code: str,
    *,
    what: str,
    until: date,
    ground: str,
    authority: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Move the date of the medical documents to the end of ``until``; the forms' date never moves."""

    def command(case: Case) -> Sequence[Draft]:
        return clearance.extend(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            what=what,
            until=day_end(until, case.edition.zone),
            ground=ground,
            authority=authority,
        )

    return decide(actor, code, "clearance.extend", command, at=at, seen=seen)


def record_wait(
    actor: Actor, code: str, *, compartment: str, on: str, at: datetime, seen: str | None = None
) -> Case:
    """Record on whom a clearance waits. Each desk records in its own compartment only."""
    require(actor, f"clearance.decide_{'medical' if compartment == 'medical' else 'security'}")

    def command(case: Case) -> Sequence[Draft]:
        return clearance.record_wait(
            case.candidacy, case.edition, step=step_of(case), at=at, compartment=compartment, on=on
        )

    return decide(actor, code, "clearance.record_wait", command, at=at, seen=seen)


def decide_medical(
    actor: Actor,
    code: str,
    *,
    medical_class: str,
    examined_on: date,
    reasons: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Decide the medical clearance; class and reasons stay in the medical compartment."""

    def command(case: Case) -> Sequence[Draft]:
        found = _keep(
            case,
            actor,
            "medical",
            "decision",
            at,
            medical_class=medical_class,
            examined_on=examined_on.isoformat(),
            reasons=reasons,
        )
        return clearance.decide_medical(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            medical_class=medical_class,
            examined_on=examined_on,
            commitment=found,
        )

    return decide(actor, code, "clearance.decide_medical", command, at=at, seen=seen)


def decide_security(
    actor: Actor,
    code: str,
    *,
    outcome: str,
    guidelines: Sequence[str],
    reasons: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Decide the security clearance; guidelines and reasons stay in the security compartment."""

    def command(case: Case) -> Sequence[Draft]:
        found = _keep(
            case,
            actor,
            "security",
            "decision",
            at,
            outcome=outcome,
            guidelines=sorted(guidelines),
            reasons=reasons,
        )
        return clearance.decide_security(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            outcome=outcome,
            guidelines=tuple(guidelines),
            commitment=found,
        )

    return decide(actor, code, "clearance.decide_security", command, at=at, seen=seen)


def request_waiver(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Ask for a waiver of the medical class; only the candidate can."""

    def command(case: Case) -> Sequence[Draft]:
        return clearance_second.request_waiver(
            case.candidacy, case.edition, step=step_of(case), at=at
        )

    return decide(actor, code, "clearance.request_waiver", command, at=at, seen=seen)


def decide_waiver(
    actor: Actor, code: str, *, granted: bool, reasons: str, at: datetime, seen: str | None = None
) -> Case:
    """Decide the waiver, finally."""

    def command(case: Case) -> Sequence[Draft]:
        found = _keep(case, actor, "medical", "waiver", at, granted=granted, reasons=reasons)
        return clearance_second.decide_waiver(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            granted=granted,
            commitment=found,
        )

    return decide(actor, code, "clearance.decide_waiver", command, at=at, seen=seen)


def appeal_security(
    actor: Actor, code: str, *, grounds: str, at: datetime, seen: str | None = None
) -> Case:
    """Appeal against the denied clearance."""

    def command(case: Case) -> Sequence[Draft]:
        found = _keep(case, actor, "security", "appeal", at, grounds=grounds)
        return clearance_second.appeal_security(
            case.as_shown() if case.role == "candidate" else case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            commitment=found,
        )

    return decide(actor, code, "clearance.appeal_security", command, at=at, seen=seen)


def decide_security_appeal(
    actor: Actor,
    code: str,
    *,
    votes_for: int,
    votes_against: int,
    reasons: str,
    at: datetime,
    seen: str | None = None,
) -> Case:
    """Record the appeal panel's votes and reasons; they decide."""

    def command(case: Case) -> Sequence[Draft]:
        found = _keep(case, actor, "security", "appeal_decision", at, reasons=reasons)
        return clearance_second.decide_security_appeal(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            votes_for=votes_for,
            votes_against=votes_against,
            commitment=found,
        )

    return decide(actor, code, "clearance.decide_security_appeal", command, at=at, seen=seen)
