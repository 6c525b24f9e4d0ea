"""Safe Exam Browser: its file, its keys, who is let in and who is exempt."""

import plistlib
from datetime import timedelta

import pytest
from tests.cast import given_competition, given_person, staff
from tests.services.application_cast import TEST, given_inside, given_items, given_session

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.services.competitions import read_competition
from concours.services.examination import lockdown, proctor

ORIGIN = "https://test.example"
PLAIN = {"b": True, "A": "x/y\\z", "originatorVersion": "SEB", "e": {}, "a2": [1, {"d": 2, "C": 3}]}


def test_the_text_a_config_key_is_taken_of_follows_the_published_rules() -> None:
    # Keys in order whatever their case, nothing escaped, no empty dictionary, no origin:
    # safeexambrowser.org/developer/seb-config-key.html, "Summary Config Key Generation".
    assert lockdown.seb_json(PLAIN) == '{"A":"x/y\\z","a2":[1,{"C":3,"d":2}],"b":true}'


def test_the_key_is_that_of_the_file_that_is_given_out() -> None:
    chosen = lockdown.Lockdown(required=True, quit_hash="", browser_keys=())
    read = plistlib.loads(lockdown.config_file(chosen, origin=ORIGIN))
    assert read == lockdown.settings_for(chosen, origin=ORIGIN)
    assert (read["startURL"], read["sendBrowserExamKey"]) == ("https://test.example/", True)
    assert lockdown.config_key(read) == lockdown.config_key(
        lockdown.settings_for(chosen, origin=ORIGIN)
    )
    other = lockdown.Lockdown(required=True, quit_hash="ab", browser_keys=())
    assert lockdown.config_key(lockdown.settings_for(other, origin=ORIGIN)) != (
        lockdown.config_key(read)
    )


def test_a_request_hash_is_of_the_address_without_its_fragment_then_the_key() -> None:
    # sha256 of "https://a.example/q" followed by 64 zeros, worked out with `sha256sum`.
    expected = "8410c2f441a48a1dccd9a4a1365c57544f47b5087b56dee37fa13ad2aa07c9b4"
    assert lockdown.request_hash("https://a.example/q#part", "0" * 64) == expected


@pytest.mark.django_db
def test_only_the_locked_browser_opens_the_room_and_an_exempt_candidate() -> None:
    competition = given_competition()
    given_items(competition)
    ada = given_person()
    code = given_inside(ada, competition, given_session(competition))
    address = f"{ORIGIN}/exam/{code}/"

    def ask(headers: dict[str, str], actor=ada) -> None:
        lockdown.require_lockdown(
            actor, code, origin=ORIGIN, address=address, headers=headers, at=TEST
        )

    ask({})
    administrator = staff("test_administrator")
    browser = "ab" * 32
    plain = {"required": True, "at": TEST - timedelta(hours=1)}
    with pytest.raises(BadInput):
        lockdown.set_lockdown(
            administrator, competition, quit_password="", browser_keys=["zz"], **plain
        )
    with pytest.raises(NotPermitted):
        lockdown.set_lockdown(
            staff("proctor"), competition, quit_password="", browser_keys=[], **plain
        )
    lockdown.set_lockdown(
        administrator, competition, quit_password="leave", browser_keys=[browser], **plain
    )
    page = lockdown.lockdown_page(administrator, competition, origin=ORIGIN)
    assert "leave" not in str(read_competition(competition).settings)
    config = {lockdown.CONFIG_HEADER: lockdown.request_hash(address, page.config_key)}
    both = config | {lockdown.BROWSER_HEADER: lockdown.request_hash(address, browser)}
    ask(both)
    for wrong in (
        {},
        config,
        both | {lockdown.BROWSER_HEADER: lockdown.request_hash(address, "cd" * 32)},
        both | {lockdown.CONFIG_HEADER: lockdown.request_hash(f"{address}x", page.config_key)},
    ):
        with pytest.raises(RuleRefused) as found:
            ask(wrong)
        assert found.value.code == "locked_browser_needed"
    with pytest.raises(NotPermitted):
        ask(both, given_person("bob@example.org", "Bob Other"))
    proctor.exempt(
        staff("proctor"), code, reason="key_mismatch", authority="board", at=TEST, seen=None
    )
    ask({})
