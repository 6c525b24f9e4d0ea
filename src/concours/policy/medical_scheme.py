"""Medical classes: which one passes, which needs a waiver, by the date of the examination."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class MedicalClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One class: what it means in words, and what follows from it."""

    title: str
    leads_to: Literal["pass", "waiver"]


class DatedScheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The classes that hold for examinations from ``since`` on; None is from the beginning."""

    since: date | None = None
    classes: dict[str, MedicalClass]


class MedicalScheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Schemes oldest first. A waiver is decided on request only, and ``waiver_final`` bars appeal."""

    schemes: list[DatedScheme]
    waiver_on_request: bool
    waiver_final: bool
    dependants_before_offer: bool


def scheme_on(rule: MedicalScheme, *, examined_on: date) -> DatedScheme:
    """The scheme in force on the day of the examination."""
    fitting = [s for s in rule.schemes if s.since is None or s.since <= examined_on]
    if not fitting:
        raise BadInput(
            "no_medical_scheme",
            remedy="No medical scheme was in force on the day of the examination: check the date.",
            field="examined_on",
        )
    return fitting[-1]


def leads_to(rule: MedicalScheme, *, medical_class: str, examined_on: date) -> str:
    """ "pass" or "waiver" for one class. Raises BadInput for a class the scheme does not have."""
    classes = scheme_on(rule, examined_on=examined_on).classes
    found = classes.get(medical_class)
    if found is None:
        raise BadInput(
            "no_such_medical_class",
            remedy=f"The scheme of that day has the classes {', '.join(sorted(classes))}.",
            field="medical_class",
        )
    return found.leads_to


def _run(rule: MedicalScheme, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = leads_to(rule, medical_class=given["class"], examined_on=given["examined_on"])
    if found == "waiver" and "waiver" in given:
        return {"cleared": given["waiver"] == "granted", "appeal": not rule.waiver_final}
    return {"leads_to": found}


KIND = Kind("medical_scheme", MedicalScheme, _run)
