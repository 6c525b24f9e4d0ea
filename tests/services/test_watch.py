"""The watch looks at every open file and says which of the three it lacks."""

from datetime import datetime, timedelta

import pytest
from tests.cast import APPLIES, EDITION, PROCESS, given_competition, given_person, staff
from tests.services.application_cast import given_filled

from concours.ledger.draft import Draft
from concours.policy.edition import load_edition
from concours.records.codes import new_code
from concours.records.models import CandidacyStanding
from concours.selection.candidacy import open_candidacy
from concours.services.case import append_as_system
from concours.services.watch import inspect_files, watched_files

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=1)
CLOSED = datetime.fromisoformat("2016-06-04T12:00:00+00:00")


def given_bare(competition: str) -> str:
    """A candidacy that was opened and nothing more: no command of any step is legal on it."""
    edition = load_edition(PROCESS, EDITION)
    opened = open_candidacy(
        new_code(),
        competition=competition,
        person=given_person("bare").person,
        edition=edition.edition,
        edition_digest=edition.digest,
    )
    append_as_system(opened, at=LATER)
    return opened[0].file


def test_files_without_a_next_step_or_a_due_date_are_found_and_named() -> None:
    competition = given_competition()
    sound = given_filled(given_person("sound"), competition)
    bare = given_bare(competition)
    undated = given_filled(given_person("undated"), competition)
    unsaid = Draft(file=undated, step="application", kind="application.submitted", body={})
    append_as_system((unsaid,), at=LATER)
    found = {f.file: f.lacks for f in watched_files(staff("registrar"), at=LATER)}
    assert found == {bare: "next_step", undated: "due_date"}
    whole = inspect_files(at=LATER)
    assert (whole.files, whole.lacking, whole.reached) == (3, {"next_step": 1, "due_date": 1}, "")
    rounds, after = [], ""
    for _ in range(3):
        one = inspect_files(at=LATER, limit=1, after=after)
        rounds.append(one.files)
        after = one.reached
    assert (rounds, inspect_files(at=LATER, limit=1, after=after).files) == ([1, 1, 1], 0)
    assert CandidacyStanding.objects.get(file=sound).due_on is not None


def test_a_file_whose_date_has_come_is_ended_and_not_stuck_before_the_worker_runs() -> None:
    given_filled(given_person(), given_competition())
    assert inspect_files(at=CLOSED).lacking == {}
