"""What waits, the funnel, the case desk and the candidate's own road, over a small rehearsal."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.cast import staff

from concours.kernel.errors import NotPermitted
from concours.records import personal
from concours.records.models import (
    CandidacyStanding,
    EssaySheet,
    ExaminationStanding,
    Person,
    SeededScript,
    SessionStanding,
)
from concours.selection.authority import Actor
from concours.services.examination.key_review import rescore_all
from concours.services.examination.markers import markers_page
from concours.services.examination.timeline import timeline
from concours.services.home.files import file_list, file_page, own_file_page
from concours.services.home.own import own_candidacies
from concours.services.home.tasks import funnel, task_list, waiting
from concours.services.listing import ListQuery
from concours.services.own_data import own_data_copy
from concours.services.rehearsal.build import build_rehearsal
from concours.services.watch import watch_files
from concours.simulator.rehearsal import BASE

pytestmark = pytest.mark.django_db


@pytest.fixture
def rehearsed(settings: Settings) -> None:
    """A hundred and fifty people, spread over the road."""
    settings.REHEARSAL = True
    build_rehearsal(people=150, machine_now=datetime.now(UTC))


def candidate(row: CandidacyStanding) -> Actor:
    """Whoever the candidacy is of."""
    return Actor(code=row.person, roles=frozenset({"candidate"}), person=row.person)


@pytest.mark.usefixtures("rehearsed")
def test_nothing_in_a_rehearsal_is_stuck_and_its_answers_come_to_its_scores() -> None:
    assert watch_files(at=BASE).stuck == 0
    # The answers of the late window: each sitting replays to the digest that was recorded,
    # and scoring everybody once more by the key in force changes nobody.
    latest = SessionStanding.objects.filter(starts_at__lt=BASE).latest("starts_at").competition
    sat = ExaminationStanding.objects.filter(competition=latest, scored=True)
    found = timeline(staff("auditor"), sat.earliest("file").file, at=BASE)
    assert (found.agrees, found.devices) == (True, 1)
    assert rescore_all(staff("psychometrician"), latest, at=BASE).decided == 0
    # What is under way at the markers' desks, beside scripts whose mark is known.
    assert SeededScript.objects.filter(competition=latest).count() == 3
    page = markers_page(staff("chair"), latest)
    assert {row.seeds for row in page.rows} == {3}
    assert [row.flagged for row in page.rows].count(True) == 1
    assert EssaySheet.objects.filter(competition=latest, mark=None).exists()


@pytest.mark.usefixtures("rehearsed")
def test_tasks_are_those_of_ones_own_roles_in_the_order_they_fall_due() -> None:
    page = task_list(staff("registrar"), ListQuery(order="due", per_page=200), at=BASE)
    assert page.total == waiting(staff("registrar"), at=BASE).mine
    assert {row.owner for row in page.rows} == {"registrar"}
    assert [r.due_on for r in page.rows] == sorted(r.due_on for r in page.rows if r.due_on)
    assert task_list(staff("auditor"), ListQuery(order="due"), at=BASE).total == 0


@pytest.mark.usefixtures("rehearsed")
def test_the_funnel_counts_everybody_once_and_never_widens() -> None:
    read = funnel(staff("registrar"), at=BASE)
    total = 0
    for competition, _ in read.competitions:
        rows = funnel(staff("registrar"), competition, at=BASE).rows
        total += rows[0].begun
        begun = [row.begun for row in rows]
        assert begun == sorted(begun, reverse=True)
        assert sum(row.standing + row.ended for row in rows) == rows[0].begun
    assert total == CandidacyStanding.objects.count()


@pytest.mark.usefixtures("rehearsed")
def test_a_name_finds_its_file_for_those_who_may_see_names_only() -> None:
    row = CandidacyStanding.objects.order_by("file")[0]
    sealed = Person.objects.get(pk=row.person).full_name
    name = personal.open_text(row.person, "person.full_name", sealed)
    found = file_list(
        staff("registrar"), ListQuery(order="file", search=name, per_page=200), at=BASE
    )
    assert row.file in [r.file for r in found.rows]
    assert file_list(staff("scheduler"), ListQuery(order="file", search=name), at=BASE).total == 0


@pytest.mark.usefixtures("rehearsed")
def test_no_page_of_the_case_desk_asks_more_as_the_list_grows() -> None:
    counts = set()
    for size in (5, 100):
        with CaptureQueriesContext(connection) as captured:
            file_list(staff("registrar"), ListQuery(order="due", per_page=size), at=BASE)
        counts.add(len(captured))
    assert len(counts) == 1


@pytest.mark.usefixtures("rehearsed")
def test_a_file_page_shows_only_what_its_role_may_do() -> None:
    row = CandidacyStanding.objects.filter(step="register", closed_on__isnull=True)[0]
    auditor = file_page(staff("auditor"), row.file, at=BASE)
    registrar = file_page(staff("registrar"), row.file, at=BASE)
    assert auditor.openings == ()
    assert registrar.openings != ()
    assert all(o.owner != "candidate" for o in registrar.openings)


@pytest.mark.usefixtures("rehearsed")
def test_a_candidate_sees_their_own_file_and_no_other() -> None:
    mine, other = CandidacyStanding.objects.filter(closed_on__isnull=True).order_by("file")[:2]
    page = own_file_page(candidate(mine), mine.file, at=BASE)
    assert page.code == mine.file
    assert {event.actor for event in page.events} == {""}
    with pytest.raises(NotPermitted):
        own_file_page(candidate(mine), other.file, at=BASE)
    assert [r.file for r in own_candidacies(candidate(mine), at=BASE)] == [mine.file]


@pytest.mark.usefixtures("rehearsed")
def test_ratings_are_hidden_from_the_candidate_until_the_panels_result_is_told() -> None:
    row = CandidacyStanding.objects.filter(step="narratives", status="board")[0]
    kinds = [event.kind for event in own_file_page(candidate(row), row.file, at=BASE).events]
    all_kinds = [event.kind for event in file_page(staff("registrar"), row.file, at=BASE).events]
    assert "narratives.rated" in all_kinds
    assert "narratives.rated" not in kinds


@pytest.mark.usefixtures("rehearsed")
def test_a_copy_of_ones_data_holds_ones_own_and_nobody_elses() -> None:
    mine, other = CandidacyStanding.objects.order_by("file")[:2]
    names = []
    for row in (mine, other):
        sealed = Person.objects.get(pk=row.person).full_name
        names.append(personal.open_text(row.person, "person.full_name", sealed))
    copy = own_data_copy(candidate(mine), at=BASE)
    assert names[0] in copy
    assert names[1] not in copy or names[0] == names[1]
    assert other.file not in copy
    assert "password" not in copy
