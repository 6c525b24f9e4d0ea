"""Accounts: a confirmed address opens a person's file; letters go through the outbox; staff need two factors."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from tests.cast import given_person, given_staff

from concours.records import personal
from concours.records.ledger_store import read_facts
from concours.records.models import Account, Notice, PersonStanding
from concours.services.accounts import actor_for

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _through_the_outbox(settings: Settings) -> None:
    """Letters go where the service sends them; attempts of other tests are not counted."""
    settings.EMAIL_BACKEND = "concours.site.outbox.OutboxBackend"
    cache.clear()


def letters(address: str) -> list[str]:
    """The texts queued for an address, oldest first."""
    rows = Notice.objects.filter(recipient__email=address, template="account").order_by("pk")
    return [personal.open_text(n.person, "notice.text", n.text) for n in rows]


def link_in(text: str) -> str:
    """The path of the first link of a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None, text
    return found[1]


def sign_up(client: Client, address: str = "ada@example.org") -> None:
    """Fill in the form."""
    answer = client.post(
        "/accounts/signup/", {"email": address, "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 302, answer.content.decode()


def confirm(client: Client, address: str = "ada@example.org") -> None:
    """Follow the link of the letter and press its button."""
    path = link_in(letters(address)[0])
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302


def test_signing_up_sends_a_sealed_letter_and_opens_no_file_yet(client: Client) -> None:
    sign_up(client)
    account = Account.objects.get(email="ada@example.org")
    assert len(letters("ada@example.org")) == 1
    assert b"confirm" not in bytes(Notice.objects.get().text)
    assert not PersonStanding.objects.filter(pk=account.person_id).exists()
    assert actor_for(account.pk).roles == frozenset()


def test_a_confirmed_address_opens_the_persons_file_once(client: Client) -> None:
    sign_up(client)
    confirm(client)
    account = Account.objects.get(email="ada@example.org")
    assert [f.kind for f in read_facts(account.person_id)] == ["person.opened"]
    actor = actor_for(account.pk)
    assert (actor.code, actor.roles) == (account.person_id, frozenset({"candidate"}))


def test_whoever_chooses_a_language_gets_letters_in_it_and_nobody_else_does(client: Client) -> None:
    sign_up(client)
    confirm(client)
    given_person("bea@example.org")
    client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    client.post("/preferences/", {"language": "ar"})
    Client().post("/preferences/", {"language": "es"})
    assert dict(Account.objects.values_list("email", "language")) == {
        "ada@example.org": "ar",
        "bea@example.org": "en",
    }


def test_signing_up_again_with_the_same_address_says_nothing_about_it(client: Client) -> None:
    given_person("ada@example.org")
    sign_up(client)
    assert Account.objects.filter(email="ada@example.org").count() == 1
    assert len(letters("ada@example.org")) == 1


def test_a_forgotten_password_is_set_anew_through_a_link(client: Client) -> None:
    sign_up(client)
    confirm(client)
    left = client.post("/accounts/logout/")
    assert left["Clear-Site-Data"] == '"storage"'  # no answer of an examination stays on the device
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    path = link_in(letters("ada@example.org")[-1])
    form = client.get(path, follow=True)
    new = "another horse battery"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert Client().login(email="ada@example.org", password=new)
    assert not Client().login(email="ada@example.org", password=PASSWORD)


def test_an_unknown_address_gets_no_letter_and_the_same_answer(client: Client) -> None:
    known = given_person("ada@example.org")
    answers = [
        client.post("/accounts/password/reset/", {"email": address})
        for address in ("ada@example.org", "nobody@example.org")
    ]
    assert {a.status_code for a in answers} == {302}
    assert {a["Location"] for a in answers} == {"/accounts/password/reset/done/"}
    assert Notice.objects.exclude(person=known.person).count() == 0


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client: Client) -> None:
    client.force_login(given_staff("registrar@staff.example", "registrar"))
    answer = client.get("/board/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")


def test_staff_with_an_authenticator_app_go_on(client: Client) -> None:
    account = given_staff("registrar@staff.example", "registrar")
    TOTP.activate(account, generate_totp_secret())
    client.force_login(account)
    assert client.get("/board/").status_code == 200


def test_a_candidate_needs_no_second_factor(client: Client) -> None:
    person = given_person("ada@example.org")
    client.force_login(Account.objects.get(person_id=person.person))
    assert client.get("/candidacies/").status_code == 200


def test_signing_in_with_an_authenticator_app_asks_for_its_code(client: Client) -> None:
    sign_up(client)
    confirm(client)
    client.post("/accounts/logout/")
    account = Account.objects.get(email="ada@example.org")
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    answer = client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    right = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert (right.status_code, right["Location"]) == (302, "/candidacies/")


def test_the_secret_of_an_authenticator_is_not_kept_in_the_clear() -> None:
    account = given_staff("registrar@staff.example", "registrar")
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    kept = Authenticator.objects.get(user=account).data["secret"]
    assert kept != secret
    assert get_adapter().decrypt(kept) == secret


def test_the_rehearsals_sign_in_does_not_exist_outside_a_rehearsal(client: Client) -> None:
    account = given_staff("registrar@staff.example", "registrar")
    assert client.get("/accounts/rehearsal/").status_code == 404
    assert client.post(f"/accounts/rehearsal/as/{account.code}/").status_code == 404
    assert client.get("/board/")["Location"] == "/accounts/login/?next=/board/"


def test_a_password_guessed_too_often_is_refused_even_when_right_and_whoever_asks() -> None:
    account = given_staff("eve@staff.example", "registrar")
    given = {"login": account.email, "password": PASSWORD}
    for _ in range(5):
        wrong = Client().post("/accounts/login/", {**given, "password": "guessed"})
        assert wrong.status_code == 200
    refused = Client().post("/accounts/login/", given)
    assert refused.status_code == 200
    assert "Too many failed login attempts" in refused.content.decode()
    # Another account is not locked with it, and time lets the first in again.
    other = given_staff("bob@staff.example", "registrar")
    assert Client().post("/accounts/login/", {**given, "login": other.email}).status_code == 302
    cache.clear()
    assert Client().post("/accounts/login/", given).status_code == 302


def test_letters_asked_for_too_often_are_refused_with_a_page_that_says_so() -> None:
    given_staff("eve@staff.example", "registrar")
    asked = [
        Client().post("/accounts/password/reset/", {"email": "eve@staff.example"}) for _ in range(7)
    ]
    codes = [one.status_code for one in asked]
    assert codes == sorted(codes)
    assert codes[0] == 302
    assert codes[-1] == 429
    page = asked[-1].content.decode()
    assert "Wait a few minutes, then try again." in page
    assert "What you can do" in page
