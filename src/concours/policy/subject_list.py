"""The published subjects of one section of a test, each with its subtopics."""

from collections.abc import Mapping
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subject as published, and the subtopics items of it are sorted by."""

    title: str
    subtopics: dict[str, str]


class SubjectList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Subjects by code, in the order they are published."""

    subjects: dict[str, Subject]


def require_subject(rule: SubjectList, *, subject: str, subtopic: str) -> None:
    """Refuse a subject or subtopic that is not published. Raises BadInput naming the choices."""
    found = rule.subjects.get(subject)
    if found is None:
        raise BadInput(
            "subject_not_published",
            remedy=f"{subject or 'Nothing'} is not a published subject; choose from {', '.join(rule.subjects)}.",
            field="subject",
        )
    if subtopic not in found.subtopics:
        raise BadInput(
            "subtopic_not_listed",
            remedy=f"{subtopic or 'Nothing'} is not a subtopic of {subject}; choose from {', '.join(found.subtopics)}.",
            field="subtopic",
        )


def _run(rule: SubjectList, given: Mapping[str, Any]) -> Mapping[str, object]:
    found = rule.subjects.get(given["subject"])
    if "subtopic" not in given:
        return {"listed": found is not None}
    return {"listed": found is not None and given["subtopic"] in found.subtopics}


def _say(rule: SubjectList) -> tuple[str, ...]:
    return tuple(
        f"{found.title}: {', '.join(found.subtopics.values())}." for found in rule.subjects.values()
    )


KIND = Kind("subject_list", SubjectList, _run, _say)
