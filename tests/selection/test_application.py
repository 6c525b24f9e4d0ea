"""Laws and refusals of applying: start, submit, the one track, eligibility, exceptions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.selection.examination_strategies import (
    AGREED,
    CALENDAR,
    EDITION,
    FIT,
    JUDGED,
    SECTIONS,
    STARTED,
    SUBMITTED,
    Road,
    eligible,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.selection.application import (
    Application,
    choose_track,
    lapse_draft,
    start_application,
    submit_application,
)
from concours.selection.application_appeals import (
    appeal_eligibility,
    decide_eligibility_appeal,
    reverse_eligibility,
)
from concours.selection.application_eligibility import eligibility_verdicts
from concours.selection.application_exceptions import (
    admit_late,
    correct_application,
    grant_extension,
    reopen_section,
    resubmit_section,
    undo_withdrawal,
    withdraw,
)
from concours.selection.application_step import openings, summary
from concours.selection.examination_seats import release_seat
from concours.selection.person import Wait
from concours.selection.steps import APPLY

PAST = "p" * 64
STEP = "application"


def refused(code: str, call, *args, **plain) -> RuleRefused:
    """The refusal of this code that the call must give."""
    with pytest.raises(RuleRefused) as found:
        call(*args, **plain)
    assert found.value.code == code
    return found.value


def state(road: Road) -> Application:
    return road.now.state(STEP, Application)


def kinds(road: Road) -> list[str]:
    return [fact.kind for fact in road.world.read(road.file)]


def test_an_application_goes_from_start_to_eligible_and_lets_into_the_test():
    assert kinds(eligible()) == [
        "candidacy.opened",
        "application.started",
        "application.submitted",
        "track.chosen",
        "eligibility.found",
        "examination.admitted",
        "candidacy.told",
    ]


def test_registration_opens_five_weeks_before_the_window_in_the_boards_zone():
    road = Road()
    early = datetime(2016, 8, 27, 3, 59, tzinfo=UTC)
    found = refused("registration_not_open", road.start, early)
    assert found.numbers == {
        "opens": "2016-08-27T04:00:00.000000Z",
        "closes": "2016-10-01T04:00:00.000000Z",
    }
    assert kinds(road.start(early + timedelta(minutes=1)))[0] == "candidacy.opened"


def test_registration_is_closed_once_the_window_begins():
    refused("registration_not_open", Road().start, datetime(2016, 10, 1, 4, tzinfo=UTC))


def test_somebody_applies_once_in_a_window():
    road = Road().start()
    road.file = "CAND-0000-0002"
    refused("already_applied", road.start)


@pytest.mark.parametrize(("following", "allowed"), [("2016-10", True), ("2017-02", False)])
def test_a_retake_wait_keeps_somebody_out_until_its_window(following, allowed):
    road = Road()
    wait = Wait(candidacy="X", sat_window="2015-10", next_window=following, seq=2)
    person = replace(road.world.person(road.person), wait=wait)

    def start():
        return start_application(
            road.file,
            EDITION,
            step=STEP,
            at=STARTED,
            competition=road.world.competition(road.competition),
            person=person,
        )

    if allowed:
        assert len(start()) == 3
    else:
        found = refused("retake_wait", start)
        assert found.numbers["next_window"] == "2017-02"
        assert found.rule == "examination.retake"


def test_submission_names_the_sections_that_are_missing():
    road = Road().start()
    found = refused(
        "sections_missing",
        submit_application,
        road.now,
        EDITION,
        step=STEP,
        at=SUBMITTED,
        digest="d",
        sections={"identity": "x"},
        track="",
    )
    assert found.numbers == {"missing": "contact, declarations, track"}
    assert found.field == "contact"


def test_an_application_is_submitted_once():
    refused("already_submitted", Road().start().submit().submit)


def test_the_track_is_locked_for_good_at_submission():
    road = Road().start().submit("consular")
    found = refused(
        "track_locked", choose_track, road.now, EDITION, step=STEP, at=SUBMITTED, track="economic"
    )
    assert found.numbers == {"chosen": "consular"}
    assert road.now.track == "consular"


def test_a_second_track_entry_could_not_change_the_folded_track():
    road = Road().start().submit("consular")
    first = next(f for f in road.world.read(road.file) if f.kind == "track.chosen")
    forged = replace(first, seq=first.seq + 1, body={"track": "political"})
    assert APPLY["track.chosen"](road.now, forged).track == "consular"


def test_a_track_that_does_not_exist_is_refused():
    refused("no_such_track", Road().start().submit, "security")


def test_a_finding_holds_every_rules_verdict_and_no_birth_date():
    road = Road().start().submit().judge(replace(FIT, commitments={"birth_date": "c" * 64}))
    body = next(f for f in road.world.read(road.file) if f.kind == "eligibility.found").body
    assert [f["rule"] for f in body["findings"]] == [
        "application.age",
        "application.age",
        "application.citizenship",
        "application.conditions",
        "application.bars",
        "application.attainment",
    ]
    assert body["inputs"] == {"snapshot": "snapshot", "birth_date": "c" * 64}
    assert "1990-" not in str(body)


@pytest.mark.parametrize(
    ("claim", "failed"),
    [
        (replace(FIT, born=date(1996, 10, 9)), "application.age"),
        (replace(FIT, born=date(1956, 10, 1)), "application.age"),
        (replace(FIT, citizenships=frozenset({"CAN"})), "application.citizenship"),
        (
            replace(FIT, declared={**AGREED, "worldwide_availability": False}),
            "application.conditions",
        ),
        (replace(FIT, declared={**AGREED, "denied_tenure": True}), "application.bars"),
    ],
)
def test_one_rule_that_says_no_ends_the_candidacy_and_is_named(claim, failed):
    road = Road().start().submit().judge(claim)
    assert state(road).finding.failed == (failed,)
    assert road.now.closed.reason == "not_eligible"
    assert "examination.admitted" not in kinds(road)


def test_a_preference_eligible_past_sixty_may_apply():
    claim = replace(FIT, born=date(1950, 1, 1), claims=frozenset({"preference_eligible"}))
    assert state(Road().start().submit().judge(claim)).finding.eligible


@given(born=st.dates(date(1930, 1, 1), date(2005, 1, 1)))
def test_age_alone_decides_for_somebody_otherwise_fit(born):
    verdicts = eligibility_verdicts(
        EDITION, step=STEP, claim=replace(FIT, born=born), tested_on=date(2016, 10, 8)
    )
    twenty, sixty = date(1996, 10, 8), date(1956, 10, 8)
    assert all(v.allowed for v in verdicts) is (sixty < born <= twenty)


def test_nothing_is_judged_twice():
    refused("already_judged", eligible().judge)


def test_an_unsubmitted_application_lapses_when_its_window_closes_and_not_before():
    road = Road().start()
    due = datetime(2016, 10, 1, 4, tzinfo=UTC)
    early = due - timedelta(seconds=1)
    refused("not_lapsed", lapse_draft, road.now, EDITION, step=STEP, at=early, due_on=due)
    late = due + timedelta(days=3)
    road.do(lapse_draft(road.now, EDITION, step=STEP, at=late, due_on=due), late)
    assert (road.now.closed.reason, road.now.closed.on) == ("not_submitted", due)


def exception(call, road: Road, at: datetime, **plain):
    """Run an exceptional act with a reason and an authority."""
    plain = {"reason": "illness", "authority": "registrar"} | plain
    return road.do(call(road.now, EDITION, step=STEP, at=at, **plain), at)


def test_an_extension_lets_one_applicant_submit_after_the_window_opened():
    road = Road().start()
    until = datetime(2016, 10, 3, 4, tzinfo=UTC)
    exception(grant_extension, road, SUBMITTED, until=until)
    road.submit(at=until - timedelta(seconds=1))
    assert road.now.track == "consular"


def test_an_extension_ends():
    road = Road().start()
    until = datetime(2016, 10, 3, 4, tzinfo=UTC)
    exception(grant_extension, road, SUBMITTED, until=until)
    refused("window_closed", road.submit, at=until)


def test_a_late_code_opens_the_door_once_and_only_for_its_holder():
    road = Road().start()
    until = datetime(2016, 10, 4, tzinfo=UTC)
    exception(admit_late, road, SUBMITTED, code="digest of the code", until=until)
    late = datetime(2016, 10, 2, tzinfo=UTC)
    plain = {"step": STEP, "at": late, "digest": "d", "sections": SECTIONS, "track": "consular"}
    refused("window_closed", submit_application, road.now, EDITION, **plain)
    refused("late_code_unknown", submit_application, road.now, EDITION, late_code="other", **plain)
    road.do(submit_application(road.now, EDITION, late_code="digest of the code", **plain), late)
    assert state(road).late_code == ""


def test_a_reopened_section_is_frozen_again_with_what_it_replaced():
    road = eligible()
    until = JUDGED + timedelta(days=3)
    exception(reopen_section, road, JUDGED, section="contact", until=until)
    at = JUDGED + timedelta(days=1)
    plain = {"step": STEP, "at": at, "section": "contact", "digest": "new"}
    facts = road.do(resubmit_section(road.now, EDITION, **plain), at)
    assert facts[0].body == {"section": "contact", "before": "digest of contact", "after": "new"}
    refused("section_not_open", resubmit_section, road.now, EDITION, **plain)


@pytest.mark.parametrize("section", ["track", "declarations", "equality"])
def test_neither_track_nor_declarations_are_reopened_or_corrected(section):
    road = eligible()
    plain = {"reason": "clerical_error", "authority": "registrar", "section": section}
    with pytest.raises(BadInput):
        reopen_section(road.now, EDITION, step=STEP, at=JUDGED, until=JUDGED, **plain)
    with pytest.raises(BadInput):
        correct_application(road.now, EDITION, step=STEP, at=JUDGED, digest="x", **plain)


def test_an_exception_without_a_known_reason_is_refused():
    with pytest.raises(BadInput) as found:
        exception(
            correct_application, eligible(), JUDGED, section="contact", digest="x", reason="?"
        )
    assert found.value.field == "reason"


def test_withdrawing_gives_the_seat_back_and_closes_and_can_be_undone():
    road = eligible().reserve()
    at = datetime(2016, 9, 20, tzinfo=UTC)
    release = release_seat(road.now, step="examination", reason="withdrawn")
    road.do(withdraw(road.now, EDITION, step=STEP, at=at, reason="personal", release=release), at)
    assert kinds(road)[-3:] == ["application.withdrawn", "seat.cancelled", "candidacy.closed"]
    refused("candidacy_closed", road.reserve)
    exception(undo_withdrawal, road, at, reason="by_mistake")
    assert road.now.closed is None
    assert kinds(road.reserve(seat="B2", at=at))[-2] == "seat.reserved"


def test_only_a_withdrawal_is_undone():
    road = Road().start().submit().judge(replace(FIT, citizenships=frozenset()))
    with pytest.raises(RuleRefused) as found:
        exception(undo_withdrawal, road, JUDGED)
    assert found.value.code == "not_withdrawn"


def refused_applicant() -> Road:
    return Road().start().submit().judge(replace(FIT, citizenships=frozenset({"CAN"})))


def test_a_refused_applicant_may_appeal_once_within_sixty_days():
    road = refused_applicant()
    last = datetime(2016, 11, 5, 4, tzinfo=UTC)
    refused(
        "appeal_too_late",
        appeal_eligibility,
        road.now,
        EDITION,
        step=STEP,
        at=last,
        commitment=PAST,
    )
    at = last - timedelta(seconds=1)
    road.do(appeal_eligibility(road.now, EDITION, step=STEP, at=at, commitment=PAST), at)
    refused(
        "nothing_to_appeal",
        appeal_eligibility,
        road.now,
        EDITION,
        step=STEP,
        at=at,
        commitment=PAST,
    )


@pytest.mark.parametrize(("upheld", "open_again"), [(True, True), (False, False)])
def test_an_appeal_upheld_opens_the_file_again_with_its_dates(upheld, open_again):
    road = refused_applicant()
    road.do(appeal_eligibility(road.now, EDITION, step=STEP, at=JUDGED, commitment=PAST), JUDGED)
    exception(
        decide_eligibility_appeal,
        road,
        JUDGED,
        upheld=upheld,
        calendar=CALENDAR,
        reason="new_evidence",
        authority="appeals_officer",
    )
    assert (road.now.closed is None) is open_again
    assert state(road).passed is open_again
    assert (kinds(road)[-1] == "examination.admitted") is open_again


def test_a_finding_reversed_to_not_eligible_ends_the_file():
    road = eligible()
    exception(reverse_eligibility, road, JUDGED, eligible=False, calendar=CALENDAR)
    assert road.now.closed.reason == "not_eligible"
    plain = {"eligible": False, "calendar": CALENDAR, "reason": "illness", "authority": "board"}
    refused(
        "nothing_to_reverse", reverse_eligibility, road.now, EDITION, step=STEP, at=JUDGED, **plain
    )


def test_while_it_is_open_somebody_is_always_expected_to_act_by_a_date():
    for road in (Road().start(), Road().start().submit()):
        awaited = [o for o in openings(road.now, EDITION, step=STEP, at=STARTED) if o.awaited]
        assert len(awaited) == 1
        assert awaited[0].due_on is not None


@pytest.mark.parametrize(
    ("road", "expected"),
    [
        (Road(), ("not_started", "")),
        (Road().start(), ("your_turn", "")),
        (Road().start().submit(), ("board", "")),
        (eligible(), ("passed", "eligible")),
        (refused_applicant(), ("failed", "not_eligible")),
    ],
)
def test_how_it_stands_follows_the_file(road, expected):
    view = summary(road.now, EDITION, step=STEP, at=JUDGED)
    assert (view.status, view.outcome) == expected
