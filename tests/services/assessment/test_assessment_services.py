"""The oral assessment end to end: days, places that are never taken twice, plans, ratings, results."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from tests.cast import staff
from tests.selection.narratives_strategies import THEMES, Field
from tests.services.panel_cast import NAME, Passed, given_examiner

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.edition import load_edition
from concours.policy.shown_matrix import ShownMatrix, shows
from concours.records.ledger_store import append, read_facts, read_many
from concours.records.models import (
    AssessmentPlace,
    CandidacyStanding,
    DaySession,
    FileTie,
    PanelReading,
    RatingSheet,
)
from concours.records.ties import tie_token
from concours.selection.fold import fold_candidacy, tell
from concours.services.application.exceptions import undo_withdrawal
from concours.services.assessment import grouping
from concours.services.assessment.booking import (
    admit_again,
    book_day,
    booking_page,
    calendar_file,
    move_day,
    offer_day,
    record_presence,
    wait_for_place,
)
from concours.services.assessment.days import (
    add_day,
    day_list,
    day_page,
    set_assessors,
    set_season,
)
from concours.services.assessment.deciding import decide_result, to_decide
from concours.services.assessment.grouping import plan
from concours.services.assessment.inviting_run import INVITING
from concours.services.assessment.outcome import result_page
from concours.services.assessment.plans import ask_for_day_plan, day_plan_status
from concours.services.assessment.rating import (
    rate_exercise,
    record_integration,
    sheet_page,
    to_rate,
)
from concours.services.jobs import run_due_jobs
from concours.services.listing import ListQuery
from concours.services.panels.examiners import declare_tie
from concours.services.refresh import refresh
from concours.services.withdrawal import withdraw
from concours.site.worker.handlers import MODULES

pytestmark = pytest.mark.django_db

SCHEDULER = staff("scheduler")
APPEALS = staff("appeals_officer")
INVITED = datetime(2016, 12, 5, 15, tzinfo=UTC)
BOOKED = datetime(2016, 12, 10, 15, tzinfo=UTC)
PLANNED = datetime(2017, 2, 1, 15, tzinfo=UTC)
STARTS = datetime(2017, 3, 1, 12, tzinfo=UTC)
SEASON_ENDS = date(2017, 5, 31)
EXERCISES = ("group", "interview", "case_management")
MATRIX = load_edition("us_foreign_service", "2016").value("assessment.matrix", ShownMatrix)


def sheet(part, rating):
    return dict.fromkeys(shows(MATRIX, part), rating)


class Scene:
    """Candidates who passed the panel and were told; a season, a day, five assessors, a chair."""

    def __init__(self, count=3, places=6):
        self.passed = Passed(count)
        self.files = self.passed.files
        self.people = dict(zip(self.files, self.passed.people, strict=True))
        self._pass_panel(count)
        competition = self.passed.competition
        set_season(SCHEDULER, competition, ends=SEASON_ENDS, at=INVITED)
        self.day = self.add_day(places)
        self.chair = given_examiner(90, "chair")
        self.assessors = {
            a.code: a for a in (given_examiner(n, "panellist", "assessor") for n in range(5))
        }
        set_assessors(SCHEDULER, self.day, accounts=list(self.assessors))

    @transaction.atomic
    def _pass_panel(self, count):
        """Copy what the core's own builder recorded after the test, under these files' codes."""
        field = Field(count=count)
        before = {code: len(field.world.read(code)) for code in field.files}
        for code in field.files:
            field.submit(code)
        field.allocate()
        for code in field.files:
            field.rate(code, *[dict.fromkeys(THEMES, 5)] * 3)
        field.decide(count)
        for code, file in zip(field.files, self.files, strict=True):
            offset = len(read_facts(file)) - before[code]
            for fact in field.world.read(code)[before[code] :]:
                body = dict(fact.body)
                if fact.kind == "candidacy.told":
                    body["about"] += offset
                draft = _draft(fact, file, body)
                append([draft], actor=fact.actor, role=fact.role, at=fact.at)
        refresh(set(self.files))

    def add_day(self, places=6, day=date(2017, 3, 1)):
        return add_day(
            SCHEDULER,
            competition=self.passed.competition,
            place="Washington",
            address="1 Example Street",
            day=day,
            starts=time(7),
            places=places,
            rooms=6,
            at=INVITED,
        )

    @transaction.atomic
    def invite(self):
        competition = self.passed.competition
        foreseen = INVITING.preview(SCHEDULER, competition, at=INVITED)
        INVITING.ask(SCHEDULER, competition, at=INVITED, seen=foreseen.version)
        run_due_jobs()
        for file in self.files:
            facts = read_many([file])[file]
            folded = fold_candidacy(facts)
            invited = next(f for f in facts if f.kind == "assessment.invited")
            if invited.seq not in folded.told:
                edition = load_edition("us_foreign_service", "2016")
                append(
                    [tell(folded, edition, about=invited, at=INVITED)],
                    actor="system",
                    role="system",
                    at=INVITED,
                )
                refresh({file})
        return self

    def book(self):
        for file in self.files:
            book_day(self.people[file], file, day=self.day, at=BOOKED, seen=None)
        return self

    def plan(self):
        plan(SCHEDULER, self.day, at=PLANNED)
        return self

    def arrive(self):
        for file in self.files:
            record_presence(SCHEDULER, file, present=True, excuse="", at=STARTS, seen=None)
        return self

    def team(self, file, part):
        rows = PanelReading.objects.filter(candidacy=file, part=part).order_by("member")
        return [self.assessors[row.member] for row in rows]

    def assess(self, file, rating):
        for part in EXERCISES:
            for assessor in self.team(file, part):
                rate_exercise(
                    assessor,
                    file,
                    part,
                    ratings=sheet(part, 5),
                    reasons="Seen.",
                    lock=True,
                    at=STARTS,
                )
            record_integration(
                self.team(file, part)[0],
                file,
                part,
                ratings=sheet(part, rating),
                reasons="Agreed.",
                at=STARTS,
            )
        return self


def _draft(fact, file, body):
    return Draft(file=file, step=fact.step, kind=fact.kind, body=body, on=fact.on, v=fact.v)


@pytest.fixture
def scene():
    return Scene()


def state_of(file):
    row = CandidacyStanding.objects.get(pk=file)
    return row.status, row.owner


# ---- invitation and places


def test_everybody_who_passed_is_invited_once(scene):
    assert [state_of(f) for f in scene.files] == [("board", "scheduler")] * 3
    competition = scene.passed.competition
    foreseen = INVITING.preview(SCHEDULER, competition, at=INVITED)
    assert (foreseen.decides, foreseen.left_out) == (tuple(sorted(scene.files)), ())
    INVITING.ask(SCHEDULER, competition, at=INVITED, seen=foreseen.version)
    run_due_jobs()
    for file in scene.files:
        assert [f.kind for f in read_facts(file)].count("assessment.invited") == 1
    again = INVITING.preview(SCHEDULER, competition, at=INVITED)
    assert (again.decides, again.state.decided) == ((), 3)
    with pytest.raises(RuleRefused, match="nothing_to_decide"):
        INVITING.ask(SCHEDULER, competition, at=INVITED, seen=again.version)


def test_who_cannot_be_invited_is_named_with_the_reason_before_anybody_signs(scene):
    late = datetime(2017, 6, 2, 15, tzinfo=UTC)
    foreseen = INVITING.preview(SCHEDULER, scene.passed.competition, at=late)
    assert foreseen.decides == ()
    assert [(line.why, line.count) for line in foreseen.left_out] == [("season_is_over", 3)]
    assert not foreseen.may_sign


def test_a_place_is_booked_with_its_entry_and_shown_with_its_letter(scene):
    scene.invite()
    file = scene.files[0]
    actor = scene.people[file]
    page = booking_page(actor, file, at=BOOKED)
    assert (page.claim, page.can_book, [d.free for d in page.days]) == ("certain", True, [6])
    book_day(actor, file, day=scene.day, at=BOOKED, seen=page.version)
    after = booking_page(actor, file, at=BOOKED)
    assert (after.booked.code, after.can_book, after.can_move, after.moves_left) == (
        scene.day,
        False,
        True,
        1,
    )
    entry = calendar_file(actor, file, at=BOOKED, origin="https://example.org").decode()
    assert "DTSTART:20170301T120000Z" in entry
    assert "SEQUENCE:0" in entry


def test_a_day_is_never_booked_beyond_its_places():
    scene = Scene(count=3, places=2).invite()
    for file in scene.files[:2]:
        book_day(scene.people[file], file, day=scene.day, at=BOOKED, seen=None)
    last = scene.files[2]
    before = len(read_facts(last))
    with pytest.raises(RuleRefused) as refused:
        book_day(scene.people[last], last, day=scene.day, at=BOOKED, seen=None)
    assert refused.value.code == "day_is_full"
    assert (len(read_facts(last)), AssessmentPlace.objects.filter(candidacy=last).count()) == (
        before,
        0,
    )


def test_nobody_books_on_somebody_elses_file(scene):
    scene.invite()
    one, two, _ = scene.files
    with pytest.raises(NotPermitted):
        book_day(scene.people[one], two, day=scene.day, at=BOOKED, seen=None)
    with pytest.raises(NotPermitted) as refused:
        booking_page(scene.people[one], two, at=BOOKED)
    assert "Washington" not in str(refused.value)


def test_a_move_gives_the_old_place_back_and_there_is_one(scene):
    scene.invite().book()
    file = scene.files[0]
    other = scene.add_day(1, date(2017, 3, 8))
    third = scene.add_day(1, date(2017, 3, 15))
    move_day(scene.people[file], file, day=other, at=BOOKED, seen=None)
    assert AssessmentPlace.objects.get(candidacy=file).day_id == other
    assert AssessmentPlace.objects.filter(day=scene.day, candidacy__isnull=False).count() == 2
    with pytest.raises(RuleRefused) as refused:
        move_day(scene.people[file], file, day=third, at=BOOKED, seen=None)
    assert refused.value.code == "moves_used_up"
    assert AssessmentPlace.objects.get(candidacy=file).day_id == other
    move_day(SCHEDULER, file, day=third, at=BOOKED, seen=None)
    assert AssessmentPlace.objects.get(candidacy=file).day_id == third


def test_after_the_season_the_scheduler_offers_places_to_the_waiting_list(scene):
    scene.invite()
    file = scene.files[0]
    actor = scene.people[file]
    late = datetime(2017, 6, 10, 15, tzinfo=UTC)
    day = scene.add_day(2, date(2017, 9, 1))
    with pytest.raises(RuleRefused) as refused:
        book_day(actor, file, day=day, at=late, seen=None)
    assert refused.value.code == "waiting_list_only"
    assert AssessmentPlace.objects.filter(candidacy=file).count() == 0
    wait_for_place(actor, file, at=late, seen=None)
    offer_day(SCHEDULER, file, day=day, at=late, seen=None)
    assert booking_page(actor, file, at=late).booked.code == day


# ---- the plan


def test_the_worker_plans_a_day_and_everybody_finds_their_timetable(scene):
    scene.invite().book()
    ask_for_day_plan(SCHEDULER, scene.day, at=PLANNED)
    assert grouping in MODULES
    run_due_jobs(worker="test")
    status = day_plan_status(scene.day)
    assert (status.state, status.groups, status.code) == ("done", 1, "")
    page = day_page(SCHEDULER, scene.day)
    assert (page.state, len(page.sessions), len(page.panels)) == ("planned", 9, 1)
    own = booking_page(scene.people[scene.files[0]], scene.files[0], at=PLANNED).timetable
    assert sorted(s.exercise for s in own) == sorted(EXERCISES)
    assert own[0].starts_at == STARTS


def test_an_assessor_with_a_tie_is_in_no_group_of_that_candidate(scene):
    scene.invite().book()
    tied = next(iter(scene.assessors.values()))
    FileTie.objects.create(candidacy=scene.files[0], kind="person", token=tie_token("person", NAME))
    declare_tie(tied, relation="friend", name=NAME, at=PLANNED)
    scene.plan()
    assert tied.code not in {a.code for a in scene.team(scene.files[0], "group")}


def test_a_day_planned_again_takes_the_old_lists_back(scene):
    scene.invite().book().plan().plan()
    rows = PanelReading.objects.filter(candidacy=scene.files[0], part="group")
    assert rows.count() == 4
    assert rows.values("file").distinct().count() == 1
    assert DaySession.objects.filter(candidacy=scene.files[0]).count() == 3


def test_why_a_day_cannot_be_planned_is_kept_for_the_page():
    scene = Scene(count=2)
    scene.invite().book()
    ask_for_day_plan(SCHEDULER, scene.day, at=PLANNED)
    run_due_jobs(worker="test")
    status = day_plan_status(scene.day)
    assert (status.code, status.groups) == ("no_group_size_fits", 0)


# ---- ratings and results


def test_an_assessor_sees_nobody_elses_ratings_before_all_are_locked(scene):
    scene.invite().book().plan().arrive()
    file = scene.files[0]
    first, *rest = scene.team(file, "group")
    rate_exercise(
        first,
        file,
        "group",
        ratings=sheet("group", 7),
        reasons="secret-reason",
        lock=True,
        at=STARTS,
    )
    page = sheet_page(rest[0], file, "group")
    assert (page.integrating, {d.all for d in page.dimensions}, page.others_reasons) == (
        False,
        {()},
        (),
    )
    assert "secret-reason" not in repr(page)
    for assessor in rest:
        rate_exercise(
            assessor, file, "group", ratings=sheet("group", 5), reasons="", lock=True, at=STARTS
        )
    page = sheet_page(rest[0], file, "group")
    assert page.integrating is True
    assert sorted(page.dimensions[0].all) == [5, 5, 5, 7]


def test_an_assessor_rates_own_exercises_only(scene):
    scene.invite().book().plan().arrive()
    file = scene.files[0]
    outsider = given_examiner(70, "assessor")
    with pytest.raises(NotPermitted):
        sheet_page(outsider, file, "group")
    with pytest.raises(NotPermitted):
        sheet_page(SCHEDULER, file, "group")
    interviewers = {a.code for a in scene.team(file, "interview")}
    other = next(a for a in scene.team(file, "group") if a.code not in interviewers)
    with pytest.raises(NotPermitted):
        rate_exercise(
            other,
            file,
            "interview",
            ratings=sheet("interview", 5),
            reasons="",
            lock=True,
            at=STARTS,
        )
    assert RatingSheet.objects.count() == 0
    mine = [row.part for row in to_rate(other) if row.candidacy == file]
    assert mine == ["case_management", "group"]


def test_the_result_is_decided_by_the_chair_of_the_group_and_told_with_its_numbers(scene):
    scene.invite().book().plan().arrive()
    good, bad, _ = scene.files
    scene.assess(good, 6).assess(bad, 5)
    assert [r.candidacy for r in to_decide(scene.chair)] == sorted([good, bad])
    stranger = given_examiner(91, "chair")
    with pytest.raises(NotPermitted):
        decide_result(stranger, good, at=STARTS)
    decide_result(scene.chair, good, at=STARTS)
    decide_result(scene.chair, bad, at=STARTS)
    page = result_page(scene.people[good], good, at=STARTS)
    assert (page.passed, page.score, page.shown, page.cut) == (True, "6", "6.00", "5.25")
    assert [e.title for e in page.exercises] == [
        "Group exercise with negotiation",
        "Structured interview",
        "Case management",
    ]
    failed = result_page(scene.people[bad], bad, at=STARTS)
    assert (failed.passed, failed.score, failed.rule) == (False, "5", "assessment.cut")
    assert state_of(bad)[0] == "closed"


def test_nobody_is_decided_before_integration(scene):
    scene.invite().book().plan().arrive()
    with pytest.raises(RuleRefused) as refused:
        decide_result(scene.chair, scene.files[0], at=STARTS)
    assert refused.value.code == "exercises_outstanding"


def test_staying_away_frees_the_place_ends_the_candidacy_and_can_be_undone(scene):
    scene.invite().book()
    file = scene.files[0]
    record_presence(SCHEDULER, file, present=False, excuse="", at=STARTS, seen=None)
    assert (state_of(file)[0], AssessmentPlace.objects.filter(candidacy=file).count()) == (
        "closed",
        0,
    )
    admit_again(
        APPEALS, file, ground="illness", authority="board", at=STARTS + timedelta(days=1), seen=None
    )
    assert state_of(file) == ("your_turn", "candidate")


def test_withdrawing_gives_the_place_back_and_undoing_it_lets_the_candidate_book_anew(scene):
    scene.invite().book()
    file = scene.files[0]
    actor = scene.people[file]
    withdraw(actor, file, reason="study", at=BOOKED, seen=None)
    assert AssessmentPlace.objects.filter(candidacy=file).count() == 0
    assert state_of(file)[0] == "closed"
    registrar = staff("registrar")
    undo_withdrawal(
        registrar, file, at=BOOKED, seen=None, reason="by_mistake", authority="registrar"
    )
    page = booking_page(actor, file, at=BOOKED)
    assert (page.booked, page.can_book) == (None, True)


def test_days_are_listed_with_their_places(scene):
    scene.invite().book()
    found = day_list(SCHEDULER, ListQuery(order="starts"))
    assert [(r.places, r.taken, r.assessors) for r in found.rows] == [(6, 3, 5)]
    for actor in (staff("assessor"), staff("registrar"), scene.people[scene.files[0]]):
        with pytest.raises(NotPermitted):
            day_list(actor, ListQuery(order="starts"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day": date(2016, 1, 1)}, "day_has_begun"),
        ({"places": 0}, "places_out_of_range"),
        ({"rooms": 0}, "rooms_out_of_range"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_field(scene, change, code):
    values = {
        "competition": scene.passed.competition,
        "place": "Washington",
        "address": "1 Example Street",
        "day": date(2017, 3, 1),
        "starts": time(7),
        "places": 6,
        "rooms": 6,
        "at": INVITED,
    }
    with pytest.raises(BadInput) as refused:
        add_day(SCHEDULER, **(values | change))
    assert (refused.value.code, refused.value.field) == (code, next(iter(change)))
