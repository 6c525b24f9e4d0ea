"""Whole candidacies of two people in two windows, in any order of acts: what must always hold, holds."""

from datetime import timedelta
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.selection.road_walker import Walker

from concours.policy.register_clock import RegisterClock, ends_on
from concours.selection.application import Application
from concours.selection.application_exceptions import undo_withdrawal, withdraw
from concours.selection.examination import Examination
from concours.selection.fold import as_told, fold_candidacy, untold
from concours.selection.progress import has_passed
from concours.selection.register_score import score_on
from concours.selection.register_state import Register
from concours.selection.reversal import STANDS
from concours.selection.road import is_stuck, openings
from concours.selection.standing import standing_of
from concours.selection.steps import STEPS

which = st.integers(0, 3)
AFTER_THE_END = ("appeal", "reopened", "revers", "restored", "undone", "admitted", "rescinded")
"""What the name of a kind must say for it to follow the end of a candidacy."""


class Road(RuleBasedStateMachine):
    """Acts in any order; a rule that says no leaves everything as it was."""

    @initialize(depths=st.lists(st.integers(0, 11), min_size=1, max_size=2))
    def begin(self, depths: list[int]) -> None:
        """Start with up to two people some way along the road, so that runs get everywhere."""
        self.walker = Walker()
        self.tracks: dict[str, str] = {}
        for person, depth in enumerate(depths):
            self.start(person, person)
            if self.walker.codes:
                self.walk_well(self.walker.codes[-1], depth)

    def code(self, number: int) -> str:
        """One of the candidacies there are."""
        codes = self.walker.codes
        return codes[number % len(codes)]

    def some(self) -> bool:
        """Whether there is a candidacy at all."""
        return bool(self.walker.codes)

    @rule(person=st.integers(0, 1), window=st.integers(0, 1))
    def start(self, person: int, window: int) -> None:
        walker = self.walker
        competition = list(walker.windows)[window]
        opens = walker.windows[competition].registration_opens
        if walker.now.date() < opens:
            walker.now += opens - walker.now.date()
        walker.start(("PERS-0000-0001", "PERS-0000-0002")[person], competition)

    @precondition(some)
    @rule(number=which, citizen=st.sampled_from((True, True, True, False)))
    def apply(self, number: int, citizen: bool) -> None:
        code = self.code(number)
        self.walker.submit(code)
        self.walker.now += timedelta(hours=5)
        self.walker.judge(code, citizen=citizen)
        self.walker.tell(code)

    @precondition(some)
    @rule(number=which, sections=st.sampled_from((4, 4, 4, 2, 0)))
    def test(self, number: int, sections: int) -> None:
        code = self.code(number)
        self.walker.reserve(code)
        self.walker.tell(code)
        self.walker.sit(code, sections=sections)

    @precondition(some)
    @rule(number=which, raw=st.sampled_from((48, 48, 30)), marks=st.sampled_from(((4, 4), (1, 2))))
    def result(self, number: int, raw: int, marks: tuple[int, int]) -> None:
        code = self.code(number)
        self.walker.now += timedelta(days=9)
        self.walker.score(code, raw)
        self.walker.mark(code, *marks)
        self.walker.decide_test(code)

    @precondition(some)
    @rule(number=which, rating=st.sampled_from((6, 5, 2)), need=st.sampled_from((1, 1, 0)))
    def narratives(self, number: int, rating: int, need: int) -> None:
        code = self.code(number)
        self.walker.now += timedelta(days=2)
        if self.walker.write(code):
            self.walker.read(code, rating, need=need)

    @precondition(some)
    @rule(number=which, rating=st.sampled_from((6, 6, 5)))
    def oral(self, number: int, rating: int) -> None:
        self.walker.assess(self.code(number), rating)

    @precondition(some)
    @rule(
        number=which,
        medical=st.sampled_from(("1", "1", "2")),
        security=st.sampled_from(("grant", "grant", "deny")),
    )
    def clearances(self, number: int, medical: str, security: str) -> None:
        self.walker.clear(self.code(number), medical=medical, security=security)

    @precondition(some)
    @rule(number=which, votes=st.tuples(st.booleans(), st.just(True), st.just(True)))
    def final_review(self, number: int, votes: tuple[bool, bool, bool]) -> None:
        self.walker.review(self.code(number), votes)

    @precondition(some)
    @rule(number=which)
    def place(self, number: int) -> None:
        self.walker.place(self.code(number))

    def walk_well(self, code: str, depth: int) -> None:
        """So many stages of the road, each done well."""
        walker, number = self.walker, self.walker.codes.index(code)
        stages = (
            lambda: self.apply(number, True),
            lambda: self.test(number, 4),
            lambda: self.result(number, 48, (4, 4)),
            lambda: self.narratives(number, 6, 1),
            lambda: walker.assess(code, 6),
            lambda: walker.clear(code, medical="1", security="grant"),
            lambda: walker.review(code, (True, True, True)),
            lambda: walker.place(code),
            lambda: walker.offer(code),
            lambda: walker.answer(code, accept=True),
            lambda: walker.serve(code),
        )
        for stage in stages[:depth]:
            stage()

    @precondition(some)
    @rule(number=which, months=st.integers(1, 30))
    def stop_the_clock(self, number: int, months: int) -> None:
        self.walker.stop_clock(self.code(number), months)

    @precondition(some)
    @rule(number=which, accept=st.booleans())
    def call(self, number: int, accept: bool) -> None:
        code = self.code(number)
        self.walker.offer(code)
        self.walker.now += timedelta(days=3)
        self.walker.answer(code, accept=accept)

    @precondition(some)
    @rule(number=which)
    def serve(self, number: int) -> None:
        self.walker.serve(self.code(number))

    @precondition(some)
    @rule(number=which, choice=st.integers(0, 2))
    def take_back(self, number: int, choice: int) -> None:
        """Whatever a file offers to take back goes through, and nothing stands on what is gone."""
        self.walker.take_back(self.code(number), choice)

    @precondition(some)
    @rule(number=which)
    def rescind(self, number: int) -> None:
        self.walker.rescind(self.code(number))

    @precondition(some)
    @rule(number=which)
    def give_up(self, number: int) -> None:
        code, walker = self.code(number), self.walker
        walker.attempt(
            lambda: withdraw(
                walker.file(code),
                walker.edition,
                step="application",
                at=walker.now,
                reason="personal",
            )
        )

    @precondition(some)
    @rule(number=which)
    def come_back(self, number: int) -> None:
        code, walker = self.code(number), self.walker
        walker.attempt(
            lambda: undo_withdrawal(
                walker.file(code),
                walker.edition,
                step="application",
                at=walker.now,
                reason="by_mistake",
                authority="registrar",
            )
        )

    @rule(days=st.sampled_from((1, 8, 25, 90, 400)))
    def time_passes(self, days: int) -> None:
        """Dates come, and the worker writes what follows."""
        walker = self.walker
        walker.now += timedelta(days=days)
        for code in walker.codes:
            for _ in range(3):
                due = [
                    o
                    for o in openings(walker.file(code), walker.edition, at=walker.now)
                    if o.lapse and o.due_on is not None and o.due_on <= walker.now
                ]
                if not due or walker.file(code).closed is not None:
                    break
                first = min(due, key=lambda o: (o.due_on, o.command))
                lapse = STEPS[walker.edition.step(first.step).kind].lapses[first.lapse]
                walker.attempt(
                    lambda lapse=lapse, first=first, code=code: lapse(
                        walker.file(code),
                        walker.edition,
                        step=first.step,
                        at=walker.now,
                        due_on=first.due_on,
                    )
                )
            walker.tell(code)

    @invariant()
    def a_locked_track_never_changes(self) -> None:
        for code in self.walker.codes:
            track = self.walker.file(code).track
            assert self.tracks.get(code, track) in (track, "")
            self.tracks[code] = track

    @invariant()
    def nobody_holds_a_seat_who_was_not_found_eligible(self) -> None:
        for code in self.walker.codes:
            file = self.walker.file(code)
            if file.state("examination", Examination).seat is not None:
                finding = file.state("application", Application).finding
                assert finding is not None
                assert finding.eligible

    @invariant()
    def no_essay_is_marked_below_the_cut(self) -> None:
        for code in self.walker.codes:
            test = self.walker.file(code).state("examination", Examination)
            if test.marks:
                assert test.scores is not None
                assert Fraction(test.scores.total) >= Fraction(test.scores.cut)

    @invariant()
    def nobody_is_on_the_register_without_every_earlier_step(self) -> None:
        order = [plan.id for plan in self.walker.edition.steps]
        for code in self.walker.codes:
            file = self.walker.file(code)
            placed = file.state("register", Register).placed_at is not None
            if placed:
                before = order[: order.index("register")]
                assert all(has_passed(file, step) for step in before)
            else:
                assert file.state("register", Register).claims == ()

    @invariant()
    def nothing_stands_on_a_decision_that_was_taken_back(self) -> None:
        plans = self.walker.edition.steps
        for code in self.walker.codes:
            file = self.walker.file(code)
            if file.closed is not None:
                continue
            for n, plan in enumerate(plans):
                if plan.kind in STANDS and STANDS[plan.kind](file, plan.id):
                    assert [p.id for p in plans[:n] if not has_passed(file, p.id)] == []

    @invariant()
    def points_stay_within_what_the_rules_give(self) -> None:
        for code in self.walker.codes:
            state = self.walker.file(code).state("register", Register)
            if state.placed_at is not None:
                score = score_on(
                    state, self.walker.edition, step="register", on=self.walker.now.date()
                )
                assert 0 <= score.language <= Fraction("0.38")
                assert score.veterans in (0, Fraction("0.0875"), Fraction("0.175"))
                assert score.total == score.oral + score.points

    @invariant()
    def the_clock_with_its_stops_is_right_to_the_day(self) -> None:
        rule_ = self.walker.edition.value("register.clock", RegisterClock)
        for code in self.walker.codes:
            state = self.walker.file(code).state("register", Register)
            if state.placed_on is not None and not state.not_counted and not state.removed:
                expected = ends_on(rule_, placed_on=state.placed_on, stops=state.stops)
                assert state.ends_on == expected

    @invariant()
    def accepting_one_closes_the_others(self) -> None:
        walker = self.walker
        for code in walker.codes:
            if walker.file(code).state("register", Register).accepted_at is None:
                continue
            person = walker.file(code).person
            for other in walker.codes:
                if other != code and walker.file(other).person == person:
                    opened = walker.file(other).opened_at
                    accepted = walker.file(code).state("register", Register).accepted_at
                    if opened is not None and accepted is not None and opened <= accepted:
                        assert walker.file(other).closed is not None

    @invariant()
    def a_closed_candidacy_takes_nothing_but_what_may_open_it_again(self) -> None:
        for code in self.walker.codes:
            closed = False
            for fact in self.walker.world.read(code):
                if closed and fact.kind != "candidacy.told":
                    allowed = any(word in fact.kind for word in AFTER_THE_END)
                    assert allowed or fact.kind in ("register.offer_answered",), fact.kind
                if fact.kind == "candidacy.closed":
                    closed = True
                if fact.kind in ("candidacy.reopened", "application.withdrawal_undone"):
                    closed = False

    @invariant()
    def no_open_file_is_stuck(self) -> None:
        for code in self.walker.codes:
            file = self.walker.file(code)
            if not untold(self.walker.world.read(code)):
                assert not is_stuck(file, self.walker.edition, at=self.walker.now), standing_of(
                    file, self.walker.edition, at=self.walker.now
                )

    def teardown(self) -> None:
        """Replay of any prefix never fails, as the board and as the candidate see it."""
        if not hasattr(self, "walker"):
            return
        for code in self.walker.codes:
            facts = self.walker.world.read(code)
            for length in range(1, len(facts) + 1):
                part = facts[:length]
                file = fold_candidacy(part)
                assert file.seq == length
                standing_of(file, self.walker.edition, at=part[-1].at)
                fold_candidacy(as_told(part))
            assert fold_candidacy(facts) == self.walker.file(code)


TestWholeRoad = Road.TestCase
TestWholeRoad.settings = settings(
    max_examples=25,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
