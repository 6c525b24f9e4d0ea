"""A person's copy of their data: every source row that is theirs, unsealed, as one JSON text."""

from datetime import date, datetime
from typing import Any

import msgspec
from django.apps import apps
from django.db import models

from concours.kernel.errors import BadInput
from concours.records import personal
from concours.records.models import CandidacyStanding
from concours.records.models.kinds import SealedField, Source
from concours.selection.authority import Actor, require

SECRET = frozenset({"password", "wrapped", "token", "lease_by", "idempotency_key"})


def own_data_copy(actor: Actor, *, at: datetime) -> str:
    """Everything the service holds about the actor's own person, table by table.

    Keys, password hashes and search hashes are not data about a person and are
    left out; what a compartment keeps apart is asked for there. Raises NotPermitted for anybody without a person file.
    """
    require(actor, "file.read_own")
    person = actor.person
    candidacies = list(
        CandidacyStanding.objects.filter(person=person).values_list("file", flat=True)
    )
    tables = {
        model._meta.db_table: [_plain(row, person) for row in rows]
        for model in _sources()
        if (rows := list(_rows(model, person, candidacies)))
    }
    copy = {"person": person, "made_at": at, "candidacies": candidacies, "tables": tables}
    return msgspec.json.format(msgspec.json.encode(copy, enc_hook=str), indent=2).decode()


def _sources() -> list[type[Source]]:
    return [
        model
        for model in apps.get_app_config("records").get_models()
        if issubclass(model, Source) and not model.kept_apart
    ]


def _rows(model: type[Source], person: str, candidacies: list[str]) -> Any:
    if model.of_person:
        return model._default_manager.filter(**{model.of_person: person}).order_by("pk")
    if model.of_candidacy:
        return model._default_manager.filter(**{f"{model.of_candidacy}__in": candidacies}).order_by(
            "pk"
        )
    return ()


def _plain(row: models.Model, person: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in SECRET or value in (None, "", b""):
            continue
        if isinstance(field, SealedField):
            compartment = str(
                getattr(row, "compartment", "") or getattr(type(row), "sealed_in", "")
            )
            column = f"{row._meta.model_name}.{field.name}"
            found[field.name] = _opened(person, column, value, compartment)
        elif isinstance(field, models.BinaryField):
            continue
        else:
            found[field.name] = value.isoformat() if isinstance(value, date | datetime) else value
    return found


def _opened(person: str, column: str, value: bytes, compartment: str) -> str:
    try:
        return personal.open_text(person, column, value, compartment=compartment)
    except (personal.Erased, BadInput, UnicodeDecodeError):
        return "[kept in a compartment or under another name; ask the registrar]"
