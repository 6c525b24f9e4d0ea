"""People who passed the oral assessment, in the database, and the staff of the steps that follow.

The way there is walked by selection's own commands in memory and appended act by
act; from the conditional offer on, everything goes through the services.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from tests.selection.clearance_strategies import OFFERED, Way

from concours.ledger.draft import Draft
from concours.records import personal
from concours.records.codes import new_code
from concours.records.ledger_store import append
from concours.records.models import Account, Person, StaffRole
from concours.selection.authority import Actor
from concours.services.clearance import acts as clearance
from concours.services.clearance.acts import upload_document
from concours.services.notices.release import release_due
from concours.services.refresh import refresh
from concours.services.register import acts as register
from concours.services.register import offers
from concours.services.review import acts as review

PASSWORD = "correct horse battery"
PDF = b"%PDF-1.4 a medical report that names asthma"
PAPERS = OFFERED + timedelta(days=20)
MEDICAL = OFFERED + timedelta(days=60)
SECURITY = OFFERED + timedelta(days=200)
REVIEWED = OFFERED + timedelta(days=230)
PLACED = OFFERED + timedelta(days=240)
CALLED = OFFERED + timedelta(days=300)
ANSWERED = CALLED + timedelta(days=1)
CLASS_DAY = date(2018, 3, 5)
BORN = "1990-05-04"
SECRET = "asthma, and a debt in Lisbon"


def given_officer(name: str, *roles: str) -> Actor:
    """A staff account; returns who they act as."""
    account = Account.objects.create_user(f"late-{name}@staff.example", PASSWORD)
    for role in roles:
        StaffRole.objects.create(
            account=account, role=role, granted_by="system", since=datetime(2016, 1, 1, tzinfo=UTC)
        )
    return Actor(code=account.code, roles=frozenset(roles))


class Late:
    """``count`` people after a passed oral assessment, one competition, and the staff they meet."""

    def __init__(self, count: int = 1) -> None:
        way = Way(count)
        world = way.world
        kept = set(way.files)
        names = {code: new_code() for code in world.facts}
        people = {code: new_code() for code in way.files}
        self.files = [names[code] for code in way.files]
        self.people = [
            Actor(code=people[c], roles=frozenset({"candidate"}), person=people[c])
            for c in way.files
        ]
        shared = {world.candidacy(code).person for code in way.files}
        for number, code in enumerate(way.files):
            self._person(number, people[code])
        for source in way.files:
            for person in shared:
                self._append(world.facts[person], people[source], names, only=names[source])
        for code, facts in world.facts.items():
            if code in shared or (code.startswith("CAND") and code not in kept):
                continue
            mine = {**names, **dict.fromkeys(shared, people.get(code, ""))}
            self._append(facts, names[code], mine)
        refresh({*names.values(), *people.values()} - {names[p] for p in shared})
        self.registrar = given_officer("registrar", "registrar")
        self.medical = given_officer("medical", "medical_adjudicator")
        self.security = given_officer("security", "security_adjudicator")
        self.waiver = given_officer("waiver", "waiver_officer")
        self.appeals = given_officer("appeals", "appeals_officer")
        self.authority = given_officer("authority", "appointing_authority")
        self.training = given_officer("training", "training_officer")
        self.auditor = given_officer("auditor", "auditor")
        self.members = [given_officer(f"examiner{n}", "suitability_examiner") for n in range(4)]

    @staticmethod
    def _person(number: int, code: str) -> None:
        person = Person.objects.create(
            file=code,
            full_name=personal.seal_text(code, "person.full_name", f"Person {number} Example"),
            birth_date=personal.seal_text(code, "person.birth_date", BORN),
        )
        Account.objects.create_user(f"person{number}@example.org", PASSWORD, person=person)

    @staticmethod
    def _append(facts: Sequence, file: str, names: dict[str, str], only: str = "") -> None:
        """Append one file's facts under new codes, each at its own instant."""
        for fact in facts:
            body = {k: names.get(v, v) if isinstance(v, str) else v for k, v in fact.body.items()}
            if fact.kind == "person.candidacy_joined" and only:
                body["candidacy"] = only
            draft = Draft(
                file=file, step=fact.step, kind=fact.kind, body=body, on=fact.on, v=fact.v
            )
            append((draft,), actor=fact.actor, role=fact.role, at=fact.at)

    @property
    def code(self) -> str:
        """The first file."""
        return self.files[0]

    @property
    def ada(self) -> Actor:
        """The first person."""
        return self.people[0]

    def tell(self, at: datetime) -> "Late":
        """Release every notice whose hold is over two hours after ``at``, on the same day."""
        release_due(at=at + timedelta(hours=2))
        return self

    def offer(self, place: int = 0) -> "Late":
        """Make the conditional offer, and tell it."""
        clearance.offer_conditional(self.registrar, self.files[place], at=OFFERED)
        return self.tell(OFFERED)

    def papers(self, place: int = 0) -> "Late":
        """Upload, certify and send."""
        who, code = self.people[place], self.files[place]
        for compartment in ("medical", "security"):
            upload_document(
                who, code, compartment=compartment, name="report.pdf", content=PDF, at=PAPERS
            )
        clearance.certify_forms(who, code, at=PAPERS)
        clearance.send_documents(who, code, at=PAPERS)
        return self

    def decide(self, medical_class: str = "1", outcome: str = "grant", place: int = 0) -> "Late":
        """Both clearances decided."""
        code = self.files[place]
        clearance.decide_medical(
            self.medical,
            code,
            medical_class=medical_class,
            examined_on=(MEDICAL - timedelta(days=9)).date(),
            reasons=SECRET,
            at=MEDICAL,
        )
        clearance.decide_security(
            self.security,
            code,
            outcome=outcome,
            guidelines=() if outcome == "grant" else ("F",),
            reasons=SECRET,
            at=SECURITY,
        )
        return self.tell(SECURITY)

    def clear(self, place: int = 0) -> "Late":
        """Straight through both clearances."""
        return self.offer(place).papers(place).decide(place=place)

    def seat(self, place: int = 0) -> "Late":
        """A panel of three under oath."""
        code = self.files[place]
        members = tuple(m.code for m in self.members[:3])
        review.open_review(self.registrar, code, members=members, at=REVIEWED)
        for member in self.members[:3]:
            review.take_oath(member, code, at=REVIEWED)
        return self

    def vote(self, *suitable: bool, place: int = 0, at: datetime = REVIEWED) -> "Late":
        """The members vote one after another."""
        for member, yes in zip(self.members[:3], suitable, strict=True):
            review.vote(
                member,
                self.files[place],
                suitable=yes,
                factors=() if yes else ("finances",),
                reasons="A debt in Lisbon.",
                at=at,
            )
        return self.tell(at)

    def place(self, place: int = 0, at: datetime = PLACED) -> "Late":
        """On the register."""
        if not self._reviewed(place):
            self.clear(place).seat(place).vote(True, True, True, place=place)
        register.place(self.registrar, self.files[place], at=at)
        return self.tell(at)

    def _reviewed(self, place: int) -> bool:
        from_file = clearance.open_candidacy(
            self.registrar, self.files[place], "file.read", at=PLACED
        ).candidacy
        state = from_file.steps.get("review")
        return state is not None and state.passed is True

    def plan(self, size: int = 1) -> str:
        """A class of the track; returns its file."""
        return offers.plan_class(
            self.authority,
            title="Class of March 2018",
            process="us_foreign_service",
            starts_on=CLASS_DAY,
            sizes={"consular": size},
            appointment="career",
            at=CALLED,
        )
