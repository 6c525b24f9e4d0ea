"""Panels: formed, allocated without conflict, read blind, settled, decided by the cut of the track."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import staff
from tests.selection.narratives_strategies import level
from tests.services.panel_cast import (
    ALLOCATED,
    DECIDED,
    EMPLOYER,
    RATED,
    SCHOOL,
    Passed,
    given_examiner,
)

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.policy.edition import load_edition
from concours.records.ledger_store import read_facts
from concours.records.models import CandidacyStanding, PanelReading, RatingSheet
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_panel import allocate_files
from concours.selection.panel import form_panel
from concours.services.casefile import decide_on, record
from concours.services.files import new_code
from concours.services.jobs import run_due_jobs
from concours.services.listing import ListQuery
from concours.services.narratives.allocating import allocate
from concours.services.narratives.chair import chair_list, chair_page, settle
from concours.services.narratives.desk import ask_for_plan, form, panel_page, track_rows, where_of
from concours.services.narratives.exceptions import reverse
from concours.services.narratives.outcome import outcome_page
from concours.services.narratives.reading import rate, reading_list, reading_page, step_aside
from concours.services.narratives.results import decide_track, preview_page, set_need
from concours.services.narratives.without import record_without, without_member
from concours.services.notices.release import release_due
from concours.services.own_data import own_data_copy
from concours.services.panels.examiners import declare_tie

pytestmark = pytest.mark.django_db

SCHEDULER = staff("scheduler")
REGISTRAR = staff("registrar")
AUTHORITY = staff("appointing_authority")
QUERY = ListQuery(order="candidacy")
TOLD = DECIDED + timedelta(hours=2)


class Scene:
    """Submitted files of one track, four readers, a chair, and their panel."""

    def __init__(self, count=2):
        self.passed = Passed(count).submit_all()
        self.files = sorted(self.passed.files)
        self.readers = {r.code: r for r in (given_examiner(n, "panellist") for n in range(4))}
        self.chair = given_examiner(9, "chair")
        self.panel = form(
            SCHEDULER,
            competition=self.passed.competition,
            track="consular",
            members=list(self.readers),
            chair=self.chair.code,
            at=ALLOCATED,
        )

    def allocate(self):
        assert allocate(SCHEDULER, self.panel, at=ALLOCATED) == len(self.files)
        return self

    def readers_of(self, file):
        rows = PanelReading.objects.filter(candidacy=file, barred=False).order_by("member")
        return [self.readers[row.member] for row in rows]

    def rate(self, file, *levels):
        for reader, ratings in zip(self.readers_of(file), levels, strict=True):
            rate(reader, file, ratings=ratings, reasons="Because.", lock=True, at=RATED)
        return self


@pytest.fixture
def scene():
    return Scene()


def owner(file):
    return CandidacyStanding.objects.get(pk=file).owner


def test_the_desk_counts_what_waits_by_track(scene):
    rows = track_rows(SCHEDULER)
    assert [(r.track, r.waiting, r.reading, r.panels) for r in rows] == [
        ("consular", 2, 0, (scene.panel,))
    ]


def test_a_track_has_several_panels_and_every_file_is_read_by_one_of_them():
    scene = Scene(6)
    more = [given_examiner(20 + n, "panellist").code for n in range(4)]
    given = {"competition": scene.passed.competition, "track": "consular", "at": ALLOCATED}
    with pytest.raises(BadInput, match="reader_of_another_panel"):
        form(SCHEDULER, members=[*more, *scene.readers], chair=scene.chair.code, **given)
    second = form(SCHEDULER, members=more, chair=scene.chair.code, **given)
    rows = track_rows(SCHEDULER)
    assert [set(r.panels) for r in rows] == [{scene.panel, second}]
    shares = [panel_page(SCHEDULER, code).waiting for code in (scene.panel, second)]
    assert sum(shares) == 6
    done = [allocate(SCHEDULER, code, at=ALLOCATED) for code in (scene.panel, second)]
    assert (done, {owner(file) for file in scene.files}) == (shares, {"panellist"})
    for file in scene.files:
        (panel,) = {r.file for r in PanelReading.objects.filter(candidacy=file)}
        assert where_of(SCHEDULER, file, "narratives.allocate")[2] == panel


def test_the_worker_plans_and_every_file_gets_three_readers(scene):
    ask_for_plan(SCHEDULER, scene.panel, at=ALLOCATED)
    run_due_jobs(worker="test")
    page = panel_page(SCHEDULER, scene.panel)
    assert (page.plan.state, page.plan.allocated, page.readings, page.waiting) == ("done", 2, 2, 0)
    assert {len(scene.readers_of(file)) for file in scene.files} == {3}
    assert {owner(file) for file in scene.files} == {"panellist"}


@pytest.mark.parametrize(
    ("relation", "name"),
    [("same_school", "BRAMBLEWICK  university"), ("relative", "Quartermaine, Ophelia")],
)
def test_a_declared_tie_keeps_its_reader_from_the_file(scene, relation, name):
    tied = next(iter(scene.readers.values()))
    declare_tie(tied, relation=relation, name=name, at=ALLOCATED)
    scene.allocate()
    first = scene.passed.files[0]
    assert tied.code not in {r.code for r in scene.readers_of(first)}


def test_a_plan_that_cannot_be_is_explained_and_allocates_nothing(scene):
    for reader in list(scene.readers.values())[:2]:
        declare_tie(reader, relation="same_employer", name=EMPLOYER, at=ALLOCATED)
    ask_for_plan(SCHEDULER, scene.panel, at=ALLOCATED)
    run_due_jobs(worker="test")
    page = panel_page(SCHEDULER, scene.panel)
    assert (page.plan.code, page.readings) == ("too_few_readers_without_conflict", 0)


def test_the_blind_page_shows_the_masked_file_and_touches_no_table_with_names_or_scores(scene):
    scene.allocate()
    file = scene.passed.files[0]
    reader = scene.readers_of(file)[0]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = reading_page(reader, file)
    shown = repr(page)
    for secret in (
        "Ophelia",
        "Quartermaine",
        SCHOOL,
        EMPLOYER,
        "154.00",
        "secret-salary",
        "Verity",
    ):
        assert secret not in shown
    assert "[employer 1]" in shown
    said = " ".join(q["sql"] for q in captured.captured_queries)
    for table in (
        'records_person"',
        "records_narrativedraft",
        "records_applicationsection",
        "records_equalityanswer",
        "records_account",
        "records_candidacystanding",
        "records_examinationstanding",
        "records_answer",
        "records_namekey",
    ):
        assert table not in said
    assert "records_readingfile" in said


def test_a_reader_sees_own_files_only(scene):
    scene.allocate()
    file = scene.files[0]
    others = [r for r in scene.readers.values() if r not in scene.readers_of(file)]
    for actor in (*others, given_examiner(20, "panellist"), REGISTRAR, scene.chair):
        with pytest.raises(NotPermitted) as refused:
            reading_page(actor, file)
        assert "[employer 1]" not in str(refused.value)
    reader = scene.readers_of(file)[0]
    listed = [row.candidacy for row in reading_list(reader, QUERY).rows]
    mine = PanelReading.objects.filter(member=reader.code).values_list("candidacy", flat=True)
    assert listed == sorted(mine)


def test_sheets_enter_the_chain_together_when_the_last_is_locked(scene):
    scene.allocate()
    file = scene.files[0]
    first, second, third = scene.readers_of(file)
    for reader in (first, second):
        assert rate(reader, file, ratings=level(4), reasons="", lock=True, at=RATED) is False
    assert [f.kind for f in read_facts(scene.panel)][-1] == "panel.files_assigned"
    assert rate(third, file, ratings=level(5), reasons="", lock=True, at=RATED) is True
    entered = read_facts(scene.panel)[-1]
    assert (entered.kind, len(entered.body["sheets"])) == ("panel.sheets_entered", 3)
    assert (read_facts(file)[-1].kind, owner(file)) == ("narratives.rated", "registrar")


def test_a_draft_sheet_may_be_unfinished_and_a_locked_one_not_changed(scene):
    scene.allocate()
    file = scene.files[0]
    reader = scene.readers_of(file)[0]
    rate(reader, file, ratings={"leadership": 4}, reasons="so far", lock=False, at=RATED)
    page = reading_page(reader, file)
    assert (page.ratings, page.reasons, page.locked_at) == ({"leadership": 4}, "so far", None)
    with pytest.raises(RuleRefused) as refused:
        rate(reader, file, ratings={"leadership": 4}, reasons="", lock=True, at=RATED)
    assert refused.value.code == "theme_not_rated"
    rate(reader, file, ratings=level(4), reasons="", lock=True, at=RATED)
    with pytest.raises(RuleRefused) as refused:
        rate(reader, file, ratings=level(7), reasons="", lock=True, at=RATED)
    assert refused.value.code == "sheet_locked"


def test_a_candidates_copy_of_their_data_holds_no_sheet_of_a_reader(scene):
    scene.allocate()
    file = scene.files[0]
    reader = scene.readers_of(file)[0]
    rate(reader, file, ratings=level(7), reasons="secret-reason", lock=True, at=RATED)
    owner_of = scene.passed.people[scene.passed.files.index(file)]
    copy = own_data_copy(owner_of, at=RATED)
    assert file in copy
    for secret in ("secret-reason", reader.code, "records_ratingsheet"):
        assert secret not in copy


def test_who_steps_aside_is_replaced_and_sees_the_file_no_more(scene):
    scene.allocate()
    file = scene.files[0]
    reader = scene.readers_of(file)[0]
    fourth = next(
        code for code in scene.readers if code not in {r.code for r in scene.readers_of(file)}
    )
    rate(reader, file, ratings={"leadership": 1}, reasons="", lock=False, at=RATED)
    assert step_aside(reader, file, relation="recognised", at=RATED) == fourth
    assert RatingSheet.objects.count() == 0
    with pytest.raises(NotPermitted):
        reading_page(reader, file)
    assert fourth in {r.code for r in scene.readers_of(file)}


def test_the_chair_settles_what_the_readers_disagree_on(scene):
    scene.allocate()
    file = scene.files[0]
    scene.rate(file, level(3), level(3), level(3, leadership=6))
    assert [(r.candidacy, r.themes) for r in chair_list(scene.chair)] == [(file, 1)]
    page = chair_page(scene.chair, file)
    assert [(d.code, d.ratings) for d in page.disputed] == [("leadership", (3, 3, 6))]
    assert page.reasons == ("Because.",) * 3
    for stranger in (given_examiner(30, "chair"), REGISTRAR):
        with pytest.raises(NotPermitted):
            chair_page(stranger, file)
    settle(scene.chair, file, ratings={"leadership": 5}, reasons="Weighed.", at=RATED)
    assert (chair_list(scene.chair), owner(file)) == ((), "registrar")


def test_the_chair_gives_reasons(scene):
    scene.allocate()
    file = scene.files[0]
    scene.rate(file, level(3), level(3), level(3, leadership=6))
    with pytest.raises(Exception, match="reasons_missing"):
        settle(scene.chair, file, ratings={"leadership": 5}, reasons=" ", at=RATED)
    assert RatingSheet.objects.filter(kind="settled").count() == 0


def rated_scene():
    scene = Scene().allocate()
    one, two = scene.files
    scene.rate(one, level(5), level(5), level(5))
    return scene.rate(two, level(4), level(4), level(4))


def need(scene, count):
    set_need(
        AUTHORITY, competition=scene.passed.competition, track="consular", need=count, at=RATED
    )
    return scene.passed.competition


def test_the_preview_shows_who_would_be_in_and_decides_nothing():
    scene = rated_scene()
    page = preview_page(REGISTRAR, competition=need(scene, 1), track="consular")
    assert [(r.candidacy, r.place, r.score, r.inside) for r in page.rows] == [
        (scene.files[0], 1, 5, True),
        (scene.files[1], 2, 4, False),
    ]
    assert (page.need, page.inside, page.lowest, page.tied) == (1, 1, 5, 0)
    assert {owner(file) for file in scene.files} == {"registrar"}


def test_a_track_read_by_two_panels_is_cut_as_one_list(scene):
    other, members = new_code(), sorted(scene.readers)
    formed = form_panel(
        other,
        competition=scene.passed.competition,
        step="narratives",
        track="consular",
        members=members,
        chair=scene.chair.code,
    )
    record(SCHEDULER, "narratives.allocate", formed, at=ALLOCATED)
    edition = load_edition("us_foreign_service", "2016")
    for panel, file, rating in ((scene.panel, scene.files[0], 4), (other, scene.files[1], 5)):

        def command(opened, file=file):
            return allocate_files(
                opened.state,
                edition,
                step="narratives",
                at=ALLOCATED,
                files={file: fold_candidacy(read_facts(file))},
                plan={file: members[:3]},
            )

        decide_on(SCHEDULER, "panel", panel, "narratives.allocate", command, at=ALLOCATED)
        scene.rate(file, *[level(rating)] * 3)
    page = preview_page(REGISTRAR, competition=need(scene, 1), track="consular")
    assert [(r.candidacy, r.score, r.inside) for r in page.rows] == [
        (scene.files[1], 5, True),
        (scene.files[0], 4, False),
    ]


def test_no_result_without_the_need_and_none_before_all_are_rated():
    scene = Scene().allocate()
    competition = scene.passed.competition
    with pytest.raises(RuleRefused) as refused:
        decide_track(REGISTRAR, competition=competition, track="consular", at=DECIDED)
    assert refused.value.code == "need_not_set"
    need(scene, 1)
    with pytest.raises(RuleRefused) as refused:
        decide_track(REGISTRAR, competition=competition, track="consular", at=DECIDED)
    assert refused.value.code == "files_not_rated"


def test_a_track_is_decided_in_one_act_and_everybody_is_told_why():
    scene = rated_scene()
    competition = need(scene, 1)
    run = decide_track(REGISTRAR, competition=competition, track="consular", at=DECIDED)
    kinds = [f.kind for f in read_facts(competition)][-2:]
    assert kinds == ["competition.run_opened", "competition.run_closed"]
    assert [f.body["run"] for f in read_facts(competition)[-2:]] == [run, run]
    release_due(at=TOLD)
    for file, passed in zip(scene.files, (True, False), strict=True):
        actor = scene.passed.people[scene.passed.files.index(file)]
        page = outcome_page(actor, file, at=TOLD)
        assert (page.passed, page.need, page.of, page.rule) == (passed, 1, 2, "narratives.cut")
        assert page.cite == load_edition("us_foreign_service", "2016").rule("narratives.cut").cite
    assert owner(scene.files[0]) == "scheduler"


def test_a_candidate_sees_no_result_while_the_letter_is_held():
    scene = rated_scene()
    decide_track(REGISTRAR, competition=need(scene, 1), track="consular", at=DECIDED)
    actor, file = scene.passed.people[0], scene.passed.files[0]
    with pytest.raises(NotPermitted) as refused:
        outcome_page(actor, file, at=DECIDED)
    assert refused.value.numbers == {}
    release_due(at=TOLD)
    assert outcome_page(actor, file, at=TOLD).score in {"4", "5"}


@pytest.mark.parametrize("roles", [("panellist",), ("scheduler",), ("candidate",), ("auditor",)])
def test_only_the_registrar_decides_and_only_the_authority_sets_the_need(roles):
    scene = rated_scene()
    actor = staff(*roles)
    with pytest.raises(NotPermitted):
        set_need(actor, competition=scene.passed.competition, track="consular", need=1, at=RATED)
    with pytest.raises(NotPermitted):
        preview_page(actor, competition=scene.passed.competition, track="consular")
    with pytest.raises(NotPermitted):
        decide_track(actor, competition=scene.passed.competition, track="consular", at=DECIDED)


def test_a_reversal_brings_back_a_candidacy_that_ended():
    scene = rated_scene()
    decide_track(REGISTRAR, competition=need(scene, 1), track="consular", at=DECIDED)
    failed = scene.files[1]
    assert CandidacyStanding.objects.get(pk=failed).status == "closed"
    reverse(
        staff("appeals_officer"),
        failed,
        outcome="passed",
        ground="conflict_found",
        authority="board",
        at=DECIDED,
        seen=None,
    )
    assert CandidacyStanding.objects.get(pk=failed).closed_on is None


def test_a_panel_can_be_run_again_without_one_member():
    scene = Scene().allocate()
    one, two = scene.files
    scene.rate(one, level(5), level(5), level(5)).rate(two, level(4), level(4), level(4))
    decide_track(REGISTRAR, competition=need(scene, 1), track="consular", at=DECIDED)
    appeals = staff("appeals_officer")
    member = scene.readers_of(one)[0].code
    assert without_member(appeals, scene.panel, member=member) == ()
    record_without(
        appeals, scene.panel, member=member, ground="conflict_found", authority="board", at=DECIDED
    )
    assert read_facts(scene.panel)[-1].body["moved"] == 0
