"""What the invented applicants typed: every section, sealed, committed to by the entries."""

import hashlib

from concours.ledger.canonical import canonical
from concours.records import personal
from concours.records.models import ApplicationSection
from concours.selection.application import Application
from concours.services.application.sections import COLUMN
from concours.simulator.cohort import Cohort
from concours.simulator.content import sections_of

BEGUN = ("identity", "contact", "education")
"""The sections of an application that was begun and not yet sent."""


def fill_applications(cohort: Cohort) -> None:
    """Write the sections of everybody who submitted, and some of those who are still at it."""
    keys = personal.keys_of([cohort.file(code).person for code in cohort.people])
    rows = []
    for code, invented in cohort.people.items():
        file = cohort.file(code)
        state = file.state("application", Application)
        sent = state.submitted_at is not None
        for name, content in sections_of(invented).items():
            if not sent and name not in BEGUN:
                continue
            text = canonical(content)
            rows.append(
                ApplicationSection(
                    candidacy=code,
                    section=name,
                    content=personal.seal_with(keys[file.person], file.person, COLUMN, text),
                    digest=hashlib.sha256(text.encode()).hexdigest(),
                    complete=True,
                    saved_at=state.submitted_at or state.started_at or cohort.base,
                )
            )
    ApplicationSection.objects.bulk_create(rows, batch_size=1_000)
