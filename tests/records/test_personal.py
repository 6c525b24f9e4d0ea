"""Personal data at rest: bound to its person and column, gone with the key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from concours.kernel.errors import BadInput
from concours.records import keyring, name_search, personal
from concours.records.models import NameKey, Person, PersonKey

ADA, BOB = "PRSN-0000-0001", "PRSN-0000-0002"


def person(code: str, name: str) -> None:
    Person.objects.create(file=code)
    name_search.index_name(code, name)


@pytest.mark.django_db
def test_what_is_sealed_opens_for_its_person_and_column_only() -> None:
    sealed = personal.seal_text(ADA, "person.full_name", "Ada Example")
    assert b"Ada" not in sealed
    assert personal.open_text(ADA, "person.full_name", sealed) == "Ada Example"
    assert personal.open_text(ADA, "person.full_name", None) == ""
    personal.make_key(BOB)
    for code, column, compartment in (
        (BOB, "person.full_name", ""),
        (ADA, "person.address", ""),
    ):
        with pytest.raises(BadInput) as refused:
            personal.open_text(code, column, sealed, compartment=compartment)
        assert refused.value.code == "sealed_elsewhere"


@pytest.mark.django_db
def test_compartments_have_keys_of_their_own() -> None:
    sealed = personal.seal_text(ADA, "finding.class", "2", compartment="medical")
    personal.seal_text(ADA, "person.full_name", "Ada")
    assert sorted(PersonKey.objects.values_list("compartment", flat=True)) == ["", "medical"]
    assert personal.open_text(ADA, "finding.class", sealed, compartment="medical") == "2"
    with pytest.raises(BadInput):
        personal.open_text(ADA, "finding.class", sealed)


@pytest.mark.django_db
def test_nothing_opens_after_the_key_is_destroyed_and_no_new_key_is_made() -> None:
    Person.objects.create(file=ADA)
    sealed = personal.seal_text(ADA, "person.full_name", "Ada")
    other = personal.seal_text(BOB, "person.full_name", "Bob")
    assert personal.destroy_keys(ADA) == 1
    Person.objects.filter(file=ADA).update(erased_at="2018-01-01T00:00:00Z")
    with pytest.raises(personal.Erased):
        personal.open_text(ADA, "person.full_name", sealed)
    with pytest.raises(personal.Erased):
        personal.seal_text(ADA, "person.full_name", "Ada again")
    names = personal.open_many("person.full_name", [(ADA, sealed), (BOB, other), (BOB, None)])
    assert names == ["", "Bob", ""]


@pytest.mark.django_db
def test_a_key_without_its_service_key_does_not_open() -> None:
    sealed = personal.seal_text(ADA, "person.full_name", "Ada")
    PersonKey.objects.update(key_id="7")
    with pytest.raises(BadInput) as refused:
        personal.open_text(ADA, "person.full_name", sealed)
    assert refused.value.code == "no_key"


@pytest.mark.django_db
def test_people_are_found_by_beginnings_of_words_without_marks_or_case() -> None:
    person(ADA, "Adélaïde O\u2019Example-Núñez")
    person(BOB, "Bob Adelman")
    assert name_search.find("adel") == [ADA, BOB]
    assert name_search.find("NUN adelaide") == [ADA]
    assert name_search.find("example b") == [ADA]
    assert name_search.find("delaide") == []
    assert name_search.find("a") == name_search.find(" ,. ") == []
    stored = b"".join(bytes(row.token) for row in NameKey.objects.all())
    assert b"adel" not in stored.lower()


@pytest.mark.django_db
def test_a_changed_name_is_no_longer_found_by_the_old_one() -> None:
    person(ADA, "Ada Example")
    name_search.index_name(ADA, "Ada Married")
    assert (name_search.find("example"), name_search.find("married")) == ([], [ADA])


class Sealing(TestCase):
    """Laws over any text."""

    @settings(max_examples=40)
    @given(st.text(st.characters(exclude_categories=("Cs",))))
    def test_any_text_comes_back(self, text: str) -> None:
        sealed = personal.seal_text(ADA, "x.y", text)
        assert personal.open_text(ADA, "x.y", sealed) == text

    @settings(max_examples=40)
    @given(st.integers(0, 60), st.integers(1, 255))
    def test_a_changed_byte_does_not_open(self, place: int, change: int) -> None:
        sealed = bytearray(personal.seal_text(ADA, "x.y", "thirty-two letters of plain text"))
        sealed[place] ^= change
        with pytest.raises(BadInput):
            personal.open_text(ADA, "x.y", bytes(sealed))


def test_ids_of_keys_are_numbers_and_a_rehearsals_key_is_told_apart() -> None:
    assert keyring.serial("r12") > keyring.serial("11")
    assert keyring.Key("log", "r1", b"").is_rehearsal
    assert not keyring.Key("log", "1", b"").is_rehearsal
    with pytest.raises(BadInput):
        keyring.serial("new")
    assert "secret" not in repr(keyring.current("log"))
