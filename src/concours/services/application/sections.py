"""What an applicant types, section by section: saved encrypted, frozen at submission."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import RuleRefused
from concours.ledger.canonical import canonical
from concours.records import name_search, personal
from concours.records.models import ApplicationSection, EqualityAnswer, Person
from concours.selection.application import Application
from concours.selection.authority import Actor
from concours.selection.candidacy import require_open
from concours.services.case import Case, open_candidacy

Content = Mapping[str, Any]
COLUMN = "applicationsection.content"
EQUALITY_COLUMN = "equalityanswer.content"
SALT = "_salt"


def save_section(
    actor: Actor, code: str, *, section: str, content: Content, complete: bool, at: datetime
) -> str:
    """Save one section of the applicant's own file; returns its digest.

    A section is frozen once the application was submitted, unless the registrar
    opened it again. The answers for statistics go to a table of their own and
    are never part of the application.
    """
    with transaction.atomic():
        case = open_candidacy(actor, code, "application.draft", at=at, lock=True)
        require_open(case.candidacy)
        if section == "equality":
            _save_equality(case, content, at)
            return ""
        _require_unfrozen(case, section, at)
        return write_section(case, section, content, complete=complete, at=at)


def write_section(
    case: Case, section: str, content: Content, *, complete: bool, at: datetime
) -> str:
    """Write a section's row, and what the person's own row repeats of it; returns the digest."""
    person = case.candidacy.person
    salted = {**content, SALT: secrets.token_hex(32)}
    text = canonical(salted)
    digest = hashlib.sha256(text.encode()).hexdigest()
    ApplicationSection.objects.update_or_create(
        candidacy=case.code,
        section=section,
        defaults={
            "content": personal.seal_text(person, COLUMN, text),
            "digest": digest,
            "complete": complete,
            "saved_at": at,
        },
    )
    if section == "identity":
        _keep_identity(person, content)
    if section == "contact":
        Person.objects.filter(pk=person).update(
            address=personal.seal_text(person, "person.address", str(content.get("address", ""))),
            telephone=personal.seal_text(
                person, "person.telephone", str(content.get("telephone", ""))
            ),
        )
    return digest


def read_section(candidacy: str, person: str, section: str) -> dict[str, Any]:
    """What stands in one section; empty where nothing was typed or it was erased."""
    row = ApplicationSection.objects.filter(candidacy=candidacy, section=section).first()
    return {} if row is None else _opened(person, bytes(row.content))


def read_sections(candidacy: str, person: str) -> dict[str, dict[str, Any]]:
    """What stands in every section of one application."""
    rows = ApplicationSection.objects.filter(candidacy=candidacy).order_by("section")
    return {row.section: _opened(person, bytes(row.content)) for row in rows}


def read_sections_of(persons: Mapping[str, str]) -> dict[str, dict[str, dict[str, Any]]]:
    """What stands in every section of many applications, given each one's person; two queries."""
    rows = ApplicationSection.objects.filter(candidacy__any_of=list(persons)).order_by("section")
    found: dict[str, dict[str, dict[str, Any]]] = {code: {} for code in persons}
    kept = list(rows.values_list("candidacy", "section", "content"))
    texts = personal.open_many(COLUMN, [(persons[code], bytes(sealed)) for code, _, sealed in kept])
    for (code, section, _), text in zip(kept, texts, strict=True):
        found[code][section] = dict(json.loads(text)) if text else {}
    return found


def section_digests(candidacy: str) -> dict[str, str]:
    """The digest of each complete section."""
    rows = ApplicationSection.objects.filter(candidacy=candidacy, complete=True)
    return dict(rows.order_by("section").values_list("section", "digest"))


def snapshot_digest(digests: Mapping[str, str]) -> str:
    """The digest of a whole application: of the digests of its sections, in their order."""
    return hashlib.sha256(canonical(dict(sorted(digests.items()))).encode()).hexdigest()


def complete_sections(candidacy: str) -> dict[str, datetime]:
    """When each complete section was last saved."""
    rows = ApplicationSection.objects.filter(candidacy=candidacy, complete=True)
    return dict(rows.values_list("section", "saved_at"))


def commitment_of(value: str, salt: str) -> str:
    """What an entry holds in place of a value: checkable by whoever has value and salt."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def copy_from_last(person: str, candidacy: str, earlier: str) -> int:
    """Start a new application with what the person typed in their last one; never the
    declarations, the track or the answers for statistics. Returns how many sections."""
    copied = 0
    for section in ("identity", "contact", "education", "employment", "languages", "veteran"):
        row = ApplicationSection.objects.filter(candidacy=earlier, section=section).first()
        if row is None:
            continue
        ApplicationSection.objects.create(
            candidacy=candidacy,
            section=section,
            content=row.content,
            digest=row.digest,
            complete=row.complete,
            saved_at=row.saved_at,
        )
        copied += 1
    return copied


def _opened(person: str, sealed: bytes) -> dict[str, Any]:
    try:
        found = json.loads(personal.open_text(person, COLUMN, sealed))
    except personal.Erased:
        return {}
    return dict(found)


def _save_equality(case: Case, content: Content, at: datetime) -> None:
    sealed = personal.seal_text(case.candidacy.person, EQUALITY_COLUMN, canonical(dict(content)))
    EqualityAnswer.objects.update_or_create(
        candidacy=case.code, defaults={"content": sealed, "saved_at": at}
    )


def _require_unfrozen(case: Case, section: str, at: datetime) -> None:
    state = case.candidacy.state(application_step(case), Application)
    if state.submitted_at is None:
        return
    until = state.reopened.get(section)
    if until is None or at >= until:
        raise RuleRefused(
            "section_frozen",
            remedy="Your application was sent as it stood. Ask the registrar to open this section.",
            field=section,
        )


def _keep_identity(person: str, content: Content) -> None:
    name = str(content.get("full_name", "")).strip()
    Person.objects.filter(pk=person).update(
        full_name=personal.seal_text(person, "person.full_name", name),
        birth_date=personal.seal_text(
            person, "person.birth_date", str(content.get("birth_date", ""))
        ),
    )
    if name:
        name_search.index_name(person, name)


def birth_date_of(person: str) -> date | None:
    """A person's birth date; None while it is not typed, or after erasure."""
    row = Person.objects.filter(pk=person).only("birth_date").first()
    if row is None or row.birth_date is None:
        return None
    try:
        found = personal.open_text(person, "person.birth_date", bytes(row.birth_date))
        return date.fromisoformat(found) if found else None
    except personal.Erased:
        return None


def application_step(case: Case) -> str:
    """The id of the process's application step."""
    return next(plan.id for plan in case.edition.steps if plan.kind == "application")
