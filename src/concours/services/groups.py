"""Decisions on many candidacies recorded together: one transaction, few statements.

For rushes, where each single decision would be small and all come at once. Each
decision stands on its own file and is judged on its own; only the writing is shared.
Entries, tellings, letters and standing rows are those `case.decide` writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from concours.kernel.period import instant
from concours.ledger.draft import Draft, Fact
from concours.ledger.entry import Head, Sealed, fact_of
from concours.records import personal
from concours.records.bulk import insert_models, store_sealed
from concours.records.ledger_store import Recorded, seal_all
from concours.records.models import Account, Notice
from concours.selection.authority import SYSTEM
from concours.selection.candidacy import Candidacy
from concours.selection.fold import step_forward, tell
from concours.selection.steps import TOLD
from concours.services.case import Case
from concours.services.notices.letters import hold_minutes, letters
from concours.services.notices.writing import GENERIC, letter_about
from concours.services.standings import rows_of_candidacy, write_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided on one candidacy, by whom. Its drafts are for its own file only."""

    case: Case
    actor: str
    drafts: tuple[Draft, ...]


@dataclass(slots=True)
class _Course:
    """One file on its way: where it stands, and what is to be stored."""

    decided: Decided
    file: Candidacy
    head: Head
    sealed: list[Sealed]
    told: list[tuple[Fact, datetime | None]]


def record_group(
    decided: Sequence[Decided], *, at: datetime, keys: Mapping[str, bytes] | None = None
) -> dict[str, Candidacy]:
    """Append, tell and refresh for all of them; returns the files after it, by code.

    The caller holds the transaction, opened the cases by `case.open_group` in it, and
    gives each file once. ``keys`` are the persons' data keys where `personal.keys_of` found
    them already in this transaction.
    """
    if not decided:
        return {}
    courses = [_Course(each, each.case.candidacy, each.case.head, [], []) for each in decided]
    for course in courses:
        _decide(course, at=at)
    _write_notices(courses, at=at, keys=keys)
    store_sealed([entry for course in courses for entry in course.sealed], {})
    write_rows(
        [course.file.file for course in courses],
        [rows_of_candidacy(course.file, course.decided.case.edition) for course in courses],
    )
    return {course.file.file: course.file for course in courses}


def _decide(course: _Course, *, at: datetime) -> None:
    case, actor = course.decided.case, course.decided.actor
    facts = [
        _append(course, draft, at=at, actor=actor, role=case.role)
        for draft in course.decided.drafts
    ]
    for about in facts:
        if about.kind not in TOLD:
            continue
        due_on = None
        if _hold(about.kind) == 0:
            telling = tell(course.file, case.edition, about=about, at=at)
            _append(course, telling, at=at, actor=SYSTEM.code, role="system")
            due = telling.body.get("due_on")
            due_on = instant(due) if isinstance(due, str) else None
        course.told.append((about, due_on))


def _append(course: _Course, draft: Draft, *, at: datetime, actor: str, role: str) -> Fact:
    recorded = Recorded(draft=draft, at=at, actor=actor, role=role)
    (sealed,), _ = seal_all([recorded], {draft.file: course.head})
    fact = fact_of(sealed)
    course.head = sealed.head
    course.sealed.append(sealed)
    course.file = step_forward(course.file, fact)
    return fact


def _hold(kind: str) -> int:
    template = TOLD[kind]
    return hold_minutes(template if template in letters() else GENERIC)


def _write_notices(
    courses: Sequence[_Course], *, at: datetime, keys: Mapping[str, bytes] | None
) -> None:
    persons = [course.file.person for course in courses if course.told]
    if not persons:
        return
    known = personal.keys_of(persons) if keys is None else keys
    accounts = {
        person: (pk, language)
        for pk, person, language in Account.objects.filter(
            person__file__any_of=persons
        ).values_list("pk", "person_id", "language")
    }
    insert_models(
        [
            _notice(course, about, due_on, keys=known, accounts=accounts, at=at)
            for course in courses
            for about, due_on in course.told
        ]
    )


def _notice(
    course: _Course,
    about: Fact,
    due_on: datetime | None,
    *,
    keys: Mapping[str, bytes],
    accounts: Mapping[str, tuple[int, str]],
    at: datetime,
) -> Notice:
    person, template = course.file.person, TOLD[about.kind]
    recipient, language = accounts.get(person, (None, "en"))
    hold = _hold(about.kind)
    notice = Notice(
        person=person,
        recipient_id=recipient,
        file=about.file,
        seq=about.seq,
        template=template,
        language=language,
        state="released" if hold == 0 else "held",
        released_at=at if hold == 0 else None,
        hold_until=at + timedelta(minutes=hold),
        queued_at=at,
        idempotency_key=f"told/{about.file}/{about.seq}",
    )
    if hold == 0:
        case = course.decided.case
        written = letter_about(
            template,
            language=language,
            file=course.file,
            edition=case.edition,
            competition=case.competition,
            about=about,
            due_on=due_on,
            at=at,
        )
        notice.version = written.version
        notice.subject = _seal(keys, person, "notice.subject", written.subject)
        notice.text = _seal(keys, person, "notice.text", "\n\n".join(written.paragraphs))
    return notice


def _seal(keys: Mapping[str, bytes], person: str, column: str, text: str) -> bytes:
    key = keys.get(person)
    if key is None:  # no key yet: this makes one, or says that the person was erased
        return personal.seal_text(person, column, text)
    return personal.seal_with(key, person, column, text)
