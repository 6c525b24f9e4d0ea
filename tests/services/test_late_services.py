"""Clearance, review, register, class and service through their services: what is kept apart stays apart."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.services.late_cast import (
    ANSWERED,
    CALLED,
    CLASS_DAY,
    OFFERED,
    PAPERS,
    PDF,
    PLACED,
    REVIEWED,
    SECRET,
    SECURITY,
    Late,
)

from concours.kernel.errors import BadInput, NotPermitted, OutOfDate, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import (
    CandidacyStanding,
    ClassPlace,
    ClearanceStanding,
    CompartmentRecord,
    OfficerStanding,
    RegisterPlace,
    ReviewSheet,
)
from concours.selection.register_points import Finding
from concours.services.application import exceptions
from concours.services.case import open_candidacy
from concours.services.clearance import acts as clearance
from concours.services.clearance.pages import (
    appeal_page,
    compartment_page,
    desk_list,
    own_clearance_page,
    read_document,
)
from concours.services.jobs import run_due_jobs
from concours.services.lapses import lapse_due, lapse_file
from concours.services.listing import ListQuery
from concours.services.own_data import own_data_copy
from concours.services.register import acts as register
from concours.services.register import offers
from concours.services.register.class_pages import class_page
from concours.services.register.desk_pages import register_as_of_page, register_list, work_list
from concours.services.register.lapses import lapse_offers_due
from concours.services.register.pages import own_register_page
from concours.services.review import acts as review
from concours.services.review.pages import member_page, own_review_page, panel_page
from concours.services.service import acts as service
from concours.services.service import posting_run, postings
from concours.services.service.pages import own_service_page
from concours.services.withdrawal import withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
QUERY = ListQuery(order="since")
LATER = PLACED + timedelta(days=3)


def test_what_a_compartment_knows_is_sealed_and_only_its_desk_reads_it() -> None:
    late = Late().offer().papers().decide(medical_class="2")
    rows = CompartmentRecord.objects.filter(file=late.code)
    assert {row.compartment for row in rows} == {"medical", "security"}
    assert not any(b"asthma" in bytes(row.content) for row in rows)
    mine = compartment_page(late.medical, late.code, compartment="medical", at=SECURITY)
    assert [r.content["medical_class"] for r in mine.records if r.kind == "decision"] == ["2"]
    for stranger in (late.security, late.registrar, late.auditor, late.members[0], late.ada):
        with pytest.raises(NotPermitted):
            compartment_page(stranger, late.code, compartment="medical", at=SECURITY)
    for stranger in (late.medical, late.waiver, late.registrar, late.appeals):
        with pytest.raises(NotPermitted):
            compartment_page(stranger, late.code, compartment="security", at=SECURITY)


def test_no_ledger_body_and_no_standing_row_holds_a_class_or_a_guideline() -> None:
    late = Late().offer().papers().decide(medical_class="5", outcome="deny")
    text = " ".join(str(dict(fact.body)) for fact in read_facts(late.code))
    assert SECRET not in text
    assert "medical_class" not in text
    assert "guidelines': [" not in text
    rows = ClearanceStanding.objects.filter(file=late.code).values()
    assert not any(SECRET in str(row) or "'F'" in str(row) for row in rows)


def test_a_document_opens_for_its_owner_and_its_desk_only() -> None:
    late = Late(2).offer().papers()
    page = own_clearance_page(late.ada, late.code, at=PAPERS)
    upload = next(s for s in page.sides if s.name == "medical").uploads[0]
    for reader in (late.ada, late.medical):
        found = read_document(reader, late.code, upload.code, compartment="medical", at=PAPERS)
        assert found.content == PDF
    for stranger in (late.security, late.people[1], late.registrar):
        with pytest.raises(NotPermitted):
            read_document(stranger, late.code, upload.code, compartment="medical", at=PAPERS)
    with pytest.raises(NotPermitted):
        read_document(late.security, late.code, upload.code, compartment="security", at=PAPERS)


def test_forms_that_never_come_end_the_candidacy_by_the_workers_hand() -> None:
    late = Late().offer()
    at = OFFERED + timedelta(days=33)
    with pytest.raises(RuleRefused, match="security_forms_late"):
        clearance.certify_forms(late.ada, late.code, at=at)
    assert lapse_file(late.code, at=at) is True
    row = CandidacyStanding.objects.get(file=late.code)
    assert (row.reason, row.status) == ("security_forms_late", "closed")


def test_a_file_the_board_is_late_with_keeps_no_other_waiting() -> None:
    late = Late(2).offer().offer(1)
    board, other = sorted(late.files)
    at = OFFERED + timedelta(days=33)
    CandidacyStanding.objects.exclude(file__in=late.files).update(due_on=None)
    lapse_file(board, at=at)
    CandidacyStanding.objects.filter(file=board).update(closed_on=None, due_on=OFFERED)
    CandidacyStanding.objects.filter(file=other).update(due_on=at)
    first = lapse_due(at=at, limit=1)
    assert (first.done, first.reached) == (0, board)
    second = lapse_due(at=at, limit=1, after=first.reached)
    assert second.done == 1
    assert CandidacyStanding.objects.get(file=other).reason == "security_forms_late"
    assert lapse_due(at=at, limit=1, after=other).reached == ""


def test_the_registrar_cannot_move_the_forms_but_can_move_the_documents() -> None:
    late = Late().offer()
    until = date(2017, 5, 1)
    with pytest.raises(RuleRefused, match="deadline_is_absolute"):
        clearance.extend(
            late.registrar,
            late.code,
            what="forms",
            until=until,
            ground="illness",
            authority="board",
            at=OFFERED,
        )
    clearance.extend(
        late.registrar,
        late.code,
        what="documents",
        until=until,
        ground="illness",
        authority="board",
        at=PAPERS,
    )
    page = own_clearance_page(late.ada, late.code, at=PAPERS + timedelta(hours=3))
    late.tell(PAPERS)
    due = {side.name: side.due_on for side in page.sides}
    assert due["medical"] is not None
    assert due["medical"].isoformat() == "2017-05-02T04:00:00+00:00"


def test_an_appeal_opens_the_security_compartment_to_the_appeals_officer_while_it_is_lodged() -> (
    None
):
    late = Late().offer().papers().decide(outcome="deny")
    at = SECURITY + timedelta(days=1)
    with pytest.raises(RuleRefused, match="no_appeal_lodged"):
        appeal_page(late.appeals, late.code, at=at)
    clearance.appeal_security(late.ada, late.code, grounds="It was paid.", at=at)
    page = appeal_page(late.appeals, late.code, at=at)
    assert page.records[-1].content["grounds"] == "It was paid."
    clearance.decide_security_appeal(
        late.appeals, late.code, votes_for=2, votes_against=1, reasons="Paid.", at=at
    )
    assert open_candidacy(late.registrar, late.code, "file.read", at=at).candidacy.closed is None


def test_desks_list_their_own_compartment_by_code() -> None:
    late = Late(2).offer().papers()
    clearance.offer_conditional(late.registrar, late.files[1], at=PAPERS)
    found = desk_list(late.medical, QUERY, compartment="medical", at=PAPERS)
    assert sorted((r.file, r.state) for r in found.rows) == sorted(
        [(late.files[0], "to_decide"), (late.files[1], "waiting_papers")]
    )
    with pytest.raises(NotPermitted):
        desk_list(late.medical, QUERY, compartment="security", at=PAPERS)


def test_a_member_reads_the_file_without_its_medical_record_and_only_after_the_oath() -> None:
    late = Late().offer().papers().decide()
    members = tuple(m.code for m in late.members[:3])
    review.open_review(late.registrar, late.code, members=members, at=REVIEWED)
    before = member_page(late.members[0], late.code, at=REVIEWED)
    assert (before.events, before.security) == ((), ())
    review.take_oath(late.members[0], late.code, at=REVIEWED)
    page = member_page(late.members[0], late.code, at=REVIEWED)
    kinds = {event.kind for event in page.events}
    assert "clearance.security_decided" in kinds
    assert "clearance.medical_decided" not in kinds
    assert "clearance.documents_sent" not in kinds
    with pytest.raises(NotPermitted):
        member_page(late.members[3], late.code, at=REVIEWED)


def test_a_locked_vote_is_read_by_nobody_before_the_last_one() -> None:
    late = Late().clear().seat()
    review.vote(
        late.members[0],
        late.code,
        suitable=False,
        factors=("finances",),
        reasons="A debt.",
        at=REVIEWED,
    )
    assert ReviewSheet.objects.count() == 1
    page = member_page(late.members[1], late.code, at=REVIEWED)
    assert (page.votes_in, page.stage) == (1, "under_way")
    assert not any(fact.kind == "review.voted" for fact in read_facts(late.code))
    with pytest.raises(RuleRefused, match="vote_locked"):
        review.vote(
            late.members[0], late.code, suitable=True, factors=(), reasons="Changed.", at=REVIEWED
        )
    assert "A debt" not in own_data_copy(late.ada, at=REVIEWED)
    assert late.members[0].code not in own_data_copy(late.ada, at=REVIEWED)


def test_two_against_give_notice_a_reply_and_a_second_vote_decide() -> None:
    late = Late().clear().seat().vote(False, False, True)
    page = own_review_page(late.ada, late.code, at=REVIEWED)
    assert (page.stage, page.factors, page.votes_for, page.votes_against) == (
        "notice",
        ("finances",),
        1,
        2,
    )
    assert page.commands == {"review.reply"}
    later = REVIEWED + timedelta(days=5)
    review.reply(late.ada, late.code, text="It is paid.", at=later)
    assert member_page(late.members[0], late.code, at=later).reply == "It is paid."
    late.vote(True, True, True, at=later)
    assert own_review_page(late.ada, late.code, at=later).stage == "suitable"


def test_an_assessor_of_the_person_is_not_offered_as_a_member() -> None:
    late = Late().clear()
    page = panel_page(late.registrar, late.code, at=REVIEWED)
    assert set(page.free) == {m.code for m in late.members}
    with pytest.raises(RuleRefused, match="panel_of_wrong_size"):
        review.open_review(
            late.registrar, late.code, members=tuple(m.code for m in late.members[:2]), at=REVIEWED
        )


def test_a_place_has_rank_score_and_what_would_change_it() -> None:
    late = Late(2).place().place(1, at=LATER)
    now = LATER + timedelta(days=1)
    first = own_register_page(late.ada, late.code, at=now)
    second = own_register_page(late.people[1], late.files[1], at=now)
    assert {(first.rank, first.of), (second.rank, second.of)} == {(1, 2), (2, 2)}
    register.claim_points(
        late.people[1], late.files[1], claim="language", evidence="Korean, 3", at=now
    )
    assert [r.file for r in work_list(late.registrar, ListQuery(order="placed")).rows] == [
        late.files[1]
    ]
    register.decide_points(
        late.registrar,
        late.files[1],
        claim="language",
        granted=True,
        finding=Finding(language="korean", test="speaking", level="3"),
        at=now,
    )
    untold = own_register_page(late.people[1], late.files[1], at=now)
    assert (untold.rank, untold.score) == (second.rank, second.score)
    late.tell(now)
    again = own_register_page(late.people[1], late.files[1], at=now + timedelta(days=1))
    assert (again.rank, again.score.language if again.score else None) == (1, pytest.approx(0.38))
    assert all(what.rank == 1 for what in again.what_if)


def test_the_register_of_an_earlier_day_is_replayed_with_its_movements() -> None:
    late = Late(2).place().place(1, at=LATER)
    zone, track = "America/New_York", "consular"
    page = register_as_of_page(
        late.auditor,
        process="us_foreign_service",
        track=track,
        zone=zone,
        on=LATER.date(),
        since=PLACED.date(),
    )
    assert [e.rank for e in page.entries] == [1, 2]
    assert [(m.file, m.what, m.rank_after) for m in page.movements] == [
        (late.files[1], "arrived", 2)
    ]
    today = register_list(
        late.auditor,
        ListQuery(order="rank"),
        process="us_foreign_service",
        track=track,
        on=LATER.date(),
    )
    assert [(r.rank, r.file) for r in today.rows] == [(e.rank, e.file) for e in page.entries]


def test_registers_read_the_same_whether_the_worker_has_run_or_not() -> None:
    late = Late(2).place().place(1, at=LATER)
    ends = RegisterPlace.objects.get(file=late.code).ends_on
    assert ends is not None
    noon = datetime(ends.year, ends.month, ends.day, 17, tzinfo=UTC)

    def registers() -> list[object]:
        place = {"process": "us_foreign_service", "track": "consular"}
        zone = "America/New_York"
        today = register_list(late.auditor, ListQuery(order="rank"), on=ends, **place)
        then = register_as_of_page(late.auditor, zone=zone, on=ends, since=PLACED.date(), **place)
        second = own_register_page(late.people[1], late.files[1], at=noon)
        return [
            [(row.rank, row.file, row.state) for row in today.rows],
            [(entry.rank, entry.file) for entry in then.entries],
            (second.rank, second.of),
        ]

    without = registers()
    assert without == [
        [(1, late.files[1], "on_register")], [(1, late.files[1])], (1, 1),
    ]  # fmt: skip
    assert lapse_file(late.code, at=noon) is True
    late.tell(noon)
    assert CandidacyStanding.objects.get(file=late.code).closed_on is not None
    assert registers() == without


def test_the_ground_of_a_stop_stands_in_the_registers_table_only() -> None:
    late = Late().place()
    register.stop_clock(
        late.registrar,
        late.code,
        ground="military_service",
        start=date(2018, 1, 1),
        months=2,
        end=None,
        at=LATER,
    )
    bodies = " ".join(str(dict(f.body)) for f in read_facts(late.code))
    assert "military" not in bodies
    assert RegisterPlace.objects.get(file=late.code).ends_on == date(2019, 7, 1)
    with pytest.raises(RuleRefused, match="ground_not_listed"):
        register.stop_clock(
            late.registrar,
            late.code,
            ground="hiring_freeze",
            start=date(2018, 6, 1),
            months=2,
            end=None,
            at=LATER,
        )


def test_a_class_calls_in_rank_order_and_rolls_down_on_a_decline() -> None:
    late = Late(2).place().place(1, at=LATER)
    code = late.plan(size=1)
    first, second = late.files
    assert [r.file for r in class_page(late.registrar, code, at=CALLED).tracks[0].next] == [first]
    assert offers.call_track(late.registrar, code, track="consular", at=CALLED) == 1
    with pytest.raises(RuleRefused, match="nobody_to_call"):
        offers.call_track(late.registrar, code, track="consular", at=CALLED)
    late.tell(CALLED)
    offers.answer_offer(late.ada, first, accepted=False, at=ANSWERED)
    assert offers.call_track(late.registrar, code, track="consular", at=ANSWERED) == 1
    late.tell(ANSWERED)
    answers = dict(ClassPlace.objects.filter(file=code).values_list("candidacy", "answer"))
    assert answers == {first: "declined", second: ""}
    silent = CALLED + timedelta(days=20)
    assert lapse_offers_due(at=silent) == 1
    assert RegisterPlace.objects.get(file=second).declines == 1


def test_nobody_answers_somebody_elses_offer() -> None:
    late = Late(2).place()
    code = late.plan()
    offers.call_track(late.registrar, code, track="consular", at=CALLED)
    with pytest.raises(NotPermitted):
        offers.answer_offer(late.people[1], late.code, accepted=True, at=CALLED)


def test_rescinding_puts_the_place_back_with_its_time() -> None:
    late = Late().place()
    code = late.plan()
    offers.call_track(late.registrar, code, track="consular", at=CALLED)
    late.tell(CALLED)
    offers.answer_offer(late.ada, late.code, accepted=True, at=ANSWERED)
    assert RegisterPlace.objects.get(file=late.code).live is False
    offers.rescind(
        late.authority,
        late.code,
        ground="hiring_freeze",
        authority="board",
        at=ANSWERED + timedelta(days=10),
    )
    row = RegisterPlace.objects.get(file=late.code)
    assert (row.live, row.ends_on) == (True, date(2019, 5, 11))


def posted(late: Late) -> str:
    """Somebody accepted, appointed, sworn in and trained; returns the class."""
    late.place()
    code = late.plan()
    offers.call_track(late.registrar, code, track="consular", at=CALLED)
    late.tell(CALLED)
    offers.answer_offer(late.ada, late.code, accepted=True, at=ANSWERED)
    service.appoint(
        late.registrar, late.code, education="bachelor", years="9.5", proof="Diploma", at=ANSWERED
    )
    for module in ("orientation", "language", "tradecraft"):
        service.record_training(
            late.training,
            late.code,
            module=module,
            result="passed",
            at=CALLED + timedelta(days=250),
        )
    for post, need in (("lima", 0), ("oslo", 50)):
        service.add_post(
            late.training,
            code,
            code=post,
            title=post.title(),
            abroad=True,
            places=1,
            need=need,
            starts_on=date(2018, 10, 15),
            months=24,
        )
    return code


def test_an_officer_is_appointed_trained_and_posted_by_a_signed_proposal() -> None:
    late = Late()
    code = posted(late)
    row = OfficerStanding.objects.get(file=late.code)
    assert (row.grade, row.grade_step, row.state) == ("FP-5", 10, "to_post")
    at = CALLED + timedelta(days=260)
    service.rank_preferences(late.ada, late.code, wishes={"lima": "high", "oslo": "low"}, at=at)
    postings.ask_for_proposal(late.training, code)
    assert posting_run.PROPOSE == postings.PROPOSE
    assert run_due_jobs(worker="test") == 1
    proposal = postings.proposal_of(late.training, code)
    assert proposal is not None
    assert [(r.post, r.wish) for r in proposal.rows] == [("lima", "high")]
    service.rank_preferences(late.ada, late.code, wishes={"oslo": "high"}, at=at)
    with pytest.raises(OutOfDate):
        postings.sign(late.training, code, run=proposal.run, at=at)
    postings.ask_for_proposal(late.training, code)
    run_due_jobs(worker="test")
    fresh = postings.proposal_of(late.training, code)
    assert fresh is not None
    assert postings.sign(late.training, code, run=fresh.run, at=at) == 1
    late.tell(at)
    at += timedelta(days=1)
    page = own_service_page(late.ada, late.code, at=at)
    assert [p.post for p in page.state.postings] == ["oslo"]
    service.hand_over(late.registrar, late.code, at=at)
    assert CandidacyStanding.objects.get(file=late.code).reason == "entered_service"


def test_swearing_in_takes_only_those_who_accepted() -> None:
    late = Late()
    code = posted(late)
    at = CALLED + timedelta(days=70)
    with pytest.raises(BadInput, match="not_of_this_class"):
        offers.swear_in(late.registrar, code, present=("X",), on=CLASS_DAY, at=at)
    offers.swear_in(late.registrar, code, present=(late.code,), on=CLASS_DAY, at=at)
    assert ClassPlace.objects.get(file=code).sworn_in is True


@pytest.mark.parametrize("accepted", [True, False])
def test_withdrawing_frees_the_place_in_the_class_and_is_no_decline(accepted) -> None:
    late = Late(2).place().place(1, at=LATER)
    code = late.plan(size=1)
    offers.call_track(late.registrar, code, track="consular", at=CALLED)
    late.tell(CALLED)
    if accepted:
        offers.answer_offer(late.ada, late.code, accepted=True, at=ANSWERED)
    withdraw(late.ada, late.code, reason="not_said", at=ANSWERED, seen=None)
    row = RegisterPlace.objects.get(file=late.code)
    assert (row.live, row.declines, row.accepted_class, row.offer_class) == (False, 0, "", "")
    assert ClassPlace.objects.get(candidacy=late.code).answer == "withdrawn"
    assert [r.file for r in class_page(late.registrar, code, at=ANSWERED).tracks[0].next] == [
        late.files[1]
    ]
    exceptions.undo_withdrawal(
        late.registrar,
        late.code,
        at=ANSWERED,
        seen=None,
        reason="by_mistake",
        authority="registrar",
    )
    assert RegisterPlace.objects.get(file=late.code).live is True
