"""Retention: whose personal data is due to be erased, and erasing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from concours.kernel.period import day_of
from concours.ledger.draft import Fact
from concours.policy.retention import Retention, erase_on
from concours.records.ledger_store import all_files, read_many
from concours.selection.authority import SYSTEM
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.fold import fold_candidacy
from concours.selection.person import Person, fold_person
from concours.services.appeals import has_open_appeal
from concours.services.competitions import binding_edition
from concours.services.erasure import erase
from concours.services.refresh import competitions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A person whose data may be disposed of, since when, and by which rule."""

    person: str
    due_since: date
    rule: str
    candidacies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A person whose data stays although every candidacy has ended, and why."""

    person: str
    why: str


def dispose(*, at: datetime, dry_run: bool) -> Iterator[Due | Kept]:
    """Say whose data is due, and unless this is a dry run erase it.

    Due is who has at least one candidacy, all of them closed for the years the
    rule gives, and no hold or open appeal. Persons who never applied are left
    to close their accounts themselves.
    """
    for codes in all_files("person"):
        persons = {code: fold_person(facts) for code, facts in read_many(codes).items()}
        wanted = sorted({c for p in persons.values() for c in p.candidacies})
        facts = read_many(wanted)
        files = {code: fold_candidacy(some) for code, some in facts.items()}
        competitions = competitions_of(files)
        for person in persons.values():
            found = _judge(person, files, facts, competitions, at)
            if found is None:
                continue
            if isinstance(found, Due) and not dry_run:
                erase(SYSTEM, person.file, at=at, reason="retention")
            yield found


def _judge(
    person: Person,
    files: dict[str, Candidacy],
    facts: dict[str, tuple[Fact, ...]],
    competitions: dict[str, Competition],
    at: datetime,
) -> Due | Kept | None:
    own = [files[code] for code in person.candidacies if code in files]
    if person.erased_on is not None or not own or any(file.closed is None for file in own):
        return None
    dates = []
    for file in own:
        edition = binding_edition(competitions[file.competition], file)
        rule = next((r for r in edition.rules.values() if isinstance(r.value, Retention)), None)
        if rule is None or file.closed is None:
            return Kept(person=person.file, why=f"edition {edition.edition} has no retention rule")
        value = edition.value(rule.id, Retention)
        due = erase_on(value, closed_on=day_of(file.closed.on, edition.zone))
        if due > day_of(at, edition.zone):
            return None
        if has_open_appeal(facts[file.file]):
            return Kept(person=person.file, why="an appeal is open")
        dates.append((due, rule.id))
    if person.hold:
        return Kept(person=person.file, why="a hold keeps it")
    last, rule_id = max(dates)
    return Due(person=person.file, due_since=last, rule=rule_id, candidacies=len(own))
