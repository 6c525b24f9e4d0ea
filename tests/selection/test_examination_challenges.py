"""Challenges to items, requests for re-scoring, and scores by another key."""

from datetime import timedelta
from fractions import Fraction

import pytest
from tests.selection.examination_strategies import (
    AT_THE_CUT,
    BASE_SCALE,
    EDITION,
    SCORED,
    Road,
    sat,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.selection.competition import Competition
from concours.selection.competition_folds import fold_competition
from concours.selection.examination import Examination
from concours.selection.examination_challenges import (
    challenge_item,
    decide_challenge,
    decide_rescoring,
    openings,
    request_rescoring,
    rescore,
)
from concours.selection.examination_result import decide_examination
from concours.selection.key_changes import (
    approved,
    changes_of,
    decide_key_change,
    propose_key_change,
)

STEP = "examination"
HERE = {"step": STEP}
WHY = {"reason": "board_error", "authority": "board"}
ITEM = {"section": "job_knowledge", "item": 7, "ground": "wrong_key", "argument": "digest"}
BELOW = AT_THE_CUT | {"job_knowledge": AT_THE_CUT["job_knowledge"] - 1}


def state(road: Road) -> Examination:
    return road.now.state(STEP, Examination)


def refused(why: str, command, *args, **plain) -> None:
    with pytest.raises(RuleRefused) as found:
        command(*args, **plain)
    assert found.value.code == why


def commands(road: Road, at) -> list[str]:
    return [o.command for o in openings(road.now, EDITION, **HERE, at=at)]


def failed_and_told() -> Road:
    road = sat().score(BELOW)
    facts = road.do(decide(road), SCORED)
    return road.tell(facts[0], SCORED + timedelta(days=1))


def decide(road: Road):
    return decide_examination(road.now, EDITION, **HERE, at=SCORED)


def again(road: Road, raw=None):
    return rescore(
        road.now, EDITION, **HERE, raw=raw or AT_THE_CUT, base_scale=BASE_SCALE, key="two", **WHY
    )


def test_an_item_is_challenged_once_and_within_seven_days_of_the_answers():
    road = sat()
    since = state(road).answers_at
    road.do(challenge_item(road.now, EDITION, **HERE, at=since, **ITEM), since)
    found = state(road).challenges[0]
    assert (found.section, found.item, found.outcome) == ("job_knowledge", 7, "")
    assert commands(road, since) == ["examination.decide_challenge", "examination.challenge_item"]
    refused("challenged_already", challenge_item, road.now, EDITION, **HERE, at=since, **ITEM)
    late = since + timedelta(days=9)
    refused(
        "challenge_too_late",
        challenge_item,
        road.now,
        EDITION,
        **HERE,
        at=late,
        **ITEM | {"item": 8},
    )
    assert commands(road, late) == ["examination.decide_challenge"]
    for wrong in ({"item": 61}, {"section": "essay"}, {"ground": "unfair_world"}):
        with pytest.raises(BadInput):
            challenge_item(road.now, EDITION, **HERE, at=since, **ITEM | wrong)


def test_a_challenge_is_answered_once_with_a_reason():
    road = sat()
    at = state(road).answers_at
    road.do(challenge_item(road.now, EDITION, **HERE, at=at, **ITEM), at)
    about = {"about": state(road).challenges[0].seq, "upheld": True}
    with pytest.raises(BadInput):
        decide_challenge(road.now, EDITION, **HERE, at=at, **about, reason="", authority="board")
    road.do(decide_challenge(road.now, EDITION, **HERE, at=at, **about, **WHY), at)
    assert state(road).challenges[0].outcome == "upheld"
    refused(
        "no_challenge_pending", decide_challenge, road.now, EDITION, **HERE, at=at, **about, **WHY
    )


def test_before_the_result_another_key_corrects_the_scores_and_the_earlier_ones_stay():
    road = sat().score(BELOW)
    road.do(again(road), SCORED)
    assert state(road).scores.passed is True
    kinds = [f.kind for f in road.world.read(road.file)]
    assert kinds[-2:] == ["choice.scored", "choice.corrected"]
    assert again(road) == ()


def test_who_failed_by_the_cut_and_now_stands_above_it_goes_on():
    road = failed_and_told()
    assert road.now.closed is not None
    drafts = again(road)
    assert [d.kind for d in drafts] == [
        "choice.rescored",
        "examination.set_aside",
        "candidacy.reopened",
    ]
    road.do(drafts, SCORED + timedelta(days=2))
    assert (road.now.closed, state(road).outcome, state(road).scores.passed) == (None, "", True)
    assert state(road).scores.essay_marked is True


def test_who_failed_and_still_stands_below_only_gets_new_scores():
    road = failed_and_told()
    higher = BELOW | {"biographic": BELOW["biographic"] + Fraction(1, 10)}
    assert [d.kind for d in again(road, higher)] == ["choice.rescored"]


def test_a_pass_is_never_taken_away_by_another_key():
    road = sat().score(AT_THE_CUT).mark(4, 4)
    road.do(decide(road), SCORED)
    assert state(road).outcome == "passed"
    assert again(road, BELOW) == ()
    higher = AT_THE_CUT | {"biographic": AT_THE_CUT["biographic"] + 1}
    assert [d.kind for d in again(road, higher)] == ["choice.rescored"]


def test_rescoring_is_asked_for_once_after_being_told_and_within_thirty_days():
    road = sat().score(BELOW)
    refused("nothing_to_rescore", request_rescoring, road.now, EDITION, **HERE, at=SCORED)
    road = failed_and_told()
    at = SCORED + timedelta(days=3)
    late = SCORED + timedelta(days=33)
    refused("request_too_late", request_rescoring, road.now, EDITION, **HERE, at=late)
    road.do(request_rescoring(road.now, EDITION, **HERE, at=at), at)
    refused("nothing_to_rescore", request_rescoring, road.now, EDITION, **HERE, at=at)
    same = {"raw": BELOW, "base_scale": BASE_SCALE, "key": "one"}
    road.do(decide_rescoring(road.now, EDITION, **HERE, at=at, **same, **WHY), at)
    assert state(road).rescoring.outcome == "confirmed"
    refused("no_request_pending", decide_rescoring, road.now, EDITION, **HERE, at=at, **same, **WHY)


# the key of a competition


CHANGE = {
    "step": STEP,
    "code": "CHNG-0000-0001",
    "section": "job_knowledge",
    "item": 3,
    "options": ("A", "B", "C", "D"),
    "key": "A",
    "treatment": "rekey",
    "option": "B",
    "reason": "wrong_key",
    "effect": "effect",
}


def proposed(road: Road) -> Competition:
    road.do(propose_key_change(competition(road), **CHANGE), SCORED)
    return competition(road)


def competition(road: Road) -> Competition:
    return fold_competition(road.world.read(road.competition))


def test_a_key_is_changed_by_two_people_and_by_no_one_person():
    road = Road()
    found = proposed(road)
    plain = {"code": CHANGE["code"], "approve": True, "effect": "effect"}
    assert approved(found, STEP) == ()
    refused("same_person", decide_key_change, found, by="ACTOR", **plain)
    refused("item_changed_already", propose_key_change, found, **CHANGE)
    road.do(decide_key_change(found, by="OTHER", **plain), SCORED)
    assert [(c.section, c.item, c.option) for c in approved(competition(road), STEP)] == [
        ("job_knowledge", 3, "B")
    ]
    refused("nothing_to_decide", decide_key_change, competition(road), by="OTHER", **plain)


def test_a_refused_change_leaves_the_key_and_may_be_proposed_again():
    road = Road()
    found = proposed(road)
    plain = {"code": CHANGE["code"], "approve": False, "effect": "effect"}
    road.do(decide_key_change(found, by="OTHER", **plain), SCORED)
    assert [c.status for c in changes_of(competition(road))] == ["refused"]
    assert propose_key_change(competition(road), **CHANGE | {"code": "CHNG-0000-0002"})


@pytest.mark.parametrize(
    "wrong", [{"option": "A"}, {"option": "E"}, {"treatment": "forget"}, {"reason": "unhappy"}]
)
def test_a_change_names_another_option_of_the_item_and_a_known_reason(wrong):
    with pytest.raises(BadInput):
        propose_key_change(competition(Road()), **CHANGE | wrong)
