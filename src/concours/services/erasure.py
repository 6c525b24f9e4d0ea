"""Erasing a person's data: the keys, the rows and the documents go, every entry and proof stays.

Erasures are also written to a list beside the database, codes only, so that a
copy restored from before an erasure can repeat it.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from concours.kernel.errors import RuleRefused
from concours.kernel.period import instant, instant_text
from concours.ledger.draft import Draft, Json
from concours.records import personal
from concours.records.ledger_store import read_many
from concours.records.models import Account, CandidacyStanding, Document, Person
from concours.records.models.kinds import Source
from concours.selection.authority import Actor
from concours.selection.person import Person as PersonState
from concours.selection.two_persons import ERASURE, confirm
from concours.services.appeals import has_open_appeal
from concours.services.case import append_as_system
from concours.services.casefile import FileCommand, OpenFile, decide_on
from concours.services.persons import read_person

KEPT: tuple[type[Model], ...] = (Person, Account)
"""Emptied instead of removed: codes in the ledger still lead somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure removed: rows by table, and documents."""

    person: str
    rows: dict[str, int]
    documents: int


def erase(
    actor: Actor,
    person: str,
    *,
    at: datetime,
    reason: str,
) -> Erased:
    """Erase a person's data and record that it was done: what retention does by itself.

    At a desk one person proposes and another confirms: `erase_as_proposed`. Refused while a candidacy or an appeal of theirs is open, or a hold keeps the data. The keys
    go first: should anything stop half-way, nothing is readable and erasing again
    finishes it.
    """

    def command(found: OpenFile) -> tuple[Draft, ...]:
        require_erasable(found.state)
        body: dict[str, Json] = {"reason": reason}
        return (Draft(file=person, step="", kind="person.erased", body=body),)

    return _carry_out(actor, person, "person.erase", command, at=at, seen=None)


def erase_as_proposed(
    actor: Actor, person: str, *, at: datetime, seen: str | None = None
) -> Erased:
    """Erase as somebody else proposed, on the reason and authority proposed.

    Refused without a proposal, for the person who made it, and as `erase` is.
    """

    def command(found: OpenFile) -> tuple[Draft, ...]:
        require_erasable(found.state)
        return (confirm(person, found.facts, ERASURE, about=0, by=actor.code),)

    return _carry_out(actor, person, "person.confirm_erasure", command, at=at, seen=seen)


def _carry_out(
    actor: Actor, person: str, action: str, command: FileCommand, *, at: datetime, seen: str | None
) -> Erased:
    with transaction.atomic():
        decide_on(actor, "person", person, action, command, at=at, seen=seen)
        erased, paths = _remove(person, at=at)
    note_erasure(person, at=at)
    _unlink(paths)
    return erased


def repeat_erasures(*, at: datetime) -> list[Erased]:
    """Erase again, in a restored copy, whoever was erased when or after it was made."""
    found = []
    for person, erased_at in sorted({**_recorded(), **dict(noted_erasures())}.items()):
        row = Person.objects.filter(file=person).first()
        if row is None or (row.erased_at is not None and not rows_of(person)):
            continue  # never was in this copy, or is erased in it already
        with transaction.atomic():
            if read_person(person).erased_on is None:
                body = {"reason": "repeated_after_restore", "erased_at": instant_text(erased_at)}
                append_as_system(
                    [Draft(file=person, step="", kind="person.erased", body=body)], at=at
                )
            erased, paths = _remove(person, at=erased_at)
        _unlink(paths)
        found.append(erased)
    return found


def note_erasure(person: str, *, at: datetime) -> None:
    """Add a line to the list of erasures, which backups keep apart from the database."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"person": person, "at": instant_text(at)}) + "\n"
    handle = os.open(erasure_list(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as target:
        target.write(line)
        target.flush()
        os.fsync(target.fileno())


def noted_erasures() -> Iterator[tuple[str, datetime]]:
    """The person and the time of every erasure on the list."""
    if not erasure_list().exists():
        return
    for line in erasure_list().read_text(encoding="utf-8").splitlines():
        noted = json.loads(line)
        yield noted["person"], instant(noted["at"])


def erasure_list() -> Path:
    """Where the list of erasures stands."""
    return Path(settings.VAR) / "erasures.jsonl"


def _recorded() -> dict[str, datetime]:
    rows = Person.objects.filter(erased_at__isnull=False).values_list("file", "erased_at")
    return {file: at for file, at in rows if at is not None}


def require_erasable(person: PersonState) -> None:
    """Refuse while something keeps the person's data: a hold, an open candidacy, an open appeal."""
    if person.hold:
        raise RuleRefused(
            "data_held", remedy="A hold keeps this person's data. Lift it first, with its reason."
        )
    if person.erased_on is not None:
        raise RuleRefused("already_erased", remedy="This person's data was erased before.")
    still = open_candidacies(person)
    if still:
        raise RuleRefused(
            "candidacy_open",
            remedy="A candidacy of this person is still open. It must end first.",
            numbers={"open": str(len(still))},
        )
    if any(has_open_appeal(facts) for facts in read_many(list(person.candidacies)).values()):
        raise RuleRefused(
            "appeal_open", remedy="An appeal of this person waits. It must be decided first."
        )


def open_candidacies(person: PersonState) -> list[str]:
    """The person's candidacies that have not ended."""
    rows = CandidacyStanding.objects.filter(person=person.file).exclude(status="closed")
    return list(rows.order_by("file").values_list("file", flat=True))


def _remove(person: str, *, at: datetime) -> tuple[Erased, list[str]]:
    """Remove what is theirs; also gives the documents' paths, to unlink once this is committed."""
    personal.destroy_keys(person)
    paths = list(Document.objects.filter(person=person).values_list("path", flat=True))
    removed = {model._meta.db_table: rows.delete()[0] for model, rows in rows_of(person).items()}
    _forget_sign_in(person)
    Account.objects.filter(person_id=person).update(
        email=f"{person.lower()}@erased.invalid", password="!", is_active=False
    )
    Person.objects.filter(file=person).update(
        full_name=None, birth_date=None, address=None, telephone=None, erased_at=at
    )
    return Erased(person=person, rows=removed, documents=len(paths)), paths


def _forget_sign_in(person: str) -> None:
    """Remove what the sign-in library keeps of the account: addresses, second factors, other sign-ins."""
    accounts = Account.objects.filter(person_id=person)
    for model in apps.get_models():
        if model._meta.app_label == "records":
            continue
        for field in model._meta.fields:
            if field.related_model is Account:
                model._default_manager.filter(**{f"{field.name}__in": accounts}).delete()


def rows_of(person: str) -> dict[type[Source], QuerySet[Any]]:
    """The rows of every source that are this person's, by table, whoever points before the pointed at."""
    candidacies = list(read_person(person).candidacies)
    found: dict[type[Source], QuerySet[Any]] = {}
    for model in apps.get_app_config("records").get_models():
        if not issubclass(model, Source) or model in KEPT:
            continue
        if model.of_person:
            rows = model._default_manager.filter(**{model.of_person: person})
        elif model.of_candidacy:
            rows = model._default_manager.filter(**{f"{model.of_candidacy}__in": candidacies})
        else:
            continue
        if rows.exists():
            found[model] = rows
    return {model: found[model] for model in _pointing_first(list(found))}


def _pointing_first(models: Sequence[type[Source]]) -> list[type[Source]]:
    """The tables in an order in which rows can be removed: those with foreign keys before their targets."""
    ordered: list[type[Source]] = []

    def visit(model: type[Source]) -> None:
        for other in models:
            targets = {field.related_model for field in other._meta.fields if field.is_relation}
            if model in targets and other is not model and other not in ordered:
                visit(other)
        if model not in ordered:
            ordered.append(model)

    for model in models:
        visit(model)
    return ordered


def _unlink(paths: list[str]) -> None:
    for path in paths:
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
