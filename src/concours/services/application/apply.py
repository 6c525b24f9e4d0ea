"""Starting an application, and submitting it with the one choice of track."""

import hashlib
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import NotPermitted
from concours.policy.edition import load_edition
from concours.records.models import ApplicationSection
from concours.selection.application import start_application, submit_application
from concours.selection.authority import Actor, require
from concours.services.application.sections import (
    application_step,
    copy_from_last,
    read_section,
    section_digests,
    snapshot_digest,
)
from concours.services.case import Case, decide
from concours.services.casefile import record
from concours.services.competitions import read_competition
from concours.services.files import new_code
from concours.services.persons import read_person


@transaction.atomic
def start(actor: Actor, *, competition: str, at: datetime) -> str:
    """Open a candidacy in a published competition; returns its code, the existing one if any.

    What was typed in the person's last application is carried over as a draft.
    """
    require(actor, "application.draft")
    if not actor.person:
        raise NotPermitted("no_person", remedy="Sign in as a candidate to apply.")
    person = read_person(actor.person)
    existing = {c: code for code, c in person.candidacies.items()}.get(competition)
    if existing:
        return existing
    found = read_competition(competition)
    edition = load_edition(found.process, found.edition)
    step = next(plan.id for plan in edition.steps if plan.kind == "application")
    code = new_code()
    drafts = start_application(code, edition, step=step, at=at, competition=found, person=person)
    record(actor, "application.draft", drafts, at=at)
    earlier = ApplicationSection.objects.filter(
        candidacy__in=list(person.candidacies), section="identity"
    )
    last = earlier.order_by("-saved_at", "candidacy").first()
    if last is not None:
        copy_from_last(actor.person, code, last.candidacy)
    return code


def submit(actor: Actor, code: str, *, at: datetime, seen: str | None, late_code: str = "") -> Case:
    """Freeze the application as it stands and choose the track typed in it, for good."""

    def command(case: Case) -> tuple:  # type: ignore[type-arg]
        step = application_step(case)
        track = read_section(code, case.candidacy.person, "track").get("track", "")
        digests = section_digests(code)
        return submit_application(
            case.candidacy,
            case.edition,
            step=step,
            at=at,
            digest=snapshot_digest(digests),
            sections=digests,
            track=str(track),
            late_code=digest_of_code(late_code) if late_code else "",
        )

    return decide(actor, code, "application.submit", command, at=at, seen=seen)


def digest_of_code(code: str) -> str:
    """What the ledger holds of a late entry code."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode()).hexdigest()
