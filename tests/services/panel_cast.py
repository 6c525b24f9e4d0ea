"""People who passed the test, with applications worth masking, and the staff of a panel."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction
from tests.selection.examination_strategies import SCORED, Road
from tests.selection.narratives_strategies import THEMES

from concours.ledger.canonical import canonical
from concours.records import personal
from concours.records.codes import new_code
from concours.records.ledger_store import append
from concours.records.models import (
    Account,
    ApplicationSection,
    Person,
    ReaderProfile,
    StaffRole,
)
from concours.selection.authority import Actor
from concours.services.application.sections import COLUMN
from concours.services.narratives.writing import save_narrative, submit
from concours.services.refresh import refresh

WRITTEN = datetime(2016, 10, 20, 15, tzinfo=UTC)
SUBMITTED = datetime(2016, 10, 21, 15, tzinfo=UTC)
ALLOCATED = datetime(2016, 11, 5, 15, tzinfo=UTC)
RATED = datetime(2016, 11, 20, 15, tzinfo=UTC)
DECIDED = datetime(2016, 12, 1, 15, tzinfo=UTC)

SCHOOL = "Bramblewick University"
EMPLOYER = "Zanzibar Shipping Company"
NAME = "Ophelia Quartermaine"


class Passed:
    """One competition with candidates who passed the test and were told so."""

    def __init__(self, count: int, *, track: str = "consular") -> None:
        self.competition = new_code()
        self.track = track
        self.people: list[Actor] = []
        self.files: list[str] = []
        for number in range(count):
            self._add(number)

    @transaction.atomic
    def _add(self, number: int) -> None:
        person, file = new_code(), new_code()
        name = NAME if number == 0 else f"Person {number} Example"
        Person.objects.create(
            file=person, full_name=personal.seal_text(person, "person.full_name", name)
        )
        Account.objects.create_user(
            f"candidate{number}@example.org",
            "correct horse battery",
            person=Person.objects.get(pk=person),
        )
        road = Road(file=file, person=person, competition=self.competition, session=new_code())
        road.start().submit(track=self.track).judge().reserve().let_in().sit()
        road.score().mark(3, 3).decide()
        road.tell(road.world.read(file)[-1], SCORED)
        for act in road.world.acts:
            drafts = act.drafts
            if number:
                drafts = tuple(d for d in drafts if d.file != self.competition)
            if drafts:
                append(drafts, actor=act.actor, role=act.role, at=act.at)
        refresh({self.competition, person, file, road.session})
        self._write_application(file, person)
        self.people.append(Actor(code=person, roles=frozenset({"candidate"}), person=person))
        self.files.append(file)

    def _write_application(self, file: str, person: str) -> None:
        education = {"entries": [{"school": SCHOOL, "degree": "BA", "field": "History"}]}
        employment = {
            "entries": [
                {
                    "employer": EMPLOYER,
                    "title": "Purser",
                    "duties": f"Kept the books of {EMPLOYER}.",
                    "salary": "secret-salary-90210",
                }
            ]
        }
        for section, content in (("education", education), ("employment", employment)):
            ApplicationSection.objects.create(
                candidacy=file,
                section=section,
                content=personal.seal_text(person, COLUMN, canonical(content)),
                digest="0" * 64,
                complete=True,
                saved_at=WRITTEN,
            )

    def write(self, place: int = 0, *, themes: Sequence[str] = THEMES) -> None:
        """Save a draft on each theme, naming what must be masked."""
        for theme in themes:
            save_narrative(
                self.people[place],
                self.files[place],
                theme=theme,
                text=f"At {EMPLOYER} I, Ophelia, used what {SCHOOL} taught me: {theme}.",
                verifier_name="Verity Voucher",
                verifier_contact="verity@example.org",
                relation="supervisor",
                at=WRITTEN,
            )

    def submit_all(self) -> "Passed":
        """Everybody writes and submits."""
        for place, file in enumerate(self.files):
            self.write(place)
            submit(self.people[place], file, at=SUBMITTED, seen=None)
        return self


def given_examiner(number: int, *roles: str, track: str = "consular") -> Actor:
    """An examiner's account with a profile; returns who they act as."""
    account = Account.objects.create_user(
        f"examiner{number}-{'-'.join(roles)}@example.org", "correct horse battery"
    )
    for role in roles:
        StaffRole.objects.create(
            account=account, role=role, granted_by="system", since=datetime(2016, 1, 1, tzinfo=UTC)
        )
    ReaderProfile.objects.create(account=account.code, track=track)
    return Actor(code=account.code, roles=frozenset(roles))
