"""Decisions taken back from the clearances to service: what they leave, and what has to go first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from tests.selection.clearance_strategies import (
    CALLED,
    CLASS_DAY,
    EDITION,
    MEDICAL,
    MEMBERS,
    OFFERED,
    PASSED_ALL,
    PAST,
    PLACED,
    REVIEWED,
    SECURITY,
    Way,
    accepted,
    cleared,
    placed,
)
from tests.selection.examination_strategies import CALENDAR

from concours.kernel.errors import BadInput, RuleRefused
from concours.selection import assessment_result, narratives_result
from concours.selection.application_appeals import reverse_eligibility
from concours.selection.assessment import readmit
from concours.selection.class_plan import swear_in
from concours.selection.class_reversal import reverse_postings, reverse_swearing_in
from concours.selection.clearance import extend, forms_due, lapse_forms
from concours.selection.clearance_reversal import (
    reverse_medical,
    reverse_security,
    reverse_waiver,
)
from concours.selection.clearance_reversal import reverse_offer as clearance_offer
from concours.selection.clearance_second import (
    appeal_security,
    decide_waiver,
    lapse_waiver,
    request_waiver,
    waiver_due,
)
from concours.selection.examination_reversal import reverse_examination
from concours.selection.fold import as_told, fold_candidacy
from concours.selection.narratives import extend_deadline
from concours.selection.narratives_result import admit_late
from concours.selection.register import restore
from concours.selection.register_offers import offer_due, rescind
from concours.selection.register_points import Finding, correct_points
from concours.selection.register_reversal import reverse_offer, reverse_placement
from concours.selection.register_state import Register
from concours.selection.reversal import standing_on
from concours.selection.review_reversal import reverse_review
from concours.selection.road import is_stuck, openings
from concours.selection.service import assign, hand_over
from concours.selection.service_reversal import (
    reverse_appointment,
    reverse_hand_over,
    reverse_posting,
    reverse_training,
)
from concours.selection.service_state import Service

WHY = {"reason": "board_error", "authority": "board"}
LATER = ("clearance", "review", "register", "service")
DONE = datetime(2018, 10, 1, 15, tzinfo=UTC)


def undo(way: Way, command: Callable[..., Any], step: str, at: datetime, **more: Any) -> Way:
    """Take a decision back, and see that the file is left with a next step."""
    way.do(command(way.file(), EDITION, step=step, at=at, **WHY, **more), at)
    assert not is_stuck(way.file(), EDITION, at=at)
    return way


def offered(way: Way, at: datetime) -> set[str]:
    """The reversals of the later steps that stand open on the file."""
    found = openings(way.file(), EDITION, at=at)
    return {o.command for o in found if "reverse" in o.command and o.step in LATER}


def refused(way: Way, command: Callable[..., Any], step: str, at: datetime, **more: Any) -> str:
    """The code of the refusal a reversal meets."""
    with pytest.raises(RuleRefused) as found:
        command(way.file(), EDITION, step=step, at=at, **WHY, **more)
    return found.value.code


def test_a_medical_decision_taken_back_takes_the_passed_step_with_it_and_is_decided_again() -> None:
    way = cleared()
    before = way.clearance
    assert before.passed is True
    undo(way, reverse_medical, "clearance", SECURITY)
    after = way.clearance
    assert (after.passed, after.medical.outcome, after.medical.until) == (None, "", None)
    assert after.security == before.security
    assert after.medical.waits[-1].on == "board"
    entry = next(f for f in way.world.read(way.code) if f.kind == "clearance.medical_reversed")
    assert entry.body == {
        "reason": "board_error",
        "authority": "board",
        "about": before.medical.decided_seq,
        "rule": "clearance.medical",
    }
    way.medical("1", at=SECURITY + timedelta(days=3))
    assert way.clearance.passed is True


def test_a_granted_security_clearance_is_taken_back_and_a_new_denial_may_be_appealed() -> None:
    way = undo(cleared(), reverse_security, "clearance", SECURITY)
    assert (way.clearance.passed, way.clearance.security.outcome) == (None, "")
    later = SECURITY + timedelta(days=2)
    way.security("deny", at=later)
    assert way.file().closed is not None
    way.do(appeal_security(way.file(), EDITION, step="clearance", at=later, commitment=PAST), later)
    assert refused(way, reverse_security, "clearance", later) == "appeal_pending"


def test_a_denial_taken_back_opens_the_candidacy_again() -> None:
    way = Way().offer().papers().security("deny")
    assert offered(way, SECURITY) == {"clearance.reverse_security"}
    undo(way, reverse_security, "clearance", SECURITY)
    assert way.file().closed is None
    assert way.clearance.medical.waits[-1].until is None


def test_a_waiver_is_taken_back_before_the_decision_it_rests_on() -> None:
    for granted in (True, False):
        way = Way().offer().papers().medical("2")
        at = MEDICAL + timedelta(days=3)
        way.do(request_waiver(way.file(), EDITION, step="clearance", at=at), at)
        way.do(
            decide_waiver(
                way.file(), EDITION, step="clearance", at=at, granted=granted, commitment=PAST
            ),
            at,
        )
        assert refused(way, reverse_medical, "clearance", at) == "waiver_stands"
        undo(way, reverse_waiver, "clearance", at)
        assert (way.file().closed, way.clearance.waiver) == (None, "requested")
        undo(way, reverse_medical, "clearance", at)
        assert (way.clearance.waiver, way.clearance.medical.outcome) == ("", "")


def test_a_medical_decision_taken_back_undoes_the_end_that_followed_from_no_request() -> None:
    way = Way().offer().papers().medical("2")
    due = waiver_due(way.file(), EDITION, step="clearance")
    assert due is not None
    way.do(lapse_waiver(way.file(), EDITION, step="clearance", at=due, due_on=due), due)
    assert way.file().closed is not None
    undo(way, reverse_medical, "clearance", due)
    assert way.file().closed is None
    assert way.clearance.security.waits[-1].on == "board"


def test_what_stands_on_a_decision_is_named_and_goes_first_the_last_first() -> None:
    way = accepted().appoint()
    for command in (reverse_medical, reverse_security):
        with pytest.raises(RuleRefused) as found:
            command(way.file(), EDITION, step="clearance", at=DONE, **WHY)
        assert found.value.code == "later_decision_stands"
        assert found.value.remedy == (
            "Take back first, in this order: the appointment; the accepted offer; "
            "the place on the register; the final review."
        )
    assert refused(way, reverse_review, "review", DONE) == "later_decision_stands"
    assert refused(way, reverse_placement, "register", DONE) == "offer_accepted"
    more = {
        "plan": way.plan,
        "person": way.person(),
        "siblings": (),
        "ground": "error",
        "authority": "board",
    }
    with pytest.raises(RuleRefused, match="later_decision_stands"):
        rescind(way.file(), EDITION, step="register", at=DONE, **more)

    undo(way, reverse_appointment, "service", DONE, plan=way.plan)
    more["person"] = way.person()
    way.do(rescind(way.file(), EDITION, step="register", at=DONE, **more), DONE)
    undo(way, reverse_placement, "register", DONE)
    undo(way, reverse_review, "review", DONE)
    undo(way, reverse_security, "clearance", DONE)
    assert standing_on(way.file(), EDITION, step="clearance") == ()
    assert way.clearance.passed is None


def test_each_file_offers_only_the_reversals_that_would_go_through() -> None:
    way = cleared()
    assert offered(way, SECURITY) == {"clearance.reverse_medical", "clearance.reverse_security"}
    assert offered(Way().offer().papers(), MEDICAL) == {"clearance.reverse_offer"}
    way.seat()
    assert offered(way, REVIEWED) == {"review.reverse"}
    way.vote(True, True, True)
    assert offered(way, REVIEWED) == {"review.reverse"}
    way.place()
    assert offered(way, PLACED) == {"register.reverse_placement"}
    way.plan_class().call()
    assert offered(way, CALLED) == {"register.reverse_offer"}
    way.accept()
    assert offered(way, CALLED + timedelta(days=3)) == set()
    way.appoint()
    assert offered(way, CALLED + timedelta(days=10)) == {"service.reverse_appointment"}
    way.train(*PASSED_ALL)
    assert offered(way, DONE) == {"service.reverse_training"}


def test_a_suitable_finding_is_set_aside_and_never_turned_round() -> None:
    way = cleared().seat().vote(True, True, True)
    undo(way, reverse_review, "review", REVIEWED)
    assert (way.review.passed, way.review.members, way.review.votes) == (None, (), ())
    entry = next(f for f in way.world.read(way.code) if f.kind == "review.reversed")
    assert entry.body["outcome"] == "decided"
    assert "unsuitable" not in str(entry.body)
    way.seat().vote(True, True, True)
    assert not set(way.review.members) & set(MEMBERS)
    assert way.review.passed is True


def test_an_unsuitable_finding_set_aside_opens_the_candidacy_again() -> None:
    way = cleared().seat().vote(False, False, True)
    at = REVIEWED + timedelta(days=31)
    lapse = next(o for o in openings(way.file(), EDITION, at=at) if o.lapse)
    assert lapse.lapse == "review.lapse_reply"
    undo(way, reverse_review, "review", at)  # the notice of a review under way falls too
    assert way.review.intent_at is None


def test_a_place_taken_back_keeps_the_declines_and_begins_a_new_clock() -> None:
    way = placed()
    undo(way, reverse_placement, "register", PLACED + timedelta(days=40))
    assert way.register() == Register()
    way.place(at=PLACED + timedelta(days=40))
    assert way.register().placed_on == (PLACED + timedelta(days=40)).date()


def test_an_open_offer_is_taken_back_before_the_place_and_the_class_may_call_again() -> None:
    way = placed()
    before = way.register()
    way.plan_class().call()
    assert refused(way, reverse_placement, "register", CALLED) == "offer_open"
    undo(way, reverse_offer, "register", CALLED, plan=way.plan)
    after = way.register()
    assert replace(after, offers=()) == before
    assert [one.answer for one in after.offers] == ["taken_back"]
    assert (way.plan.free("consular"), way.person().declines) == (2, ())
    entry = next(f for f in way.world.read(way.code) if f.kind == "register.offer_reversed")
    assert entry.body == {
        "reason": "board_error",
        "authority": "board",
        "about": after.offers[0].seq,
        "rule": "register.offer_open",
        "class": way.plan.file,
    }
    way.call().accept()
    assert [place.answer for place in way.plan.places] == ["accepted"]


def test_no_offer_is_taken_back_that_was_answered_by_word_or_by_silence() -> None:
    way = placed().plan_class()
    assert refused(way, reverse_offer, "register", CALLED, plan=way.plan) == "no_open_offer"
    way.call()
    late = offer_due(way.file(), EDITION, step="register")
    assert late is not None
    assert refused(way, reverse_offer, "register", late, plan=way.plan) == "offer_lapsed"
    assert offered(way, late) == set()
    undo(way, reverse_offer, "register", late - timedelta(seconds=1), plan=way.plan)
    gone = accepted()
    assert refused(gone, reverse_offer, "register", CALLED, plan=gone.plan) == "no_open_offer"


def test_a_conditional_offer_taken_back_leaves_the_step_as_it_was_and_is_made_again() -> None:
    way = Way()
    before = way.clearance
    way.offer().papers()
    number = way.clearance.offered_seq
    undo(way, clearance_offer, "clearance", MEDICAL)
    assert way.clearance == before
    assert (way.file().closed, is_stuck(way.file(), EDITION, at=MEDICAL)) == (None, False)
    entry = next(f for f in way.world.read(way.code) if f.kind == "clearance.offer_reversed")
    assert entry.body == {
        "reason": "board_error",
        "authority": "board",
        "about": number,
        "rule": "clearance.forms",
    }
    assert refused(way, clearance_offer, "clearance", MEDICAL) == "nothing_to_reverse"
    way.offer(at=MEDICAL)
    assert way.clearance.offered_at == MEDICAL


def test_a_conditional_offer_stays_while_a_clearance_is_decided_or_the_candidacy_has_ended() -> (
    None
):
    way = cleared()
    with pytest.raises(RuleRefused) as found:
        clearance_offer(way.file(), EDITION, step="clearance", at=SECURITY, **WHY)
    assert found.value.remedy == (
        "Take back first, in this order: the security decision; the medical decision."
    )
    undo(way, reverse_security, "clearance", SECURITY)
    undo(way, reverse_medical, "clearance", SECURITY)
    undo(way, clearance_offer, "clearance", SECURITY)
    late = Way().offer()
    due = forms_due(late.file(), EDITION, step="clearance")
    assert due is not None
    late.do(lapse_forms(late.file(), EDITION, step="clearance", at=due, due_on=due), due)
    assert refused(late, clearance_offer, "clearance", due) == "closed_for_another_reason"


@settings(deadline=None, max_examples=12)
@given(rounds=st.lists(st.sampled_from(("offer", "back")), max_size=5), minutes=st.integers(1, 900))
def test_offers_and_their_reversals_in_any_order_leave_what_replays(
    rounds: list[str], minutes: int
) -> None:
    """Conditional offer and class offer alike: each act either goes through or changes nothing."""
    way, klass = Way(), placed().plan_class()
    at, called = OFFERED, CALLED
    for act in rounds:
        at, called = at + timedelta(minutes=minutes), called + timedelta(minutes=minutes)
        made = way.clearance.offered_at is not None
        open_ = klass.register().offer is not None
        if act == "offer":
            if not made:
                way.offer(at=at)
            if not open_:
                klass.call(at=called)
            continue
        if made:
            undo(way, clearance_offer, "clearance", at)
        else:
            assert refused(way, clearance_offer, "clearance", at) == "nothing_to_reverse"
        if open_:
            undo(klass, reverse_offer, "register", called, plan=klass.plan)
        else:
            code = refused(klass, reverse_offer, "register", called, plan=klass.plan)
            assert code == "no_open_offer"
    assert klass.plan.free("consular") == (1 if klass.register().offer else 2)
    assert (klass.register().declines, klass.person().declines) == (0, ())
    for walked in (way, klass):
        facts = walked.world.read(walked.code)
        for length in range(1, len(facts) + 1):
            assert fold_candidacy(facts[:length]).seq == length
            fold_candidacy(as_told(facts[:length]))


def test_the_newest_training_result_goes_first_and_a_separated_officer_comes_back() -> None:
    way = accepted().appoint().train(("language", "failed"), ("language", "failed"))
    assert way.file().closed is not None
    undo(way, reverse_training, "service", DONE)
    assert way.file().closed is None
    assert way.service.results == (("language", "failed"),)
    assert refused(way, reverse_appointment, "service", DONE, plan=way.plan) == "training_stands"
    way.train(("language", "passed"), at=DONE)
    assert way.service.results == (("language", "failed"), ("language", "passed"))


def posted(*, abroad: bool = True, run: str = "") -> Way:
    """An officer with a post from 15 October 2018."""
    way = accepted().appoint().train(*PASSED_ALL)
    drafts = assign(
        way.file(),
        EDITION,
        step="service",
        at=DONE,
        post="lima",
        abroad=abroad,
        start=date(2018, 10, 15),
        months=24,
        person=way.person(),
        run=run,
    )
    way.do(drafts, DONE)
    return way


def test_a_posting_taken_back_gives_its_time_abroad_back() -> None:
    way = posted()
    assert way.person().posted_abroad == ((date(2018, 10, 15), date(2020, 10, 15)),)
    assert refused(way, reverse_training, "service", DONE) == "posting_stands"
    undo(way, reverse_posting, "service", DONE, person=way.person())
    assert way.person().posted_abroad == ()
    assert (way.service.postings, way.service.passed) == ((), None)
    undo(way, reverse_training, "service", DONE)
    assert way.service.trained_at is None


def test_only_the_posting_of_the_run_is_taken_back_with_the_run() -> None:
    way = posted(abroad=False, run="run-1")
    more = {"person": way.person(), "run": "run-2"}
    assert refused(way, reverse_posting, "service", DONE, **more) == "nothing_to_reverse"
    drafts = reverse_posting(
        way.file(), EDITION, step="service", at=DONE, **WHY, **more | {"run": "run-1"}
    )
    assert [d.kind for d in drafts] == ["service.posting_reversed"]


def test_a_hand_over_is_taken_back_before_what_it_handed_over() -> None:
    way = posted()
    way.do(hand_over(way.file(), EDITION, step="service", at=DONE), DONE)
    assert refused(way, reverse_posting, "service", DONE, person=way.person()) == "handed_over"
    assert refused(way, reverse_appointment, "service", DONE, plan=way.plan) == "handed_over"
    undo(way, reverse_hand_over, "service", DONE)
    assert (way.file().closed, way.service.handed_over_at) == (None, None)
    assert [one.post for one in way.service.postings] == ["lima"]


def test_the_oath_is_taken_back_for_those_named_and_taken_again_later() -> None:
    way = accepted().appoint()
    at = datetime(2018, 3, 5, 15, tzinfo=UTC)
    way.do(swear_in(way.plan, present=[way.code], on=CLASS_DAY), at)
    assert refused(way, reverse_appointment, "service", at, plan=way.plan) == "sworn_in"
    with pytest.raises(RuleRefused, match="already_sworn_in"):
        swear_in(way.plan, present=[way.code], on=CLASS_DAY)
    with pytest.raises(BadInput, match="not_sworn_in_here"):
        reverse_swearing_in(way.plan, who=["CAND-OTHER"], **WHY)
    way.do(reverse_swearing_in(way.plan, who=[way.code], **WHY), at)
    assert (way.plan.sworn_in, way.plan.sworn_at) == ((), None)
    with pytest.raises(RuleRefused, match="not_sworn_in"):
        reverse_swearing_in(way.plan, who=[way.code], **WHY)
    way.do(swear_in(way.plan, present=[way.code], on=CLASS_DAY), at)
    assert way.plan.sworn_in == (way.code,)
    way.do(reverse_swearing_in(way.plan, who=[way.code], **WHY), at)
    undo(way, reverse_appointment, "service", at, plan=way.plan)
    assert way.service == Service()


def test_a_class_without_signed_postings_has_none_to_take_back() -> None:
    with pytest.raises(RuleRefused, match="no_postings_to_reverse"):
        reverse_postings(accepted().plan, officers=0, **WHY)


def test_no_reversal_goes_without_a_known_reason_and_a_known_authority() -> None:
    file = cleared().file()
    for reason, authority, field in (("", "board", "reason"), ("board_error", "me", "authority")):
        with pytest.raises(BadInput) as found:
            reverse_medical(
                file, EDITION, step="clearance", at=SECURITY, reason=reason, authority=authority
            )
        assert found.value.field == field


def test_a_file_that_ended_otherwise_keeps_its_decisions() -> None:
    way = cleared().seat().vote(False, False, True)
    at = REVIEWED + timedelta(days=40)
    from_lapse = next(o for o in openings(way.file(), EDITION, at=at) if o.lapse)
    assert from_lapse.due_on is not None
    way.medical("2", at=at)
    assert refused(way, reverse_medical, "clearance", at) == "later_decision_stands"
    undecided = Way().offer().papers()
    assert refused(undecided, reverse_medical, "clearance", MEDICAL) == "nothing_to_reverse"
    assert refused(undecided, reverse_security, "clearance", MEDICAL) == "nothing_to_reverse"
    assert refused(undecided, reverse_waiver, "clearance", MEDICAL) == "nothing_to_reverse"
    undecided.medical("1").security("deny")
    assert refused(undecided, reverse_medical, "clearance", SECURITY) == "closed_for_another_reason"


def test_every_exception_with_a_ground_names_its_authority() -> None:
    way = placed()
    file, at = way.file(), PLACED
    until = {"until": date(2019, 1, 1)}
    more = {"person": way.person(), "siblings": ()}
    for command, options in (
        (extend_deadline, {"until": at}),
        (admit_late, {"until": at}),
        (narratives_result.reverse_result, {"outcome": "failed"}),
        (readmit, {}),
        (assessment_result.reverse_result, {"outcome": "failed"}),
        (extend, {"what": "documents", "until": at}),
        (restore, until),
        (rescind, {"plan": way.plan, **more}),
        (
            correct_points,
            {"claim": "veterans", "granted": False, "finding": Finding(), **more},
        ),
    ):
        with pytest.raises(BadInput) as found:
            command(
                file, EDITION, step="register", at=at, ground="illness", authority="me", **options
            )
        assert found.value.field == "authority", command.__name__


def test_no_earlier_result_ends_a_candidacy_over_the_head_of_an_offer_or_an_appointment() -> None:
    why = {"ground": "rating_error", "authority": "board"}
    for way, first in (
        (placed().plan_class().call(), "the open offer."),
        (accepted(), "the accepted offer."),
        (accepted().appoint(), "the appointment; the accepted offer."),
    ):
        file, at = way.file(), CALLED + timedelta(days=10)
        for command, step, options in (
            (
                reverse_eligibility,
                "application",
                {"eligible": False, "calendar": CALENDAR, **WHY},
            ),
            (reverse_examination, "examination", {"passed": False, **WHY}),
            (narratives_result.reverse_result, "narratives", {"outcome": "failed", **why}),
            (assessment_result.reverse_result, "assessment", {"outcome": "failed", **why}),
        ):
            with pytest.raises(RuleRefused, match="later_decision_stands") as found:
                command(file, EDITION, step=step, at=at, **options)
            assert f"Take back first, in this order: {first}" in found.value.remedy
        early = {o.command for o in openings(file, EDITION, at=at) if "reverse" in o.command}
        assert early <= {"service.reverse_appointment", "register.reverse_offer"}
    free = placed()
    drafts = reverse_examination(
        free.file(), EDITION, step="examination", at=PLACED, passed=False, **WHY
    )
    assert [d.kind for d in drafts] == ["examination.reversed", "candidacy.closed"]
