"""Keys: made once, never shown, rotated without touching what they seal."""

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from concours.kernel.errors import BadInput
from concours.records import keyring, personal
from concours.records.models import Account, PersonKey
from concours.services import keys
from concours.services.accounts.secrets import open_secret, seal_secret

pytestmark = pytest.mark.django_db
ADA = "PRSN-0000-0001"


def test_missing_keys_are_made_once_readable_by_nobody_else(own_keys: Path) -> None:
    assert keys.make_missing(rehearsal=True) == list(keyring.PURPOSES)
    assert keys.make_missing(rehearsal=True) == []
    files = sorted(own_keys.glob("*.key"))
    assert [file.name for file in files] == sorted(f"{p}.r1.key" for p in keyring.PURPOSES)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (own_keys / "log.pub").read_text().strip() == keys.public_key()
    assert {line.rehearsal for line in keys.key_lines()} == {True}


def test_without_a_key_nothing_is_sealed(own_keys: Path) -> None:
    with pytest.raises(BadInput) as refused:
        personal.seal_text(ADA, "x.y", "text")
    assert refused.value.code == "no_key"
    assert "concours keys make" in refused.value.remedy


def test_rotation_wraps_anew_and_everything_still_opens(own_keys: Path) -> None:
    keys.make_missing(rehearsal=False)
    sealed = {
        compartment: personal.seal_text(ADA, "x.y", f"secret {n}", compartment=compartment)
        for n, compartment in enumerate(("", "medical"))
    }
    assert keys.add_key("person") == "2"
    assert sum(keys.rewrap_all()) == 1
    assert sum(keys.rewrap_all()) == 0
    assert dict(PersonKey.objects.values_list("compartment", "key_id")) == {"": "2", "medical": "1"}
    (own_keys / "person.1.key").unlink()
    keyring.forget()
    for n, (compartment, blob) in enumerate(sealed.items()):
        assert personal.open_text(ADA, "x.y", blob, compartment=compartment) == f"secret {n}"
    lines = {(line.purpose, line.id): line for line in keys.key_lines()}
    assert (lines["person", "2"].in_use, lines["person", "2"].wraps) == (True, 1)


def test_second_factors_open_after_the_old_key_is_gone(own_keys: Path) -> None:
    keys.make_missing(rehearsal=False)
    account = Account.objects.create_user("ada@example.org")
    kept = {"secret": seal_secret("JBSWY3DPEHPK3PXP")}
    factor = Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data=kept)
    keys.add_key("person")
    lines = {(line.purpose, line.id): line.wraps for line in keys.key_lines()}
    assert (lines["person", "1"], lines["person", "2"]) == (1, 0)
    assert sum(keys.rewrap_all()) == 1
    assert sum(keys.rewrap_all()) == 0
    (own_keys / "person.1.key").unlink()
    keyring.forget()
    factor.refresh_from_db()
    assert open_secret(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_the_search_key_stays_and_keys_of_the_environment_are_rotated_there(
    own_keys: Path, settings: Settings
) -> None:
    keys.make_missing(rehearsal=False)
    with pytest.raises(BadInput):
        keys.add_key("search")
    settings.KEY_TEXTS = {"person": "1:" + "A" * 43 + "="}
    keyring.forget()
    with pytest.raises(BadInput) as refused:
        keys.add_key("person")
    assert refused.value.code == "keys_from_environment"


def test_the_newest_of_several_given_keys_is_in_use(settings: Settings) -> None:
    settings.KEY_TEXTS = {"log": f"10:{'B' * 43}=,9:{'A' * 43}="}
    keyring.forget()
    assert keyring.current("log").id == "10"
    assert list(keyring.every("log")) == ["9", "10"]
    keyring.forget()


@pytest.mark.parametrize("text", ["AAAA", "1:AAAA", "1:!!", "x:" + "A" * 43 + "="])
def test_a_malformed_key_is_refused(text: str, settings: Settings) -> None:
    settings.KEY_TEXTS = {"log": text}
    keyring.forget()
    with pytest.raises(BadInput):
        keyring.current("log")
    keyring.forget()


def test_production_refuses_rehearsal_keys_and_guessable_ones(own_keys: Path) -> None:
    assert len(keys.production_problems()) == len(keyring.PURPOSES)
    keys.make_missing(rehearsal=True)
    problems = keys.production_problems()
    assert len(problems) == len(keyring.PURPOSES)
    assert all("made for a rehearsal" in problem for problem in problems)
    for file in own_keys.glob("*.key"):
        file.unlink()
    keyring.forget()
    keys.make_missing(rehearsal=False)
    assert keys.production_problems() == []
