"""The clearances: absolute dates, outcomes, waiver, appeal, waits to the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.selection.clearance_strategies import (
    EDITION,
    MEDICAL,
    OFFERED,
    PAPERS,
    PAST,
    SECURITY,
    ZONE,
    Way,
    cleared,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_of
from concours.selection.clearance import (
    certify_forms,
    decide_medical,
    decide_security,
    extend,
    lapse_forms,
    record_wait,
)
from concours.selection.clearance_second import (
    appeal_security,
    decide_security_appeal,
    decide_waiver,
    lapse_waiver,
    request_waiver,
)
from concours.selection.clearance_state import Clearance, good_on, waited_days
from concours.selection.fold import fold_candidacy
from concours.selection.road import is_stuck, openings

STEP = "clearance"
OPENED = tuple(Way().offer().world.read("CAND-0000-0001"))
#: Told on 6 March 2017 in Washington: day 30 is 5 April, over at midnight there.
FORMS_LAPSE = datetime(2017, 4, 6, 4, tzinfo=UTC)


def names(way: Way, at: datetime) -> set[str]:
    """The commands of this step that are legal."""
    return {o.command for o in openings(way.file(), EDITION, at=at) if o.step == STEP}


def test_the_conditional_offer_opens_both_clearances_in_parallel() -> None:
    way = Way().offer()
    assert names(way, OFFERED) == {
        "clearance.send_documents",
        "clearance.extend",
        "clearance.decide_medical",
        "clearance.record_medical_wait",
        "clearance.certify_forms",
        "clearance.record_security_wait",
        "clearance.reverse_offer",
    }


def test_forms_on_day_thirty_are_in_time_and_on_day_thirty_one_late() -> None:
    last = FORMS_LAPSE - timedelta(microseconds=1)
    drafts = certify_forms(Way().offer().file(), EDITION, step=STEP, at=last, commitment=PAST)
    assert [d.kind for d in drafts] == ["clearance.forms_certified"]
    with pytest.raises(RuleRefused) as refused:
        certify_forms(Way().offer().file(), EDITION, step=STEP, at=FORMS_LAPSE, commitment=PAST)
    assert refused.value.code == "security_forms_late"
    assert refused.value.rule == "clearance.forms"
    assert refused.value.numbers == {"due_on": "2017-04-06T04:00:00.000000Z", "days": "30"}


def test_forms_that_never_come_end_the_candidacy_when_their_last_day_does() -> None:
    way = Way().offer()
    late = FORMS_LAPSE + timedelta(days=5)
    lapse = [o for o in openings(way.file(), EDITION, at=late) if o.lapse]
    assert [(o.lapse, o.due_on) for o in lapse] == [("clearance.lapse_forms", FORMS_LAPSE)]
    way.do(lapse_forms(way.file(), EDITION, step=STEP, at=late, due_on=FORMS_LAPSE), late)
    closed = way.file().closed
    assert closed is not None
    assert (closed.reason, closed.on) == ("security_forms_late", FORMS_LAPSE)
    with pytest.raises(RuleRefused, match="absolute"):
        appeal_security(way.file(), EDITION, step=STEP, at=late, commitment=PAST)


def test_no_authority_extends_the_security_forms_but_documents_may_be() -> None:
    way = Way().offer()
    with pytest.raises(RuleRefused) as refused:
        extend(
            way.file(),
            EDITION,
            step=STEP,
            at=OFFERED,
            what="forms",
            until=SECURITY,
            ground="x",
            authority="board",
        )
    assert refused.value.code == "deadline_is_absolute"
    until = FORMS_LAPSE + timedelta(days=10)
    way.do(
        extend(
            way.file(),
            EDITION,
            step=STEP,
            at=OFFERED,
            what="documents",
            until=until,
            ground="illness",
            authority="board",
        ),
        OFFERED,
    )
    due = {o.command: o.due_on for o in openings(way.file(), EDITION, at=OFFERED)}
    assert due["clearance.send_documents"] == until


def test_class_one_and_a_grant_pass_the_step_with_dates_of_expiry() -> None:
    way = cleared()
    state = way.clearance
    assert state.passed is True
    assert state.medical.until == date(2019, 5, 5)
    assert state.security.until == date(2022, 9, 22)
    assert good_on(state, day=date(2019, 5, 4)) == ()
    assert good_on(state, day=date(2019, 5, 5)) == ("medical",)
    assert good_on(state, day=date(2022, 9, 22)) == ("medical", "security")


def test_a_denial_needs_a_guideline_and_certified_forms() -> None:
    with pytest.raises(RuleRefused, match="forms_not_certified"):
        Way().offer().security("grant")
    way = Way().offer().papers()
    with pytest.raises(BadInput) as refused:
        decide_security(
            way.file(),
            EDITION,
            step=STEP,
            at=SECURITY,
            outcome="deny",
            guidelines=(),
            commitment=PAST,
        )
    assert (refused.value.code, refused.value.field) == ("guideline_missing", "guidelines")


@pytest.mark.parametrize("medical_class", ["2", "5"])
def test_class_two_or_five_with_the_waiver_goes_on(medical_class: str) -> None:
    way, at = Way().offer().papers().medical(medical_class), MEDICAL + timedelta(days=1)
    way.do(request_waiver(way.file(), EDITION, step=STEP, at=at), at)
    way.do(decide_waiver(way.file(), EDITION, step=STEP, at=at, granted=True, commitment=PAST), at)
    assert way.clearance.passed is None
    way.security()
    assert way.clearance.passed is True


def test_a_refused_waiver_ends_the_candidacy_with_no_appeal() -> None:
    way = Way().offer().papers().medical("2")
    at = MEDICAL + timedelta(days=3)
    way.do(request_waiver(way.file(), EDITION, step=STEP, at=at), at)
    way.do(decide_waiver(way.file(), EDITION, step=STEP, at=at, granted=False, commitment=PAST), at)
    assert way.file().closed is not None
    assert names(way, at) == {"clearance.reverse_waiver"}
    with pytest.raises(RuleRefused) as refused:
        appeal_security(way.file(), EDITION, step=STEP, at=at, commitment=PAST)
    assert refused.value.code == "waiver_is_final"


def test_a_waiver_nobody_asked_for_cannot_be_decided_and_lapses_after_thirty_days() -> None:
    way = Way().offer().papers().medical("5")
    with pytest.raises(RuleRefused, match="waiver_not_requested"):
        decide_waiver(way.file(), EDITION, step=STEP, at=MEDICAL, granted=True, commitment=PAST)
    late = MEDICAL + timedelta(days=40)
    (lapse,) = [o for o in openings(way.file(), EDITION, at=late) if o.lapse]
    assert lapse.due_on is not None
    way.do(lapse_waiver(way.file(), EDITION, step=STEP, at=late, due_on=lapse.due_on), late)
    closed = way.file().closed
    assert closed is not None
    assert (closed.reason, closed.on) == ("medical_waiver_not_requested", lapse.due_on)


def test_an_upheld_appeal_reopens_and_a_dismissed_one_does_not() -> None:
    for votes_for, passed in ((2, True), (1, False)):
        way = Way().offer().papers().medical().security("deny")
        assert way.file().closed is not None
        at = SECURITY + timedelta(days=59)
        way.do(appeal_security(way.file(), EDITION, step=STEP, at=at, commitment=PAST), at)
        way.do(
            decide_security_appeal(
                way.file(),
                EDITION,
                step=STEP,
                at=at,
                votes_for=votes_for,
                votes_against=3 - votes_for,
                commitment=PAST,
            ),
            at,
        )
        assert (way.clearance.passed is True) == passed
        assert (way.file().closed is None) == passed


def test_the_appeal_is_late_after_sixty_days() -> None:
    way = Way().offer().papers().medical().security("deny")
    with pytest.raises(RuleRefused, match="appeal_late"):
        appeal_security(
            way.file(), EDITION, step=STEP, at=SECURITY + timedelta(days=61), commitment=PAST
        )


def test_nothing_in_the_ledger_tells_a_class_or_a_guideline() -> None:
    way = Way().offer().papers().medical("2").security("deny")
    bodies = [f.body for f in way.world.read(way.code) if f.step == STEP]
    for body in bodies:
        assert not {"medical_class", "class", "guidelines", "guideline"} & set(body)
        assert "F" not in body.values()
        assert "2" not in body.values()


def test_an_examination_of_tomorrow_is_refused() -> None:
    way = Way().offer().papers()
    with pytest.raises(BadInput) as refused:
        decide_medical(
            way.file(),
            EDITION,
            step=STEP,
            at=MEDICAL,
            medical_class="1",
            examined_on=MEDICAL.date() + timedelta(days=1),
            commitment=PAST,
        )
    assert refused.value.field == "examined_on"


def test_days_waited_on_each_party_are_those_counted_by_hand() -> None:
    way = Way().offer()  # 6 March
    way.papers()  # 26 March
    at = PAPERS + timedelta(days=10)  # 5 April
    way.do(
        record_wait(
            way.file(), EDITION, step=STEP, at=at, compartment="security", on="third_party"
        ),
        at,
    )
    way.security()  # 22 September
    found = waited_days(way.clearance.security, at=SECURITY + timedelta(days=50), zone=ZONE)
    assert found == {"candidate": 20, "board": 10, "third_party": 170}


@settings(max_examples=40, deadline=None)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["candidate", "board", "third_party"]), st.integers(0, 400)),
        max_size=8,
    ),
    asked=st.integers(0, 20_000),
)
def test_the_days_waited_add_up_to_the_days_passed(
    moves: list[tuple[str, int]], asked: int
) -> None:
    facts, at = list(OPENED), OFFERED
    for on, hours in moves:
        at += timedelta(hours=hours)
        body = {"compartment": "security", "on": on}
        facts.append(
            replace(
                facts[-1],
                seq=len(facts) + 1,
                at=at,
                on=at,
                kind="clearance.wait_recorded",
                step=STEP,
                body=body,
            )
        )
    until = at + timedelta(hours=asked)
    spent = waited_days(fold_candidacy(facts).state(STEP, Clearance).security, at=until, zone=ZONE)
    assert sum(spent.values()) == (day_of(until, ZONE) - day_of(OFFERED, ZONE)).days


def test_every_prefix_replays_and_no_open_file_is_stuck() -> None:
    way = cleared()
    facts = list(way.world.read(way.code))
    for n in range(len(facts) + 1):
        file = fold_candidacy(facts[:n])
        together = 0 < n < len(facts) and facts[n].at == facts[n - 1].at
        if n and not together and file.state(STEP, Clearance).offered_at is not None:
            assert not is_stuck(file, EDITION, at=facts[n - 1].at)
        fold_candidacy([replace(f, body={}) if f.step == STEP else f for f in facts[:n]])
