"""Builders that carry people from a passed oral assessment to the register and into service."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tests.selection.assessment_strategies import passed_assessment

from concours.ledger.draft import Draft, Fact
from concours.policy.edition import Edition, load_edition
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import ClassPlan, fold_class, plan_class
from concours.selection.clearance import (
    certify_forms,
    decide_medical,
    decide_security,
    offer_conditional,
    send_documents,
)
from concours.selection.clearance_state import Clearance
from concours.selection.fold import tell, untold
from concours.selection.person import Person
from concours.selection.register import Sibling, place
from concours.selection.register_offers import accept_offer, make_offer
from concours.selection.register_score import Ranked
from concours.selection.register_state import Register
from concours.selection.review import open_review, record_votes, take_oath
from concours.selection.review_state import Review, Vote
from concours.selection.service import appoint, record_training
from concours.selection.service_state import Service
from concours.simulator.world import World

EDITION: Edition = load_edition("us_foreign_service", "2016")
ZONE = EDITION.zone
OFFERED = datetime(2017, 3, 6, 15, tzinfo=UTC)
PAPERS = OFFERED + timedelta(days=20)
MEDICAL = OFFERED + timedelta(days=60)
SECURITY = OFFERED + timedelta(days=200)
REVIEWED = OFFERED + timedelta(days=230)
PLACED = OFFERED + timedelta(days=240)
CALLED = OFFERED + timedelta(days=300)
CLASS_DAY = date(2018, 3, 5)
MEMBERS = ("EXAM-A", "EXAM-B", "EXAM-C")
ASSESSORS = frozenset({"ASSE-1", "ASSE-2", "ASSE-3", "ASSE-4"})
CLASS = "CLAS-0000-0001"
PAST = "p" * 64


class Way:
    """People on the way from the conditional offer onwards, in one world, moved by real commands."""

    def __init__(self, count: int = 1, edition: Edition = EDITION) -> None:
        day = passed_assessment(max(count, 3))
        self.world: World = day.field.world
        self.edition = edition
        self.files: tuple[str, ...] = tuple(day.files)[:count]
        self.code = self.files[0]

    def do(self, drafts: Sequence[Draft], at: datetime) -> tuple[Fact, ...]:
        """Record what a command returned, and tell the candidate at once."""
        facts = self.world.record(drafts, actor="ACTOR", role="system", at=at)
        for code in {fact.file for fact in facts}:
            if code.startswith("CAND"):
                for fact in untold(self.world.read(code)):
                    self.world.record(
                        (tell(self.world.candidacy(code), self.edition, about=fact, at=at),),
                        actor="ACTOR",
                        role="system",
                        at=at,
                    )
        return facts

    def file(self, code: str = "") -> Candidacy:
        """A candidacy folded so far; the first one where none is named."""
        return self.world.candidacy(code or self.code)

    @property
    def clearance(self) -> Clearance:
        """The clearances of the first file."""
        return self.file().state("clearance", Clearance)

    @property
    def review(self) -> Review:
        """The final review of the first file."""
        return self.file().state("review", Review)

    def register(self, code: str = "") -> Register:
        """The place of a file on the register."""
        return self.file(code).state("register", Register)

    @property
    def service(self) -> Service:
        """The service of the first file."""
        return self.file().state("service", Service)

    @property
    def plan(self) -> ClassPlan:
        """The class file folded so far."""
        return fold_class(self.world.read(CLASS))

    def person(self, code: str = "") -> Person:
        """The person's file behind a candidacy."""
        return self.world.person(self.file(code).person)

    def offer(self, code: str = "", at: datetime = OFFERED) -> "Way":
        """Make and tell the conditional offer."""
        self.do(offer_conditional(self.file(code), self.edition, step="clearance", at=at), at)
        return self

    def papers(self, code: str = "", at: datetime = PAPERS) -> "Way":
        """Certify the forms and send the medical documents."""
        self.do(
            certify_forms(self.file(code), self.edition, step="clearance", at=at, commitment=PAST),
            at,
        )
        self.do(
            send_documents(self.file(code), self.edition, step="clearance", at=at, commitment=PAST),
            at,
        )
        return self

    def medical(self, medical_class: str = "1", code: str = "", at: datetime = MEDICAL) -> "Way":
        """Decide the medical clearance by class."""
        self.do(
            decide_medical(
                self.file(code),
                self.edition,
                step="clearance",
                at=at,
                medical_class=medical_class,
                examined_on=at.date() - timedelta(days=10),
                commitment=PAST,
            ),
            at,
        )
        return self

    def security(self, outcome: str = "grant", code: str = "", at: datetime = SECURITY) -> "Way":
        """Decide the security clearance."""
        self.do(
            decide_security(
                self.file(code),
                self.edition,
                step="clearance",
                at=at,
                outcome=outcome,
                guidelines=() if outcome == "grant" else ("F",),
                commitment=PAST,
            ),
            at,
        )
        return self

    def clear(self, code: str = "") -> "Way":
        """Both clearances, straight through."""
        return self.offer(code).papers(code).medical("1", code).security("grant", code)

    def seat(self, code: str = "", at: datetime = REVIEWED) -> "Way":
        """Open the review with people who never sat on this file, and take the oaths."""
        number = len(self.file(code).state("review", Review).sat) // len(MEMBERS)
        members = tuple(f"{one}{number or ''}" for one in MEMBERS)
        self.do(
            open_review(
                self.file(code),
                self.edition,
                step="review",
                at=at,
                members=members,
                assessors=ASSESSORS,
            ),
            at,
        )
        for member in members:
            self.do(
                take_oath(self.file(code), self.edition, step="review", at=at, member=member), at
            )
        return self

    def vote(self, *suitable: bool, code: str = "", at: datetime = REVIEWED) -> "Way":
        """Record the members' votes."""
        members = self.file(code).state("review", Review).members
        votes = [
            Vote(member=m, suitable=s, factors=() if s else ("finances",))
            for m, s in zip(members, suitable, strict=True)
        ]
        self.do(
            record_votes(
                self.file(code), self.edition, step="review", at=at, votes=votes, commitment=PAST
            ),
            at,
        )
        return self

    def place(self, oral: str = "21/4", code: str = "", at: datetime = PLACED) -> "Way":
        """Place on the register."""
        drafts = place(
            self.file(code),
            self.edition,
            step="register",
            at=at,
            oral=oral,
            seed="seed",
            person=self.person(code),
        )
        self.do(drafts, at)
        return self

    def plan_class(self, size: int = 2, at: datetime = CALLED) -> "Way":
        """Plan a class for the track of the first file."""
        drafts = plan_class(
            CLASS,
            title="Class of March 2018",
            process="us_foreign_service",
            starts_on=CLASS_DAY,
            sizes={self.file().track: size},
            appointment="career",
        )
        self.do(drafts, at)
        return self

    def call(self, code: str = "", rank: int = 1, at: datetime = CALLED) -> "Way":
        """Offer a place."""
        ranked = Ranked(file=code or self.code, rank=rank, of=9, score=Fraction(21, 4))
        drafts = make_offer(
            self.file(code), self.edition, step="register", at=at, plan=self.plan, ranked=ranked
        )
        self.do(drafts, at)
        return self

    def accept(
        self,
        code: str = "",
        at: datetime = CALLED + timedelta(days=3),
        siblings: Sequence[Sibling] = (),
    ) -> "Way":
        """Accept the open offer."""
        drafts = accept_offer(
            self.file(code),
            self.edition,
            step="register",
            at=at,
            plan=self.plan,
            person=self.person(code),
            siblings=siblings,
        )
        self.do(drafts, at)
        return self

    def appoint(
        self,
        at: datetime = CALLED + timedelta(days=10),
        born: date = date(1990, 5, 4),
        education: str = "bachelor",
        years: str = "9",
        claims: frozenset[str] = frozenset(),
    ) -> "Way":
        """Appoint to the class."""
        drafts = appoint(
            self.file(),
            self.edition,
            step="service",
            at=at,
            plan=self.plan,
            born=born,
            claims=claims,
            education=education,
            years=years,
            offered_on=CALLED.date(),
            commitment=PAST,
        )
        self.do(drafts, at)
        return self

    def train(
        self, *results: tuple[str, str], at: datetime = datetime(2018, 9, 1, 15, tzinfo=UTC)
    ) -> "Way":
        """Record training results."""
        for module, result in results:
            drafts = record_training(
                self.file(), self.edition, step="service", at=at, module=module, result=result
            )
            self.do(drafts, at)
        return self


PASSED_ALL = (("orientation", "passed"), ("language", "passed"), ("tradecraft", "passed"))


def cleared(count: int = 1) -> Way:
    """People with both clearances."""
    way = Way(count)
    for code in way.files:
        way.clear(code)
    return way


def placed(count: int = 1, orals: Sequence[str] = ()) -> Way:
    """People on the register."""
    way = cleared(count)
    for n, code in enumerate(way.files):
        way.seat(code).vote(True, True, True, code=code)
        way.place(orals[n] if orals else "21/4", code)
    return way


def accepted() -> Way:
    """Somebody who accepted a place in a class."""
    return placed().plan_class().call().accept()
