"""Many people whom the board has admitted to the test, made at once."""

from tests.cast import APPLIES, CALENDAR, EDITION, PROCESS

from concours.policy.edition import load_edition
from concours.records import personal
from concours.records.models import Person
from concours.selection.application_eligibility import admit
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy, open_candidacy
from concours.selection.person import open_person
from concours.services.case import append_as_system
from concours.services.files import new_code


def admitted(competition: str, people: int) -> list[tuple[Actor, str]]:
    """So many people whom the board has admitted to the test, recorded in one go."""
    edition = load_edition(PROCESS, EDITION)
    codes = [(new_code(), new_code()) for _ in range(people)]
    keys = personal.make_keys([person for person, _ in codes])
    Person.objects.bulk_create(
        Person(
            file=person,
            birth_date=personal.seal_with(keys[person], person, "person.birth_date", "1990-05-04"),
        )
        for person, _ in codes
    )
    drafts = []
    for person, file in codes:
        drafts += open_person(person)
        drafts += open_candidacy(
            file,
            competition=competition,
            person=person,
            edition=EDITION,
            edition_digest=edition.digest,
        )
        drafts += admit(Candidacy(file=file), edition, calendar=CALENDAR)
    append_as_system(drafts, at=APPLIES)
    roles = frozenset({"candidate"})
    return [(Actor(code=p, roles=roles, person=p), file) for p, file in codes]
