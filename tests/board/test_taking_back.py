"""Decisions taken back at the desks: from the hand-over to the clearances, the last one first."""

import re
from datetime import date, timedelta

import pytest
from tests.services.late_cast import (
    ANSWERED,
    CALLED,
    CLASS_DAY,
    MEDICAL,
    SECRET,
    SECURITY,
    Late,
)
from tests.services.panel_pages_cast import browser_of

from concours.kernel.errors import RuleRefused
from concours.records.models import (
    Account,
    CandidacyStanding,
    ClassPlace,
    ClearanceStanding,
    Notice,
    OfficerStanding,
    RegisterPlace,
)
from concours.services.clearance import acts as clearance
from concours.services.clearance import reversals as clearance_reversals
from concours.services.clock import set_clock
from concours.services.jobs import run_due_jobs
from concours.services.persons import read_person
from concours.services.register import offers
from concours.services.review import acts as review
from concours.services.service import acts as service
from concours.services.service import posting_run, postings, reversals

pytestmark = pytest.mark.django_db

WHY = {"reason": "board_error", "authority": "board"}
DONE = CALLED + timedelta(days=260)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "documents"
    settings.REHEARSAL = True


def at_the_desk_of(actor, at):
    """A browser of one of the cast, with the clock standing at ``at``."""
    set_clock(to=at, machine_now=at, running=False)
    return browser_of(Account.objects.get(code=actor.code))


def take_back(client, address: str, expect: int = 302, **given) -> str:
    """Fill in the page of a reversal as it is shown; returns what came of it."""
    shown = client.get(address).content.decode()
    (seen,) = set(re.findall(r'name="seen"[^>]*value="([^"]*)"', shown))
    found = client.post(address, {"seen": seen, "sure": "on", **WHY, **given})
    assert found.status_code == expect, found.content.decode()
    return found.content.decode()


def handed_over(late: Late) -> str:
    """Somebody sworn in, posted by a signed proposal and handed over; returns the class."""
    klass = late.plan()
    offers.call_track(late.registrar, klass, track="consular", at=CALLED)
    late.tell(CALLED)
    offers.answer_offer(late.ada, late.code, accepted=True, at=ANSWERED)
    service.appoint(
        late.registrar, late.code, education="none", years="3", proof="Papers", at=ANSWERED
    )
    offers.swear_in(late.registrar, klass, present=(late.code,), on=CLASS_DAY, at=DONE)
    for module in ("orientation", "language", "tradecraft"):
        service.record_training(late.training, late.code, module=module, result="passed", at=DONE)
    service.add_post(
        late.training,
        klass,
        code="lima",
        title="Lima",
        abroad=True,
        places=1,
        need=1,
        starts_on=date(2018, 10, 15),
        months=24,
    )
    assert posting_run.PROPOSE == postings.PROPOSE
    postings.ask_for_proposal(late.training, klass)
    run_due_jobs(worker="test")
    proposal = postings.proposal_of(late.training, klass)
    assert proposal is not None
    postings.sign(late.training, klass, run=proposal.run, at=DONE)
    service.hand_over(late.registrar, late.code, at=DONE)
    late.tell(DONE)
    return klass


def test_the_whole_way_back_from_the_hand_over_to_the_clearances() -> None:
    late = Late().place()
    klass = handed_over(late)
    person = late.ada.person
    assert len(read_person(person).posted_abroad) == 1
    now = DONE + timedelta(days=1)
    appeals = at_the_desk_of(late.appeals, now)
    authority = at_the_desk_of(late.authority, now)
    file, page = f"/board/file/{late.code}", f"/board/register/classes/{klass}"

    blocked = take_back(authority, f"{page}/postings/take-back/", 422)
    assert late.code in blocked
    assert "Take the hand-over back" in appeals.get(f"{file}/").content.decode()
    take_back(appeals, f"{file}/service/reverse-hand-over/")
    assert OfficerStanding.objects.get(file=late.code).state == "posted"
    take_back(authority, f"{page}/postings/take-back/")
    assert OfficerStanding.objects.get(file=late.code).post == ""
    assert read_person(person).posted_abroad == ()
    for _ in range(3):
        take_back(appeals, f"{file}/service/reverse-training/")
    blocked = take_back(appeals, f"{file}/service/reverse-appointment/", 422)
    assert "take the oath back there first" in blocked
    take_back(authority, f"{page}/oath/take-back/", who=[late.code])
    assert ClassPlace.objects.get(candidacy=late.code).sworn_in is False
    take_back(appeals, f"{file}/service/reverse-appointment/")
    assert not OfficerStanding.objects.filter(file=late.code).exists()
    blocked = take_back(appeals, f"{file}/clearance/reverse-security/", 422)
    assert "the accepted offer; the place on the register; the final review." in blocked
    offers.rescind(late.authority, late.code, ground="error", authority="board", at=now)
    take_back(appeals, f"{file}/register/reverse-placement/")
    assert not RegisterPlace.objects.filter(file=late.code, live=True).exists()
    take_back(appeals, f"{file}/review/reverse/")
    take_back(appeals, f"{file}/clearance/reverse-security/")
    row = ClearanceStanding.objects.get(file=late.code, compartment="security")
    assert (row.state, row.until) == ("to_decide", None)
    assert CandidacyStanding.objects.get(file=late.code).closed_on is None

    late.tell(now)
    told = set(Notice.objects.filter(person=person).values_list("template", flat=True))
    assert told >= {
        "service.hand_over_reversed",
        "service.posting_reversed",
        "service.training_reversed",
        "service.appointment_reversed",
        "register.placement_reversed",
        "review.reversed",
        "clearance.security_reversed",
    }
    shown = appeals.get(f"{file}/").content.decode()
    assert "The security decision was taken back; it is decided again." in shown
    assert SECRET not in shown


def test_an_unanswered_offer_and_a_conditional_offer_are_taken_back_and_made_again() -> None:
    late = Late(2).offer(1).papers(1)
    code, other = late.files
    appeals = at_the_desk_of(late.appeals, MEDICAL)
    take_back(appeals, f"/board/file/{other}/clearance/reverse-offer/")
    assert not ClearanceStanding.objects.filter(file=other).exists()
    late.tell(MEDICAL)
    clearance.offer_conditional(late.registrar, other, at=MEDICAL + timedelta(days=1))
    assert {row.state for row in ClearanceStanding.objects.filter(file=other)} == {"waiting_papers"}

    late.place()
    klass = late.plan()
    offers.call_track(late.registrar, klass, track="consular", at=CALLED)
    late.tell(CALLED)
    authority = at_the_desk_of(late.authority, CALLED + timedelta(hours=3))
    assert "Take the open offer back" in authority.get(f"/board/file/{code}/").content.decode()
    take_back(authority, f"/board/file/{code}/register/reverse-offer/")
    row = RegisterPlace.objects.get(file=code)
    assert (row.offer_class, row.declines, row.live) == ("", 0, True)
    assert ClassPlace.objects.get(candidacy=code).answer == "taken_back"
    with pytest.raises(RuleRefused, match="no_open_offer"):
        offers.answer_offer(late.ada, code, accepted=True, at=CALLED + timedelta(hours=3))
    assert offers.call_track(late.registrar, klass, track="consular", at=ANSWERED) == 1
    late.tell(ANSWERED)
    told = Notice.objects.filter(template__endswith="offer_reversed").order_by("template")
    assert [(one.template, one.file) for one in told] == [
        ("clearance.offer_reversed", other),
        ("register.offer_reversed", code),
    ]
    blocked = take_back(appeals, f"/board/file/{code}/register/reverse-placement/", 422)
    assert "An offer is open: the appointing authority takes it back first." in blocked


def test_a_review_set_aside_is_read_again_by_others() -> None:
    late = Late().clear().seat().vote(True, True, True)
    at = SECURITY + timedelta(days=60)
    take_back(at_the_desk_of(late.appeals, at), f"/board/file/{late.code}/review/reverse/")
    with pytest.raises(RuleRefused, match="member_sat_before"):
        review.open_review(
            late.registrar, late.code, members=tuple(m.code for m in late.members[1:]), at=at
        )


def test_a_medical_decision_and_a_waiver_are_taken_back_without_a_word_of_the_class() -> None:
    late = Late().offer().papers().decide(medical_class="2")
    now = SECURITY + timedelta(days=1)
    clearance.request_waiver(late.ada, late.code, at=now)
    clearance.decide_waiver(late.waiver, late.code, granted=False, reasons=SECRET, at=now)
    late.tell(now)
    appeals, file = at_the_desk_of(late.appeals, now), f"/board/file/{late.code}/clearance"
    blocked = take_back(appeals, f"{file}/reverse-medical/", 422)
    assert "take the decision on the waiver back first" in blocked
    assert CandidacyStanding.objects.get(file=late.code).reason == "medical_waiver_refused"
    unsure = appeals.post(f"{file}/reverse-waiver/", {**WHY, "seen": ""})
    assert unsure.status_code == 422
    take_back(appeals, f"{file}/reverse-waiver/")
    assert CandidacyStanding.objects.get(file=late.code).closed_on is None
    take_back(appeals, f"{file}/reverse-medical/")
    row = ClearanceStanding.objects.get(file=late.code, compartment="medical")
    assert (row.state, row.until) == ("to_decide", None)
    late.tell(now + timedelta(minutes=1))
    for address in (f"{file}/reverse-security/", f"/board/file/{late.code}/"):
        text = appeals.get(address).content.decode()
        assert SECRET not in text
        assert "Limited to some posts" not in text


def test_only_who_holds_reversals_takes_back_and_nothing_is_written_otherwise() -> None:
    late = Late().clear()
    before = CandidacyStanding.objects.get(file=late.code).status
    for actor in (late.registrar, late.medical, late.security, late.authority, late.ada):
        client = (
            at_the_desk_of(actor, MEDICAL)
            if actor is not late.ada
            else browser_of(Account.objects.get(person_id=late.ada.person))
        )
        page = client.get(f"/board/file/{late.code}/clearance/reverse-security/")
        assert page.status_code == 403
        assert SECRET not in page.content.decode()
    assert CandidacyStanding.objects.get(file=late.code).status == before
    with pytest.raises(RuleRefused, match="nothing_to_reverse"):
        clearance_reversals.reverse_waiver(
            late.appeals, late.code, at=SECURITY + timedelta(days=1), seen=None, **WHY
        )
    assert reversals.ACTION == "service.reverse"
