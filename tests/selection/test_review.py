"""The final review: strangers, oath, alone, heard before a no, appealed once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.selection.clearance_strategies import (
    ASSESSORS,
    EDITION,
    MEMBERS,
    PAST,
    REVIEWED,
    Way,
    cleared,
)

from concours.kernel.errors import BadInput, RuleRefused
from concours.selection.fold import as_told, fold_candidacy
from concours.selection.review import (
    appeal,
    decide_appeal,
    lapse_reply,
    open_review,
    record_votes,
    recuse,
    replace_member,
    reply,
    require_voting,
    take_oath,
)
from concours.selection.review_state import Vote
from concours.selection.road import is_stuck, openings

STEP = "review"
LATER = REVIEWED + timedelta(days=10)


def refused_intent() -> Way:
    """A panel that means to say no, the candidate told."""
    return cleared().seat().vote(True, False, False)


def test_the_review_waits_for_both_clearances() -> None:
    way = Way().offer().papers().medical()
    with pytest.raises(RuleRefused) as refused:
        open_review(
            way.file(), EDITION, step=STEP, at=REVIEWED, members=MEMBERS, assessors=frozenset()
        )
    assert (refused.value.code, refused.value.numbers) == (
        "earlier_step_not_passed",
        {"step": "clearance"},
    )


def test_an_assessor_of_the_same_person_never_sits() -> None:
    way = cleared()
    with pytest.raises(RuleRefused) as refused:
        open_review(
            way.file(),
            EDITION,
            step=STEP,
            at=REVIEWED,
            members=("EXAM-A", "EXAM-B", "ASSE-1"),
            assessors=ASSESSORS,
        )
    assert refused.value.code == "member_assessed_this_person"
    assert refused.value.numbers == {"members": "ASSE-1"}
    assert refused.value.rule == "review.panel"


@pytest.mark.parametrize("members", [("EXAM-A", "EXAM-B"), ("EXAM-A", "EXAM-A", "EXAM-B")])
def test_a_panel_has_three_different_members(members: tuple[str, ...]) -> None:
    with pytest.raises(RuleRefused, match="panel_of_wrong_size"):
        open_review(
            cleared().file(),
            EDITION,
            step=STEP,
            at=REVIEWED,
            members=members,
            assessors=frozenset(),
        )


def test_nobody_votes_before_the_oath() -> None:
    way = cleared()
    way.do(
        open_review(
            way.file(), EDITION, step=STEP, at=REVIEWED, members=MEMBERS, assessors=ASSESSORS
        ),
        REVIEWED,
    )
    with pytest.raises(RuleRefused, match="oath_not_signed"):
        require_voting(way.file(), EDITION, step=STEP, member="EXAM-A")
    way.do(take_oath(way.file(), EDITION, step=STEP, at=REVIEWED, member="EXAM-A"), REVIEWED)
    require_voting(way.file(), EDITION, step=STEP, member="EXAM-A")
    with pytest.raises(RuleRefused, match="not_on_this_panel"):
        require_voting(way.file(), EDITION, step=STEP, member="EXAM-X")


def test_two_of_three_pass_a_candidate() -> None:
    way = cleared().seat().vote(True, True, False)
    assert way.review.passed is True


def test_two_of_three_against_give_notice_first_and_decide_after_the_reply() -> None:
    way = refused_intent()
    assert way.review.passed is None
    assert way.file().closed is None
    with pytest.raises(RuleRefused, match="candidate_not_heard"):
        require_voting(way.file(), EDITION, step=STEP, member="EXAM-A")
    way.do(reply(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    way.vote(False, True, False, at=LATER)
    assert way.review.passed is False
    closed = way.file().closed
    assert closed is not None
    assert closed.reason == "review_unsuitable"


def test_a_reply_may_change_the_panels_mind() -> None:
    way = refused_intent()
    way.do(reply(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    way.vote(True, True, False, at=LATER)
    assert way.review.passed is True


def test_silence_for_thirty_days_lets_the_panel_vote_again() -> None:
    way = refused_intent()
    late = REVIEWED + timedelta(days=32)
    with pytest.raises(RuleRefused, match="reply_late"):
        reply(way.file(), EDITION, step=STEP, at=late, commitment=PAST)
    (lapse,) = [o for o in openings(way.file(), EDITION, at=late) if o.lapse]
    assert lapse.due_on is not None
    way.do(lapse_reply(way.file(), EDITION, step=STEP, at=late, due_on=lapse.due_on), late)
    way.vote(False, False, False, at=late)
    assert way.review.passed is False


def test_a_recused_member_is_replaced_before_anybody_votes() -> None:
    way = cleared().seat()
    way.do(
        recuse(way.file(), EDITION, step=STEP, at=REVIEWED, member="EXAM-B", ground="related"),
        REVIEWED,
    )
    with pytest.raises(RuleRefused, match="panel_incomplete"):
        require_voting(way.file(), EDITION, step=STEP, member="EXAM-A")
    with pytest.raises(RuleRefused, match="member_assessed_this_person"):
        replace_member(
            way.file(),
            EDITION,
            step=STEP,
            at=REVIEWED,
            out="EXAM-B",
            into="ASSE-2",
            assessors=ASSESSORS,
        )
    way.do(
        replace_member(
            way.file(),
            EDITION,
            step=STEP,
            at=REVIEWED,
            out="EXAM-B",
            into="EXAM-D",
            assessors=ASSESSORS,
        ),
        REVIEWED,
    )
    assert way.review.members == ("EXAM-A", "EXAM-D", "EXAM-C")
    with pytest.raises(RuleRefused, match="oath_not_signed"):
        require_voting(way.file(), EDITION, step=STEP, member="EXAM-D")


def test_a_recusal_after_the_vote_voids_it() -> None:
    way = refused_intent()
    drafts = recuse(way.file(), EDITION, step=STEP, at=LATER, member="EXAM-A", ground="interest")
    assert drafts[0].body["voided"] is True
    way.do(drafts, LATER)
    assert (way.review.votes, way.review.intent_at) == ((), None)


def test_a_vote_against_names_factors_and_a_vote_for_none() -> None:
    way = cleared().seat()
    for vote in (
        Vote(member="EXAM-A", suitable=False),
        Vote(member="EXAM-A", suitable=True, factors=("finances",)),
    ):
        with pytest.raises(BadInput, match="factors_do_not_fit_the_vote"):
            record_votes(
                way.file(), EDITION, step=STEP, at=REVIEWED, votes=(vote,), commitment=PAST
            )


def test_votes_below_the_quorum_decide_nothing() -> None:
    way = cleared().seat()
    votes = [Vote(member=m, suitable=True) for m in MEMBERS[:2]]
    with pytest.raises(BadInput, match="votes_do_not_fit_the_panel"):
        record_votes(way.file(), EDITION, step=STEP, at=REVIEWED, votes=votes, commitment=PAST)


@pytest.mark.parametrize(
    ("outcome", "passed", "open_again"),
    [("dismissed", False, False), ("reversed", True, True), ("new_panel", None, True)],
)
def test_an_appeal_is_dismissed_reversed_or_sent_to_a_new_panel(
    outcome: str, passed: bool | None, open_again: bool
) -> None:
    way = refused_intent()
    way.do(reply(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    way.vote(False, False, False, at=LATER)
    way.do(appeal(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    with pytest.raises(RuleRefused, match="already_appealed"):
        appeal(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST)
    way.do(
        decide_appeal(
            way.file(),
            EDITION,
            step=STEP,
            at=LATER,
            by="APPE-1",
            outcome=outcome,
            commitment=PAST,
        ),
        LATER,
    )
    assert way.review.passed is passed
    assert (way.file().closed is None) is open_again
    if outcome == "new_panel":
        assert [o.command for o in openings(way.file(), EDITION, at=LATER) if o.awaited] == [
            "review.open"
        ]


def test_nobody_who_was_ever_on_a_panel_of_the_file_looks_at_it_again() -> None:
    way = cleared().seat()
    way.do(
        recuse(way.file(), EDITION, step=STEP, at=REVIEWED, member="EXAM-B", ground="interest"),
        REVIEWED,
    )
    replacing = {"step": STEP, "at": REVIEWED, "out": "EXAM-B", "assessors": frozenset()}
    way.do(replace_member(way.file(), EDITION, into="EXAM-Z", **replacing), REVIEWED)
    way.do(take_oath(way.file(), EDITION, step=STEP, at=REVIEWED, member="EXAM-Z"), REVIEWED)
    way.vote(False, False, False)
    way.do(reply(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    way.vote(False, False, False, at=LATER)
    way.do(appeal(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    deciding = {"step": STEP, "at": LATER, "outcome": "new_panel", "commitment": PAST}
    for member in (*MEMBERS, "EXAM-Z"):
        with pytest.raises(RuleRefused, match="had_part_in_the_decision"):
            decide_appeal(way.file(), EDITION, by=member, **deciding)
    way.do(decide_appeal(way.file(), EDITION, by="APPE-1", **deciding), LATER)
    for member in (*MEMBERS, "EXAM-Z"):
        with pytest.raises(RuleRefused) as found:
            open_review(
                way.file(),
                EDITION,
                step=STEP,
                at=LATER,
                members=("EXAM-P", "EXAM-Q", member),
                assessors=frozenset(),
            )
        assert (found.value.code, found.value.numbers) == (
            "member_sat_before",
            {"members": member},
        )
    way.seat(at=LATER)
    second = way.review.members
    way.do(
        recuse(way.file(), EDITION, step=STEP, at=LATER, member=second[0], ground="absent"), LATER
    )
    with pytest.raises(RuleRefused, match="member_sat_before"):
        replace_member(
            way.file(), EDITION, into="EXAM-Z", **replacing | {"at": LATER, "out": second[0]}
        )


def test_the_appeal_is_late_after_sixty_days() -> None:
    way = refused_intent()
    way.do(reply(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    way.vote(False, False, False, at=LATER)
    with pytest.raises(RuleRefused, match="appeal_late"):
        appeal(way.file(), EDITION, step=STEP, at=LATER + timedelta(days=61), commitment=PAST)


def test_the_review_is_never_stuck_and_replays_without_its_bodies() -> None:
    way = refused_intent()
    facts = list(way.world.read(way.code))
    for n in range(1, len(facts) + 1):
        fold_candidacy([replace(f, body={}) if f.step == STEP else f for f in facts[:n]])
    assert not is_stuck(way.file(), EDITION, at=LATER)
    way.do(reply(way.file(), EDITION, step=STEP, at=LATER, commitment=PAST), LATER)
    assert not is_stuck(way.file(), EDITION, at=LATER)


def test_a_candidate_sees_outcome_and_factors_but_never_who_sat_or_how_each_voted() -> None:
    way = refused_intent()
    shown = [f for f in as_told(way.world.read(way.code)) if f.step == STEP]
    bodies = {f.kind: dict(f.body) for f in shown}
    assert bodies["review.voted"] == bodies["review.opened"] == bodies["review.oath_taken"] == {}
    assert bodies["review.intent_found"]["factors"] == ["finances"]
    assert not any(member in str(bodies) for member in MEMBERS)
    mine = fold_candidacy(as_told(way.world.read(way.code)))
    (answer,) = [
        o for o in openings(mine, EDITION, at=LATER) if o.owner == "candidate" and o.awaited
    ]
    assert answer.command == "review.reply"
