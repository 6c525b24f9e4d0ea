"""Builders that carry one person through applying and the test, with the real commands."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from concours.ledger.draft import Fact
from concours.policy.edition import Edition, load_edition
from concours.selection.application import start_application, submit_application
from concours.selection.application_eligibility import Claim, judge_eligibility
from concours.selection.candidacy import Candidacy
from concours.selection.competition import (
    CHECKLIST,
    Calendar,
    approve_competition,
    draft_competition,
    publish_competition,
    set_base_scale,
    submit_competition,
    tick,
)
from concours.selection.examination import Mark
from concours.selection.examination_accommodations import (
    ask_accommodation,
    decide_accommodation,
)
from concours.selection.examination_result import (
    decide_examination,
    record_marks,
    score_choice,
)
from concours.selection.examination_seats import check_in, reserve_seat
from concours.selection.examination_sitting import (
    import_answers,
    lock_section,
    open_section,
    open_sitting,
    submit_sitting,
)
from concours.selection.fold import tell
from concours.selection.person import open_person
from concours.selection.session import Session, fold_session, open_session, plan_session
from concours.simulator.world import World

EDITION: Edition = load_edition("us_foreign_service", "2016")
ZONE = "America/New_York"
CALENDAR = Calendar(
    window="2016-10",
    registration_opens=date(2016, 8, 27),
    seats_from=date(2016, 9, 1),
    test_starts=date(2016, 10, 1),
    test_ends=date(2016, 10, 8),
)
STARTED = datetime(2016, 9, 1, 15, tzinfo=UTC)
SUBMITTED = datetime(2016, 9, 3, 15, tzinfo=UTC)
JUDGED = datetime(2016, 9, 5, 15, tzinfo=UTC)
RESERVED = datetime(2016, 9, 6, 15, tzinfo=UTC)
TEST = datetime(2016, 10, 3, 13, tzinfo=UTC)
SCORED = datetime(2016, 10, 12, 13, tzinfo=UTC)
SECTIONS = {name: f"digest of {name}" for name in ("identity", "contact", "declarations", "track")}
BASE_SCALE = {
    "job_knowledge": ("36", "7"),
    "english_expression": ("40", "8"),
    "biographic": ("45", "9"),
}
#: Raw scores whose scaled sum is exactly the cut: 52.00 + 51.00 + 51.00.
AT_THE_CUT = {
    "job_knowledge": Fraction(187, 5),
    "english_expression": Fraction(204, 5),
    "biographic": Fraction(459, 10),
}
AGREED = {
    "worldwide_availability": True,
    "public_support_of_policy": True,
    "needs_of_the_service": True,
    "separated_607": False,
    "separated_608": False,
    "separated_610": False,
    "separated_611": False,
    "separated_612": False,
    "denied_tenure": False,
}
FIT = Claim(born=date(1990, 5, 4), citizenships=frozenset({"USA"}), declared=AGREED)


@dataclass
class Road:
    """One world with a competition, a session and one candidate, moved by real commands."""

    world: World = field(default_factory=World)
    edition: Edition = EDITION
    file: str = "CAND-0000-0001"
    person: str = "PERS-0000-0001"
    competition: str = "COMP-0000-0001"
    session: str = "SESS-0000-0001"

    def __post_init__(self) -> None:
        """A published competition and one planned session."""
        opened = datetime(2016, 8, 1, tzinfo=UTC)
        self.do(
            draft_competition(
                self.competition,
                title="October 2016",
                process="us_foreign_service",
                edition=self.edition.edition,
                edition_digest=self.edition.digest,
                calendar=CALENDAR,
            ),
            opened,
        )
        running = self.world.competition
        self.do(set_base_scale(running(self.competition), scale=BASE_SCALE), opened)
        for item in CHECKLIST:
            self.do(tick(running(self.competition), item=item, done=True), opened)
        self.do(submit_competition(running(self.competition)), opened)
        self.do(approve_competition(running(self.competition), by="OTHER", approved=True), opened)
        self.do(publish_competition(running(self.competition)), opened)
        self.plan(self.session, TEST)
        self.do(open_person(self.person), opened)

    def do(self, drafts: tuple, at: datetime, role: str = "system") -> tuple[Fact, ...]:
        """Record what a command returned."""
        return self.world.record(drafts, actor="ACTOR", role=role, at=at)

    def plan(self, code: str, starts: datetime) -> None:
        """Plan a session of 50 seats."""
        self.do(
            plan_session(
                code,
                self.edition,
                step="examination",
                competition=self.competition,
                calendar=CALENDAR,
                centre="washington",
                room="1",
                zone=ZONE,
                starts_at=starts,
                seats=50,
                accessible=2,
            ),
            datetime(2016, 8, 1, tzinfo=UTC),
        )

    @property
    def now(self) -> Candidacy:
        """The candidacy folded so far."""
        return self.world.candidacy(self.file)

    def session_now(self, code: str = "") -> Session:
        """A session's file folded so far."""
        return fold_session(self.world.read(code or self.session))

    def start(self, at: datetime = STARTED) -> "Road":
        """Open the candidacy."""
        world = self.world
        self.do(
            start_application(
                self.file,
                self.edition,
                step="application",
                at=at,
                competition=world.competition(self.competition),
                person=world.person(self.person),
            ),
            at,
        )
        return self

    def submit(self, track: str = "consular", at: datetime = SUBMITTED) -> "Road":
        """Submit with every needed section."""
        self.do(
            submit_application(
                self.now,
                self.edition,
                step="application",
                at=at,
                digest="snapshot",
                sections=SECTIONS,
                track=track,
            ),
            at,
        )
        return self

    def judge(self, claim: Claim = FIT, at: datetime = JUDGED) -> "Road":
        """Judge eligibility and tell the finding."""
        facts = self.do(
            judge_eligibility(
                self.now, self.edition, step="application", at=at, claim=claim, calendar=CALENDAR
            ),
            at,
        )
        return self.tell(facts[0], at)

    def tell(self, fact: Fact, at: datetime) -> "Road":
        """Tell the candidate of a decision."""
        self.do((tell(self.now, self.edition, about=fact, at=at),), at)
        return self

    def reserve(self, seat: str = "A1", at: datetime = RESERVED) -> "Road":
        """Reserve a seat in the planned session; its confirmation is sent at once."""
        facts = self.do(
            reserve_seat(
                self.now,
                self.edition,
                step="examination",
                at=at,
                session=self.session_now(),
                seat=seat,
                born=FIT.born,
            ),
            at,
        )
        return self.tell(facts[0], at)

    def grant(self, *granted: str, at: datetime = RESERVED) -> "Road":
        """Ask for other conditions at the test and grant them."""
        plain = {"step": "examination"}
        asked = ask_accommodation(
            self.now, self.edition, **plain, at=at, wants=granted, commitment="commitment"
        )
        self.do(asked, at)
        decided = decide_accommodation(
            self.now, self.edition, **plain, granted=granted, reason="need_shown"
        )
        self.do(decided, at)
        return self

    def let_in(self, at: datetime = TEST) -> "Road":
        """Open the doors and check the candidate in."""
        if self.session_now().status == "planned":
            self.do(open_session(self.session_now(), self.edition, at=at), at)
        self.do(
            check_in(
                self.now,
                self.edition,
                step="examination",
                at=at,
                session=self.session_now(),
                document="passport",
                has_photograph=True,
                expires=date(2020, 1, 1),
                name_matches=True,
            ),
            at,
        )
        return self

    def sit(self, at: datetime = TEST) -> "Road":
        """Sit every section and submit."""
        self.do(open_sitting(self.now, self.edition, step="examination", at=at), at)
        for name in ("job_knowledge", "english_expression", "biographic", "essay"):
            self.do(
                open_section(self.now, self.edition, step="examination", at=at, section=name), at
            )
            at += timedelta(minutes=20)
            self.do(
                lock_section(self.now, self.edition, step="examination", at=at, section=name), at
            )
        counts = {"job_knowledge": 60}
        self.do(
            submit_sitting(
                self.now, self.edition, step="examination", at=at, answers="digest", counts=counts
            ),
            at,
        )
        return self

    def on_paper(self, at: datetime = SCORED) -> "Road":
        """Take in answers given on a sheet."""
        self.do(
            import_answers(
                self.now, self.edition, step="examination", at=at, answers="digest", counts={}
            ),
            at,
        )
        return self

    def score(self, raw: dict[str, Fraction] | None = None, at: datetime = SCORED) -> "Road":
        """Score the multiple-choice sections."""
        self.do(
            score_choice(
                self.now,
                self.edition,
                step="examination",
                at=at,
                raw=raw or AT_THE_CUT,
                base_scale=self.world.competition(self.competition).base_scale,
                key="key",
            ),
            at,
        )
        return self

    def mark(self, first: int, second: int, at: datetime = SCORED) -> "Road":
        """Enter both readings of the essay."""
        marks = (Mark(marker="M1", mark=first), Mark(marker="M2", mark=second))
        self.do(record_marks(self.now, self.edition, step="examination", at=at, marks=marks), at)
        return self

    def decide(self, at: datetime = SCORED) -> "Road":
        """Decide the result."""
        self.do(decide_examination(self.now, self.edition, step="examination", at=at), at)
        return self


def eligible() -> Road:
    """Somebody found eligible, without a seat."""
    return Road().start().submit().judge()


def sat() -> Road:
    """Somebody who sat the whole test."""
    return eligible().reserve().let_in().sit()


def passed_examination() -> Road:
    """Somebody who passed the test and was told so."""
    road = sat().score().mark(3, 3).decide()
    return road.tell(road.world.read(road.file)[-1], SCORED)
