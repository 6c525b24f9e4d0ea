"""Sections of a form: which there are, which must be complete, which are kept apart."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.policy.kind import Kind


class FormSections(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``sections`` in order; those in ``optional`` may stay empty; those in ``apart`` are
    kept for statistics only and never reach anybody who decides."""

    sections: list[str]
    optional: list[str]
    apart: list[str]


def missing_sections(rule: FormSections, *, complete: frozenset[str]) -> tuple[str, ...]:
    """The sections that still stand in the way of submitting, in the form's order."""
    needed = set(rule.sections) - set(rule.optional) - set(rule.apart)
    return tuple(s for s in rule.sections if s in needed and s not in complete)


def _run(rule: FormSections, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"missing": list(missing_sections(rule, complete=frozenset(given["complete"])))}


KIND = Kind("form_sections", FormSections, _run)
