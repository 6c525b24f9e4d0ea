"""A walker: moves any candidacy of a small world one step on, by the real commands, well or badly."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.selection.assessment_strategies import EXERCISES, sheet
from tests.selection.examination_strategies import AGREED, BASE_SCALE, SECTIONS
from tests.selection.narratives_strategies import THEMES, level, six

from concours.kernel.errors import Refusal
from concours.kernel.identifiers import code_from
from concours.ledger.draft import Draft, Fact
from concours.policy.edition import load_edition
from concours.selection import (
    clearance,
    register,
    register_clock,
    register_offers,
    register_reversal,
    review,
    review_reversal,
    service,
    service_reversal,
)
from concours.selection.application import start_application, submit_application
from concours.selection.application_eligibility import Claim, judge_eligibility
from concours.selection.assessment import Place, book, check_in, invite
from concours.selection.assessment_result import (
    decide_assessment,
    enter_ratings,
    form_group,
    integrate,
)
from concours.selection.assessment_state import Assessment
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import ClassPlan, fold_class, plan_class
from concours.selection.clearance_reversal import COMMANDS as CLEARANCE_REVERSALS
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
from concours.selection.examination import Examination, Mark
from concours.selection.examination_result import decide_examination, record_marks, score_choice
from concours.selection.examination_seats import check_in as let_in
from concours.selection.examination_seats import reserve_seat
from concours.selection.examination_sitting import (
    lock_section,
    open_section,
    open_sitting,
    submit_sitting,
)
from concours.selection.fold import tell, untold
from concours.selection.narratives import submit_narratives
from concours.selection.narratives_panel import allocate_files, enter_sheets
from concours.selection.narratives_result import decide_file, results
from concours.selection.panel import Panel, Sheet, fold_panel, form_panel
from concours.selection.person import open_person
from concours.selection.register_score import Ranked
from concours.selection.register_state import Register
from concours.selection.review_state import Review, Vote
from concours.selection.road import openings
from concours.selection.session import fold_session, open_session, plan_session
from concours.simulator.world import World

PAST = "p" * 64
MEMBERS = ("EXAM-A", "EXAM-B", "EXAM-C")
TEAM = ("ASSE-1", "ASSE-2", "ASSE-3", "ASSE-4")
READERS = ("READ-1", "READ-2", "READ-3")
STARTS = (date(2016, 2, 6), date(2016, 6, 4))
PEOPLE = ("PERS-0000-0001", "PERS-0000-0002")
CLASS = "CLAS-0000-0001"
REVERSALS: dict[str, Callable[..., tuple[Draft, ...]]] = {
    **{f"clearance.{name}": command for name, command in CLEARANCE_REVERSALS.items()},
    "review.reverse": review_reversal.reverse_review,
    "register.reverse_offer": register_reversal.reverse_offer,
    "register.reverse_placement": register_reversal.reverse_placement,
    "service.reverse_appointment": service_reversal.reverse_appointment,
    "service.reverse_training": service_reversal.reverse_training,
    "service.reverse_posting": service_reversal.reverse_posting,
}
"""The commands that take a decision back, from the clearances onwards."""


class Walker:
    """Two people, two windows, one class. ``now`` only moves forward."""

    def __init__(self, edition: str = "2016") -> None:
        self.edition = load_edition("us_foreign_service", edition)
        self.world = World()
        self.now = datetime(2015, 11, 1, 15, tzinfo=UTC)
        self.made = 0
        self.windows: dict[str, Calendar] = {}
        self.files: dict[tuple[str, str], str] = {}
        self.refused = 0
        for starts in STARTS:
            self._window(starts)
        for person in PEOPLE:
            self.do(open_person(person))
        self.do(
            plan_class(
                CLASS,
                title="Class",
                process="us_foreign_service",
                starts_on=date(2017, 12, 4),
                sizes={"consular": 2},
                appointment="career",
            )
        )
        self.now = datetime(2016, 1, 10, 15, tzinfo=UTC)

    def new_code(self) -> str:
        """The next code."""
        self.made += 1
        return code_from((self.made << 4).to_bytes(8, "big"))

    def do(self, drafts: Sequence[Draft], at: datetime | None = None) -> tuple[Fact, ...]:
        """Record what a command returned."""
        return self.world.record(drafts, actor="ACTOR", role="system", at=at or self.now)

    def attempt(self, command: Callable[[], Sequence[Draft]]) -> bool:
        """Run a command and record it; false when a rule said no."""
        try:
            drafts = command()
        except Refusal:
            self.refused += 1
            return False
        if drafts:
            self.do(drafts)
        return True

    def _window(self, starts: date) -> None:
        code = self.new_code()
        calendar = Calendar(
            window=f"{starts:%Y-%m}",
            registration_opens=starts - timedelta(days=35),
            seats_from=starts - timedelta(days=30),
            test_starts=starts,
            test_ends=starts + timedelta(days=7),
        )
        running = self.world.competition
        self.do(
            draft_competition(
                code,
                title=calendar.window,
                process="us_foreign_service",
                edition=self.edition.edition,
                edition_digest=self.edition.digest,
                calendar=calendar,
            )
        )
        self.do(set_base_scale(running(code), scale=BASE_SCALE))
        for item in CHECKLIST:
            self.do(tick(running(code), item=item, done=True))
        self.do(submit_competition(running(code)))
        self.do(approve_competition(running(code), by="OTHER", approved=True))
        self.do(publish_competition(running(code)))
        self.do(
            plan_session(
                f"SESS-{calendar.window}",
                self.edition,
                step="examination",
                competition=code,
                calendar=calendar,
                centre="washington",
                room="1",
                zone=self.edition.zone,
                starts_at=datetime(starts.year, starts.month, starts.day + 2, 14, tzinfo=UTC),
                seats=20,
                accessible=1,
            )
        )
        self.windows[code] = calendar

    def file(self, code: str) -> Candidacy:
        """A candidacy folded so far."""
        return self.world.candidacy(code)

    @property
    def codes(self) -> tuple[str, ...]:
        """The candidacies that exist."""
        return tuple(self.files.values())

    @property
    def plan(self) -> ClassPlan:
        """The class."""
        return fold_class(self.world.read(CLASS))

    def panel(self, code: str) -> Panel:
        """A panel's file."""
        return fold_panel(self.world.read(code))

    def tell(self, code: str) -> None:
        """Tell the candidate of everything decided."""
        for fact in untold(self.world.read(code)):
            self.do((tell(self.file(code), self.edition, about=fact, at=self.now),))

    # one command each, or the few that belong together

    def start(self, person: str, competition: str) -> bool:
        """Start an application."""
        key = (person, competition)
        code = self.new_code()
        done = self.attempt(
            lambda: start_application(
                code,
                self.edition,
                step="application",
                at=self.now,
                competition=self.world.competition(competition),
                person=self.world.person(person),
            )
        )
        if done:
            assert key not in self.files, "one application a window"
            self.files[key] = code
        return done

    def submit(self, code: str) -> bool:
        """Submit with every needed section."""
        return self.attempt(
            lambda: submit_application(
                self.file(code),
                self.edition,
                step="application",
                at=self.now,
                digest="snapshot",
                sections=SECTIONS,
                track="consular",
            )
        )

    def judge(self, code: str, *, citizen: bool) -> bool:
        """Judge eligibility."""
        claim = Claim(
            born=date(1985, 5, 4),
            citizenships=frozenset({"USA"} if citizen else {"XXA"}),
            declared=AGREED,
        )
        calendar = self.windows[self.file(code).competition]
        return self.attempt(
            lambda: judge_eligibility(
                self.file(code),
                self.edition,
                step="application",
                at=self.now,
                claim=claim,
                calendar=calendar,
            )
        )

    def reserve(self, code: str) -> bool:
        """Reserve a seat in the session of its window."""
        session = f"SESS-{self.windows[self.file(code).competition].window}"
        return self.attempt(
            lambda: reserve_seat(
                self.file(code),
                self.edition,
                step="examination",
                at=self.now,
                session=fold_session(self.world.read(session)),
                seat=f"A{len(self.files)}",
                born=date(1985, 5, 4),
            )
        )

    def sit(self, code: str, *, sections: int) -> bool:
        """Go to the session on its day and sit so many sections; all four end the sitting."""
        seat = self.file(code).state("examination", Examination).seat
        if seat is None or self.file(code).closed is not None:
            return False
        session = fold_session(self.world.read(seat.session))
        starts = session.starts_at or self.now
        if self.now > starts:
            return False
        self.now = starts
        if session.status == "planned":
            self.do(open_session(session, self.edition, at=self.now))
        found = fold_session(self.world.read(seat.session))
        step = "examination"
        self.attempt(
            lambda: let_in(
                self.file(code),
                self.edition,
                step=step,
                at=self.now,
                session=found,
                document="passport",
                has_photograph=True,
                expires=date(2030, 1, 1),
                name_matches=True,
            )
        )
        self.attempt(lambda: open_sitting(self.file(code), self.edition, step=step, at=self.now))
        names = ("job_knowledge", "english_expression", "biographic", "essay")[:sections]
        for name in names:
            self.attempt(
                lambda name=name: open_section(
                    self.file(code), self.edition, step=step, at=self.now, section=name
                )
            )
            self.now += timedelta(minutes=20)
            self.attempt(
                lambda name=name: lock_section(
                    self.file(code), self.edition, step=step, at=self.now, section=name
                )
            )
        return self.attempt(
            lambda: submit_sitting(
                self.file(code), self.edition, step=step, at=self.now, answers="digest", counts={}
            )
        )

    def score(self, code: str, raw: int) -> bool:
        """Score with the same raw score in each section."""
        return self.attempt(
            lambda: score_choice(
                self.file(code),
                self.edition,
                step="examination",
                at=self.now,
                raw=dict.fromkeys(BASE_SCALE, Fraction(raw)),
                base_scale=BASE_SCALE,
                key="key",
            )
        )

    def mark(self, code: str, first: int, second: int) -> bool:
        """Enter two marks of the essay."""
        marks = (Mark(marker="M1", mark=first), Mark(marker="M2", mark=second))
        return self.attempt(
            lambda: record_marks(
                self.file(code), self.edition, step="examination", at=self.now, marks=marks
            )
        )

    def decide_test(self, code: str) -> bool:
        """Decide the test and tell."""
        done = self.attempt(
            lambda: decide_examination(
                self.file(code), self.edition, step="examination", at=self.now
            )
        )
        self.tell(code)
        return done

    def write(self, code: str) -> bool:
        """Submit six narratives."""
        assert len(THEMES) == 6
        return self.attempt(
            lambda: submit_narratives(
                self.file(code), self.edition, step="narratives", at=self.now, narratives=six()
            )
        )

    def read(self, code: str, rating: int, *, need: int) -> bool:
        """A panel of its own reads the file and the cut decides it."""
        panel = self.new_code()
        self.do(
            form_panel(
                panel,
                competition=self.file(code).competition,
                step="narratives",
                track="consular",
                members=READERS,
                chair="CHAIR",
            )
        )
        files = {code: self.file(code)}
        allocated = self.attempt(
            lambda: allocate_files(
                self.panel(panel),
                self.edition,
                step="narratives",
                at=self.now,
                files=files,
                plan={code: READERS},
            )
        )
        if not allocated:
            return False
        sheets = [Sheet(rater=r, ratings=level(rating), reasons="reasons") for r in READERS]
        self.attempt(
            lambda: enter_sheets(
                self.panel(panel),
                self.file(code),
                self.edition,
                step="narratives",
                at=self.now,
                sheets=sheets,
            )
        )
        self.now += timedelta(days=1)
        found = results(
            self.panel(panel),
            self.edition,
            step="narratives",
            files={code: self.file(code)},
            need=need,
        )
        done = self.attempt(
            lambda: decide_file(
                self.file(code),
                self.edition,
                step="narratives",
                at=self.now,
                found=found,
                run="RUN",
            )
        )
        self.tell(code)
        return done

    def assess(self, code: str, rating: int) -> bool:
        """Invitation, booking, the day, ratings, integration, result."""
        step = "assessment"
        season = (self.now + timedelta(days=120)).date()
        if not self.attempt(
            lambda: invite(
                self.file(code), self.edition, step=step, at=self.now, season_ends=season
            )
        ):
            return False
        self.tell(code)
        starts = self.now + timedelta(days=30)
        place = Place(day="DAY", place="washington", starts_at=starts)
        self.attempt(
            lambda: book(self.file(code), self.edition, step=step, at=self.now, place=place)
        )
        self.tell(code)
        group = self.new_code()
        company = [code, self._double(code), self._double(code)]
        self.do(
            form_panel(
                group,
                competition=self.file(code).competition,
                step=step,
                track="",
                members=TEAM,
                chair="CHAIR",
            )
        )
        grouped = self.attempt(
            lambda: form_group(
                self.panel(group),
                self.edition,
                step=step,
                at=self.now,
                files={one: self.file(one) for one in company},
                interviewers=dict.fromkeys(company, TEAM[:2]),
                day="DAY",
            )
        )
        if not grouped:
            return False
        self.now = starts
        self.attempt(lambda: check_in(self.file(code), self.edition, step=step, at=self.now))
        for exercise in EXERCISES:
            raters = self.panel(group).readers[(code, exercise)]
            given = [Sheet(rater=r, ratings=sheet(exercise, rating)) for r in raters]
            self.do(
                enter_ratings(
                    self.panel(group),
                    self.file(code),
                    self.edition,
                    step=step,
                    at=self.now,
                    part=exercise,
                    sheets=given,
                )
            )
            self.do(
                integrate(
                    self.panel(group),
                    self.file(code),
                    self.edition,
                    step=step,
                    at=self.now,
                    part=exercise,
                    ratings=sheet(exercise, rating),
                    by=raters[0],
                    reasons="reasons",
                )
            )
        done = self.attempt(
            lambda: decide_assessment(
                self.panel(group), self.file(code), self.edition, step=step, at=self.now
            )
        )
        self.tell(code)
        return done

    def _double(self, code: str) -> str:
        """Somebody in the same position, as a group needs at least three."""
        double = self.new_code()
        self.world.facts[double] = [replace(f, file=double) for f in self.world.facts[code]]
        return double

    def clear(self, code: str, *, medical: str, security: str) -> bool:
        """Conditional offer, papers, both compartments."""
        step = "clearance"
        if not self.attempt(
            lambda: clearance.offer_conditional(
                self.file(code), self.edition, step=step, at=self.now
            )
        ):
            return False
        self.tell(code)
        self.now += timedelta(days=9)
        for command in (clearance.certify_forms, clearance.send_documents):
            self.attempt(
                lambda command=command: command(
                    self.file(code), self.edition, step=step, at=self.now, commitment=PAST
                )
            )
        self.now += timedelta(days=40)
        self.attempt(
            lambda: clearance.decide_medical(
                self.file(code),
                self.edition,
                step=step,
                at=self.now,
                medical_class=medical,
                examined_on=self.now.date() - timedelta(days=5),
                commitment=PAST,
            )
        )
        self.tell(code)
        done = self.attempt(
            lambda: clearance.decide_security(
                self.file(code),
                self.edition,
                step=step,
                at=self.now,
                outcome=security,
                guidelines=() if security == "grant" else ("F",),
                commitment=PAST,
            )
        )
        self.tell(code)
        return done

    def review(self, code: str, votes: tuple[bool, bool, bool]) -> bool:
        """Final review by three members who never sat on this file."""
        step = "review"
        number = len(self.file(code).state(step, Review).sat) // len(MEMBERS)
        members = tuple(f"{one}{number or ''}" for one in MEMBERS)
        if not self.attempt(
            lambda: review.open_review(
                self.file(code),
                self.edition,
                step=step,
                at=self.now,
                members=members,
                assessors=frozenset(TEAM),
            )
        ):
            return False
        for member in members:
            self.attempt(
                lambda member=member: review.take_oath(
                    self.file(code), self.edition, step=step, at=self.now, member=member
                )
            )
        cast = [
            Vote(member=m, suitable=v, factors=() if v else ("finances",))
            for m, v in zip(members, votes, strict=True)
        ]
        done = self.attempt(
            lambda: review.record_votes(
                self.file(code), self.edition, step=step, at=self.now, votes=cast, commitment=PAST
            )
        )
        self.tell(code)
        return done

    def place(self, code: str) -> bool:
        """Place on the register with the exact oral score."""
        decision = self.file(code).state("assessment", Assessment).decision
        oral = decision.score if decision and decision.score else "21/4"
        done = self.attempt(
            lambda: register.place(
                self.file(code),
                self.edition,
                step="register",
                at=self.now,
                oral=oral,
                seed="seed",
                person=self.world.person(self.file(code).person),
            )
        )
        self.tell(code)
        return done

    def stop_clock(self, code: str, months: int) -> bool:
        """Stop the clock for federal service abroad."""
        return self.attempt(
            lambda: register_clock.stop_clock(
                self.file(code),
                self.edition,
                step="register",
                at=self.now,
                ground=self.ground,
                start=self.now.date(),
                months=months,
                earlier=[
                    (self.ground, stop)
                    for stop in self.file(code).state("register", Register).stops
                ],
                person=self.world.person(self.file(code).person),
                siblings=self.siblings(code),
                commitment=PAST,
            )
        )

    @property
    def ground(self) -> str:
        """A ground the edition lists."""
        return "federal_service_abroad"

    def siblings(self, code: str) -> tuple[register.Sibling, ...]:
        """The person's other candidacies."""
        person = self.file(code).person
        return tuple(
            register.Sibling(file=self.file(c), edition=self.edition, step="register")
            for (p, _), c in self.files.items()
            if p == person and c != code
        )

    def offer(self, code: str) -> bool:
        """Offer a place in the class."""
        ranked = Ranked(file=code, rank=1, of=1, score=Fraction(21, 4))
        done = self.attempt(
            lambda: register_offers.make_offer(
                self.file(code),
                self.edition,
                step="register",
                at=self.now,
                plan=self.plan,
                ranked=ranked,
            )
        )
        self.tell(code)
        return done

    def answer(self, code: str, *, accept: bool) -> bool:
        """Answer the open offer."""
        person = self.world.person(self.file(code).person)
        if accept:
            return self.attempt(
                lambda: register_offers.accept_offer(
                    self.file(code),
                    self.edition,
                    step="register",
                    at=self.now,
                    plan=self.plan,
                    person=person,
                    siblings=self.siblings(code),
                )
            )
        return self.attempt(
            lambda: register_offers.decline_offer(
                self.file(code),
                self.edition,
                step="register",
                at=self.now,
                plan=self.plan,
                person=person,
            )
        )

    def serve(self, code: str) -> bool:
        """Appointment, training and a first post abroad, as far as the rules let it go."""
        step = "service"
        done = self.attempt(
            lambda: service.appoint(
                self.file(code),
                self.edition,
                step=step,
                at=self.now,
                plan=self.plan,
                born=date(1985, 5, 4),
                claims=frozenset(),
                education="bachelor",
                years="3",
                offered_on=self.now.date(),
                commitment=PAST,
            )
        )
        for module in ("orientation", "language", "tradecraft"):
            self.attempt(
                lambda module=module: service.record_training(
                    self.file(code),
                    self.edition,
                    step=step,
                    at=self.now,
                    module=module,
                    result="passed",
                )
            )
        self.attempt(
            lambda: service.assign(
                self.file(code),
                self.edition,
                step=step,
                at=self.now,
                post="lima",
                abroad=True,
                start=self.now.date() + timedelta(days=14),
                months=24,
                person=self.world.person(self.file(code).person),
                run="",
            )
        )
        self.tell(code)
        return done

    def take_back(self, code: str, number: int) -> bool:
        """Take back one of the decisions the file offers to take back."""
        offered = [
            o
            for o in openings(self.file(code), self.edition, at=self.now)
            if o.command in REVERSALS
        ]
        if not offered:
            return False
        chosen = offered[number % len(offered)]
        given: dict[str, Any] = {"reason": "board_error", "authority": "board"}
        if chosen.command == "service.reverse_posting":
            given["person"] = self.world.person(self.file(code).person)
        if chosen.command in ("service.reverse_appointment", "register.reverse_offer"):
            given["plan"] = self.plan
        drafts = REVERSALS[chosen.command](
            self.file(code), self.edition, step=chosen.step, at=self.now, **given
        )
        self.do(drafts)
        self.tell(code)
        return True

    def rescind(self, code: str) -> bool:
        """Take an accepted offer back."""
        done = self.attempt(
            lambda: register_offers.rescind(
                self.file(code),
                self.edition,
                step="register",
                at=self.now,
                plan=self.plan,
                person=self.world.person(self.file(code).person),
                siblings=self.siblings(code),
                ground="board_error",
                authority="board",
            )
        )
        self.tell(code)
        return done
