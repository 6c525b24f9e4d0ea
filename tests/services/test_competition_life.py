"""A competition's life: drafted by one, approved by another, amended for those who have not begun."""

from datetime import UTC, date, datetime

import pytest
from tests.cast import (
    APPLIES,
    NEEDS,
    SCALE,
    given_candidacy,
    given_competition,
    given_person,
    staff,
)

from concours.kernel.errors import BadInput, NotPermitted, OutOfDate, RuleRefused
from concours.policy.edition import load_edition
from concours.selection.authority import Actor
from concours.selection.competition import CHECKLIST, Calendar
from concours.services.case import open_candidacy
from concours.services.competition import life
from concours.services.competition.pages import competition_list, competition_page
from concours.services.listing import ListQuery

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
DATES = Calendar(
    window="2026-06",
    registration_opens=date(2026, 5, 1),
    seats_from=date(2026, 5, 6),
    test_starts=date(2026, 6, 5),
    test_ends=date(2026, 6, 12),
)
POLICY, AUTHORITY, REGISTRAR = (
    staff("policy_officer"),
    staff("appointing_authority"),
    staff("registrar"),
)


def drafted(by: Actor = POLICY) -> str:
    """A competition just drafted."""
    return life.draft(by, title="June 2026", edition="2016", calendar=DATES, at=AT)


def ready(by: Actor = POLICY) -> str:
    """One whose checklist is complete."""
    code = drafted(by)
    life.set_needs(AUTHORITY, code, needs=NEEDS, at=AT, seen=None)
    life.set_base_scale(by, code, scale=SCALE, at=AT, seen=None)
    for item in CHECKLIST:
        life.tick(by, code, item=item, done=True, at=AT, seen=None)
    return code


def status(code: str) -> str:
    """Where it stands."""
    return competition_page(REGISTRAR, code).status


def test_it_goes_from_draft_to_archive_through_two_people() -> None:
    code = ready()
    seen = [status(code)]
    life.submit(POLICY, code, at=AT, seen=None)
    seen.append(status(code))
    life.approve(AUTHORITY, code, approved=True, at=AT, seen=None)
    seen.append(status(code))
    life.publish(REGISTRAR, code, at=AT, seen=None)
    seen.append(status(code))
    life.close(REGISTRAR, code, at=AT, seen=None)
    seen.append(status(code))
    life.archive(REGISTRAR, code, at=AT, seen=None)
    seen.append(status(code))
    assert seen == ["drafted", "submitted", "approved", "published", "closed", "archived"]


def test_an_incomplete_checklist_is_not_submitted() -> None:
    with pytest.raises(RuleRefused, match="checklist_incomplete"):
        life.submit(POLICY, drafted(), at=AT, seen=None)


def test_nobody_approves_what_they_drafted() -> None:
    both = Actor(code="BOTH-0000-0000", roles=frozenset({"policy_officer", "appointing_authority"}))
    code = ready(both)
    life.submit(both, code, at=AT, seen=None)
    with pytest.raises(RuleRefused, match="same_person"):
        life.approve(both, code, approved=True, at=AT, seen=None)


def test_what_is_sent_back_is_a_draft_again() -> None:
    code = ready()
    life.submit(POLICY, code, at=AT, seen=None)
    life.approve(AUTHORITY, code, approved=False, at=AT, seen=None)
    assert status(code) == "drafted"


def test_dates_out_of_order_are_refused_and_nothing_is_kept() -> None:
    before = competition_list(REGISTRAR, ListQuery(order="window")).total
    wrong = Calendar(
        window="2026-06",
        registration_opens=date(2026, 6, 1),
        seats_from=date(2026, 5, 6),
        test_starts=date(2026, 6, 5),
        test_ends=date(2026, 6, 12),
    )
    with pytest.raises(BadInput, match="dates_out_of_order"):
        life.draft(POLICY, title="Wrong", edition="2016", calendar=wrong, at=AT)
    assert competition_list(REGISTRAR, ListQuery(order="window")).total == before


def test_every_track_needs_its_number() -> None:
    with pytest.raises(BadInput, match="tracks_missing"):
        life.set_needs(AUTHORITY, drafted(), needs={"consular": 3}, at=AT, seen=None)


def test_a_registrar_cannot_set_the_need() -> None:
    with pytest.raises(NotPermitted):
        life.set_needs(REGISTRAR, drafted(), needs=NEEDS, at=AT, seen=None)


def test_a_page_that_is_out_of_date_decides_nothing() -> None:
    code = drafted()
    old = competition_page(POLICY, code).version
    life.tick(POLICY, code, item="calendar", done=True, at=AT, seen=old)
    with pytest.raises(OutOfDate):
        life.tick(POLICY, code, item="needs", done=True, at=AT, seen=old)
    assert dict(competition_page(POLICY, code).checklist)["needs"] is False


def test_an_amendment_touches_only_whom_its_page_named() -> None:
    competition = given_competition()
    person = given_person()
    code = given_candidacy(person, competition)
    touched = life.affected_by(competition, steps=("register",), edition="2016")
    assert [a.file for a in touched] == [code]
    assert life.affected_by(competition, steps=("application",), edition="2016") == ()
    life.amend(
        POLICY,
        competition,
        edition="2022",
        steps=("register",),
        from_on=APPLIES,
        at=APPLIES,
        seen=None,
    )
    case = open_candidacy(person, code, "file.read_own", at=APPLIES)
    assert case.edition.digest == load_edition("us_foreign_service", "2022").digest


def test_it_is_not_archived_while_a_candidacy_is_open() -> None:
    competition = given_competition()
    given_candidacy(given_person(), competition)
    life.close(REGISTRAR, competition, at=APPLIES, seen=None)
    with pytest.raises(RuleRefused, match="files_still_open"):
        life.archive(REGISTRAR, competition, at=APPLIES, seen=None)


def test_a_page_offers_only_what_its_reader_may_do_next() -> None:
    code = drafted()
    assert competition_page(POLICY, code).actions == ("competition.draft", "competition.submit")
    assert competition_page(AUTHORITY, code).actions == ("competition.set_cut",)
    assert competition_page(staff("auditor"), code).actions == ()
