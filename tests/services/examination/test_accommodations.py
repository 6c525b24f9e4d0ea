"""Other conditions at the test from the request to the clock, through services and pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import given_competition, given_person, given_staff, staff
from tests.services.application_cast import (
    RESERVES,
    TEST,
    given_items,
    given_seated,
    given_session,
    stop_clock,
)

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import Account, CompartmentRecord
from concours.selection.authority import Actor
from concours.services.examination import accommodations, proctor
from concours.services.examination.confirmation import confirmation
from concours.services.examination.door import check_in
from concours.services.examination.room import rehearsal_page
from concours.services.examination.sessions import open_session
from concours.services.examination.sittings import open_section, open_sitting, sitting_page
from concours.services.ledger.replay import replay
from concours.services.notices.messages import message_page
from concours.services.notices.release import release_due

pytestmark = pytest.mark.django_db
ADMINISTRATOR, APPEALS, PROCTOR = (
    staff(role) for role in ("test_administrator", "appeals_officer", "proctor")
)
WORDS = "My left hand is lame; Dr Quill wrote the paper of 3 May."
HALF, TOLD = ("extra_time_50", "separate_room"), RESERVES + timedelta(hours=2)


@pytest.fixture
def seated(settings: Any) -> tuple[Actor, str, str]:
    """Ada with a seat, and the session of it."""
    settings.REHEARSAL = True
    competition = given_competition()
    given_items(competition)
    session = given_session(competition)
    ada = given_person()
    return ada, given_seated(ada, competition, session), session


def ask(ada: Actor, code: str, *wants: str) -> None:
    accommodations.ask_accommodation(ada, code, wants=wants or HALF, text=WORDS, at=RESERVES)


def decide(code: str, *granted: str) -> None:
    plain = {"granted": granted, "reason": "need_shown", "at": RESERVES}
    accommodations.decide_accommodation(ADMINISTRATOR, code, **plain)


def let_in(code: str, session: str) -> None:
    open_session(PROCTOR, session, at=TEST - timedelta(minutes=30))
    paper = {"document": "passport", "has_photograph": True, "expires": None}
    check_in(PROCTOR, code, **paper, name_matches=True, at=TEST - timedelta(minutes=20))


def test_what_is_granted_is_in_force_on_every_page_and_every_clock_once_it_is_told(
    seated: tuple[Actor, str, str],
) -> None:
    ada, code, session = seated
    plain = confirmation(ada, code, at=TOLD)
    assert (plain.minutes, plain.ends_about) == (160, TEST + timedelta(minutes=190))
    ask(ada, code)
    decide(code, *HALF)
    assert confirmation(ada, code, at=RESERVES).accommodations == ()
    assert accommodations.own_accommodations(ada, code, at=RESERVES).known.outcome == ""
    assert release_due(at=TOLD) > 0
    subjects = [letter.subject for letter in message_page(ada).messages]
    assert "Your conditions at the test are decided" in subjects
    told = confirmation(ada, code, at=TOLD)
    assert (told.accommodations, told.minutes) == (HALF, 240)
    assert told.ends_about == TEST + timedelta(minutes=270)
    rehearsal = rehearsal_page(ada, code, at=TOLD)
    assert (str(rehearsal.factor), rehearsal.accommodations) == ("3/2", HALF)
    seat = proctor.desk_page(PROCTOR, session, at=TOLD).rows[0][1][0]
    assert (seat.state, seat.accommodations) == ("expected", HALF)
    let_in(code, session)
    open_sitting(ada, code, at=TEST)
    open_section(ada, code, section="job_knowledge", at=TEST)
    assert [s.minutes for s in sitting_page(ada, code, at=TEST).sections] == [60, 75, 60, 45]
    desk = proctor.candidate_desk(PROCTOR, code, at=TEST + timedelta(minutes=15))
    assert desk.clock is not None
    assert (desk.clock.granted, desk.clock.left) == (timedelta(minutes=20), timedelta(minutes=45))
    assert '"granted":["extra_time_50","separate_room"]' in replay(code)


def test_large_print_opens_the_room_and_its_rehearsal_at_twice_the_size(
    client: Client, seated: tuple[Actor, str, str]
) -> None:
    ada, code, session = seated
    ask(ada, code, "large_print")
    decide(code, "large_print")
    assert release_due(at=TOLD) > 0
    client.force_login(Account.objects.get(person_id=ada.person))

    def size(name: str) -> list[str]:
        page = client.get(reverse(f"examroom:{name}", args=[code])).content.decode()
        return re.findall(r'<html[^>]* data-size="(\d+)"', page)

    stop_clock(TOLD)
    assert size("rehearse") == ["200"]
    let_in(code, session)
    stop_clock(TEST)
    assert size("sitting") == ["200"]
    client.cookies["room_size"] = "125"
    assert size("sitting") == ["125"]


def test_the_reasons_are_sealed_and_read_by_nobody_but_who_decides(
    seated: tuple[Actor, str, str],
) -> None:
    ada, code, _ = seated
    bob = given_person("bob@example.org", "Bob Other")
    ask(ada, code)
    assert accommodations.accommodation_request(ADMINISTRATOR, code, at=RESERVES).reasons == WORDS
    for reader, read in (
        (PROCTOR, accommodations.accommodation_request),
        (APPEALS, accommodations.accommodation_request),
        (ada, accommodations.accommodation_request),
        (bob, accommodations.own_accommodations),
        (ADMINISTRATOR, accommodations.accommodation_in_force),
    ):
        with pytest.raises(NotPermitted):
            read(reader, code, at=RESERVES)
    sealed = CompartmentRecord.objects.get(file=code)
    assert (sealed.compartment, WORDS.encode() in bytes(sealed.content)) == ("medical", False)
    assert sealed.commitment == read_facts(code)[-1].body["commitment"]
    assert "Quill" not in str(read_facts(code))
    with pytest.raises(NotPermitted):
        accommodations.ask_accommodation(bob, code, wants=HALF, text=WORDS, at=RESERVES)
    with pytest.raises(BadInput, match="text_length"):
        accommodations.ask_accommodation(ada, code, wants=HALF, text="Please.", at=RESERVES)


def test_a_decision_is_replaced_and_the_sitting_has_the_time_of_the_last_one(
    seated: tuple[Actor, str, str],
) -> None:
    ada, code, session = seated
    ask(ada, code)
    decide(code, *HALF)
    accommodations.reverse_accommodation(
        APPEALS,
        code,
        granted=("extra_time_25",),
        reason="board_error",
        authority="board",
        at=RESERVES,
    )
    let_in(code, session)
    open_sitting(ada, code, at=TEST)
    assert [s.minutes for s in sitting_page(ada, code, at=TEST).sections] == [50, 63, 50, 38]


def test_who_decided_a_request_does_not_replace_the_decision(
    seated: tuple[Actor, str, str],
) -> None:
    ada, code, _ = seated
    ask(ada, code)
    both = staff("test_administrator", "appeals_officer")
    accommodations.decide_accommodation(both, code, granted=HALF, reason="need_shown", at=RESERVES)
    with pytest.raises(RuleRefused, match="had_part_in_the_decision"):
        accommodations.reverse_accommodation(
            both, code, granted=(), reason="board_error", authority="board", at=RESERVES
        )


def test_a_request_is_made_decided_and_replaced_on_pages(
    client: Client, seated: tuple[Actor, str, str], settings: Any
) -> None:
    _, code, _ = seated
    settings.SECOND_FACTOR_REQUIRED = False
    stop_clock(RESERVES)

    def visit(name: str, who: str, **data: Any) -> str:
        client.force_login(Account.objects.get(email=who))
        address = reverse(name, args=[code])
        answer = client.get(address)
        seen = re.search(r'name="seen"[^>]* value="([^"]+)"', answer.content.decode())
        if data and seen is not None:
            answer = client.post(address, {"seen": seen[1], **data}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    for role, email in (("test_administrator", "tess@board"), ("appeals_officer", "opal@board")):
        given_staff(email, role)
    own, deciding = "portal:examination_ask_accommodation", "board:examination_decide_accommodation"
    assert "Step-free seat" in visit(own, "ada@example.org")
    page = visit(own, "ada@example.org", wants=["extra_time_100"], text=WORDS)
    assert "To be answered before" in page
    assert WORDS not in page
    assert WORDS in visit(deciding, "tess@board")
    done = visit(deciding, "tess@board", granted=["extra_time_50"], reason="other_means_serve")
    assert "The request is decided; the candidate is told." in done
    release_due(at=TOLD)
    page = visit(own, "ada@example.org")
    assert "Granted in part" in page
    assert "Extra time: half as much again" in page
    replacing = "board:examination_reverse_accommodation"
    assert WORDS not in visit(replacing, "opal@board")
    done = visit(replacing, "opal@board", reason="board_error", authority="board")
    assert "The decision was replaced; the candidate is told." in done
    assert read_facts(code)[-1].body["granted"] == []
