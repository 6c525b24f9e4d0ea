"""The published subjects, from the rulebooks: what an item of a section may be about."""

from functools import cache

from concours.kernel.errors import BadInput
from concours.policy.edition import load_edition
from concours.policy.subject_list import SubjectList, require_subject
from concours.selection.item_content import ItemContent
from concours.services.rules.pages import DEFAULT_PROCESS, editions_of

MARK = ".subjects_"


@cache
def published_subjects() -> dict[str, SubjectList]:
    """Sections of the test in any edition, each with its subjects as last published."""
    found: dict[str, SubjectList] = {}
    for name in editions_of(DEFAULT_PROCESS):
        edition = load_edition(DEFAULT_PROCESS, name)
        for rule in edition.rules.values():
            _, mark, section = rule.id.partition(MARK)
            if mark and isinstance(rule.value, SubjectList):
                found[section] = rule.value
    return found


def subject_titles() -> dict[str, str]:
    """Every published subject's title by its code."""
    return {
        code: subject.title
        for rule in published_subjects().values()
        for code, subject in rule.subjects.items()
    }


def require_published(content: ItemContent) -> None:
    """Refuse a section, subject or subtopic that no rulebook publishes. Raises BadInput."""
    sections = published_subjects()
    if content.section not in sections:
        raise BadInput(
            "no_such_section",
            remedy=f"Choose a section among {', '.join(sections)}.",
            field="section",
        )
    require_subject(sections[content.section], subject=content.subject, subtopic=content.subtopic)


def about(content: ItemContent) -> str:
    """The titles of an item's subject and subtopic."""
    rule = published_subjects().get(content.section)
    subject = rule.subjects.get(content.subject) if rule else None
    if subject is None:
        return f"{content.subject} · {content.subtopic}"
    return f"{subject.title} · {subject.subtopics.get(content.subtopic, content.subtopic)}"
