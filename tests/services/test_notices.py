"""Decided and told are two facts; a letter is written once, sealed, and sent at most once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from tests.cast import APPLIES, given_candidacy, given_competition, given_person

from concours.kernel.errors import NotPermitted
from concours.ledger.draft import Draft
from concours.records.ledger_store import read_facts
from concours.records.models import CandidacyStanding, Notice
from concours.selection.authority import Actor
from concours.selection.steps import TOLD
from concours.services.case import append_as_system, decide, open_candidacy
from concours.services.notices.delivery import UNKNOWN, Outgoing, Refused, deliver, send_again
from concours.services.notices.letters import Text, letters, placeholders
from concours.services.notices.messages import message_page, read_message, unread_count
from concours.services.notices.release import release_due, withdraw_held
from concours.services.notices.reminders import remind_due
from concours.services.notices.writing import read_by_people

pytestmark = pytest.mark.django_db

KIND = "attendance.found"
"""A decision whose letter is held for an hour."""
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def found(code: str, **body: str) -> Draft:
    """A finding that its candidate must be told of."""
    return Draft(
        file=code,
        step="examination",
        kind=KIND,
        body={"outcome": "no_show", "rule": "examination.no_show", **body},
    )


class Told:
    """One candidate with one decision on file, not yet told."""

    def __init__(self, email: str = "ada@example.org") -> None:
        self.person: Actor = given_person(email, "Ada Example")
        self.code = given_candidacy(self.person, given_competition())
        self.at = APPLIES + timedelta(hours=1)
        decide(
            Actor(code="REGI", roles=frozenset({"registrar"})),
            self.code,
            "application.judge",
            lambda _: (found(self.code),),
            at=self.at,
        )

    @property
    def notice(self) -> Notice:
        """Its notice."""
        return Notice.objects.get(file=self.code)

    def kinds_seen(self) -> list[str]:
        """What the candidate may see of the file."""
        case = open_candidacy(self.person, self.code, "file.read_own", at=self.at)
        return [fact.kind for fact in case.visible]


class Post:
    """A mail server that remembers, and refuses the first ``refusals`` letters."""

    def __init__(self, refusals: int = 0) -> None:
        self.letters: list[Outgoing] = []
        self.refusals = refusals

    def __call__(self, letter: Outgoing) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Refused("SMTPServerDisconnected")
        self.letters.append(letter)


def post(send: Post, *, mode: str = "send", at: datetime = NOW) -> tuple[int, int, int, int]:
    """One round of delivery, as (sent, failed, put off, unknown)."""
    done = deliver(send, worker="w", mode=mode, redirect="all@example.org", machine_now=lambda: at)
    return done.sent, done.failed, done.put_off, done.unknown


def test_a_held_decision_is_on_record_but_hidden_until_its_hold_is_over() -> None:
    told = Told()
    assert told.notice.state == "held"
    assert KIND in [fact.kind for fact in read_facts(told.code)]
    assert KIND not in told.kinds_seen()
    assert release_due(at=told.notice.hold_until - timedelta(seconds=1)) == 0
    assert release_due(at=told.notice.hold_until) == 1
    assert KIND in told.kinds_seen()
    assert [f.body["about"] for f in read_facts(told.code) if f.kind == "candidacy.told"] == [
        next(f.seq for f in read_facts(told.code) if f.kind == KIND)
    ]


def test_releasing_twice_tells_once() -> None:
    told = Told()
    later = told.notice.hold_until + timedelta(days=1)
    assert (release_due(at=later), release_due(at=later)) == (1, 0)
    assert [f.kind for f in read_facts(told.code)].count("candidacy.told") == 1


def test_a_decision_reversed_before_the_telling_is_never_told() -> None:
    told = Told()
    assert withdraw_held(file=told.code, seq=told.notice.seq)
    assert release_due(at=told.notice.hold_until + timedelta(days=1)) == 0
    assert told.notice.state == "withdrawn"


def test_the_letter_is_sealed_and_only_its_person_reads_it() -> None:
    told, other = Told(), given_person("ben@example.org", "Ben Other")
    release_due(at=told.notice.hold_until)
    assert told.code.encode() not in bytes(told.notice.text)
    page = message_page(told.person)
    assert (page.total, unread_count(told.person.person)) == (1, 1)
    message = read_message(told.person, page.messages[0].id, at=told.at)
    assert told.code in " ".join((message.subject, *message.paragraphs))
    assert unread_count(told.person.person) == 0
    assert message_page(other).total == 0
    with pytest.raises(NotPermitted):
        read_message(other, page.messages[0].id, at=told.at)


def test_a_released_letter_goes_out_once_whatever_number_of_rounds() -> None:
    told, server = Told(), Post()
    release_due(at=told.notice.hold_until)
    assert post(server) == (1, 0, 0, 0)
    assert post(server) == (0, 0, 0, 0)
    assert [letter.address for letter in server.letters] == ["ada@example.org"]
    assert told.notice.state == "sent"


def test_a_held_letter_does_not_go_out() -> None:
    Told()
    server = Post()
    assert post(server) == (0, 0, 0, 0)
    assert server.letters == []


def test_a_refused_letter_is_put_off_longer_each_time_and_fails_in_the_end() -> None:
    told, server = Told(), Post(refusals=100)
    release_due(at=told.notice.hold_until)
    assert post(server) == (0, 0, 1, 0)
    first = told.notice.next_try
    assert post(server) == (0, 0, 0, 0)
    at = first
    waits = []
    while told.notice.state == "released":
        post(server, at=at)
        if told.notice.next_try is not None:
            waits.append(told.notice.next_try - at)
            at = told.notice.next_try
    assert waits == sorted(waits)
    assert told.notice.state == "failed"
    server.refusals = 0
    assert send_again(notice_id=told.notice.pk)
    assert post(server, at=at) == (1, 0, 0, 0)


def test_a_letter_whose_sender_was_killed_is_never_sent_again_by_itself() -> None:
    told, server = Told(), Post()
    release_due(at=told.notice.hold_until)
    Notice.objects.update(state="sending", lease_by="dead", lease_until=NOW - timedelta(minutes=1))
    assert post(server) == (0, 0, 0, 1)
    assert (told.notice.state, told.notice.last_error) == ("failed", UNKNOWN)
    assert post(server) == (0, 0, 0, 0)
    assert server.letters == []


def test_silent_mode_keeps_letters_on_the_message_page_for_good() -> None:
    told, server = Told(), Post()
    release_due(at=told.notice.hold_until)
    post(server, mode="silent")
    assert (told.notice.state, server.letters) == ("kept", [])
    post(server)
    assert server.letters == []
    assert message_page(told.person).total == 1


def test_redirect_mode_sends_everything_to_one_address() -> None:
    told, server = Told(), Post()
    release_due(at=told.notice.hold_until)
    post(server, mode="redirect")
    assert [letter.address for letter in server.letters] == ["all@example.org"]


def test_an_append_by_the_system_tells_nobody() -> None:
    person = given_person("carol@example.org", "Carol Example")
    code = given_candidacy(person, given_competition())
    append_as_system((found(code),), at=APPLIES + timedelta(hours=2))
    assert not Notice.objects.filter(file=code).exists()


def test_everything_a_candidate_must_be_told_has_a_letter_of_its_own() -> None:
    assert {template for template in TOLD.values() if template not in letters()} == set()


def test_letters_say_as_much_in_every_language() -> None:
    for letter in letters().values():
        for text in letter.texts:
            assert {len(text.en.body), len(text.es.body), len(text.ar.body)} == {
                len(text.en.body)
            }, letter.id


def test_letters_name_the_same_things_in_every_language() -> None:
    for letter in letters().values():
        for text in letter.texts:
            alone = [Text(since=text.since, en=w, es=w, ar=w) for w in (text.en, text.es, text.ar)]
            assert len({placeholders(one) for one in alone}) == 1, letter.id


@pytest.mark.parametrize(
    ("language", "day", "session"),
    [
        ("en", "9 December 2027", "8 June 2026, 09:00 (America/Chicago)"),
        ("es", "9 de diciembre de 2027", "8 de junio de 2026, 09:00 (America/Chicago)"),
    ],
)
def test_days_and_local_times_of_an_entry_are_words_in_its_letter(
    language: str, day: str, session: str
) -> None:
    with translation.override(language):
        assert read_by_people("2027-12-09") == day
        assert read_by_people("2026-06-08 09:00 (America/Chicago)") == session
        assert read_by_people("KS52-ZWFG-T7GW") == "KS52-ZWFG-T7GW"


def test_who_is_reminded_already_keeps_no_other_from_being_reminded() -> None:
    competition = given_competition()
    codes = sorted(
        given_candidacy(given_person(f"{name}@example.org", name), competition)
        for name in ("ada", "ben")
    )
    standing = CandidacyStanding.objects.filter(file__in=codes)
    assert set(standing.values_list("owner", flat=True)) == {"candidate"}
    due_on = standing.values_list("due_on", flat=True)[0]
    assert due_on is not None
    at = due_on - timedelta(days=6)
    rounds, after = [], ""
    for _ in range(3):
        done = remind_due(at=at, limit=1, after=after)
        after = done.reached
        rounds.append((done.done, done.reached))
    assert rounds == [(1, codes[0]), (1, codes[1]), (0, "")]
    reminded = Notice.objects.filter(template="reminder").order_by("file")
    assert list(reminded.values_list("file", flat=True)) == codes
    assert remind_due(at=at).done == 0
    assert remind_due(at=due_on - timedelta(hours=3)).done == len(codes)
