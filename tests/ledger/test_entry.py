"""Headers, chains and their breaks."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.ledger.entry import (
    GENESIS,
    Head,
    Sealed,
    breaks,
    fact_of,
    read_entry,
    read_fact,
    seal,
)

FILE = "7KQ2-M4ZD-X0PT"
NOON = datetime(2016, 6, 1, 12, tzinfo=UTC)
SALT = bytes(range(32))


def draft(number: int = 1, **changes: object) -> Draft:
    given = {"file": FILE, "step": "examination", "kind": "choice.scored", "body": {"n": number}}
    return Draft(**(given | changes))  # type: ignore[arg-type]


def chain(length: int) -> list[Sealed]:
    head, found = Head(file=FILE), []
    for number in range(1, length + 1):
        at = NOON + timedelta(minutes=number)
        entry = seal(draft(number), head, at=at, actor="system", role="system", salt=SALT)
        found.append(entry)
        head = entry.head
    return found


def test_an_entry_is_hashed_as_it_is_written() -> None:
    entry = chain(1)[0]
    digest = hashlib.sha256(SALT + b'{"n":1}').hexdigest()
    assert entry.header == (
        '{"actor":"system","at":"2016-06-01T12:01:00.000000Z",'
        f'"body_digest":"{digest}","file":"7KQ2-M4ZD-X0PT","kind":"choice.scored",'
        f'"on":"2016-06-01T12:01:00.000000Z","prev":"{GENESIS}","role":"system",'
        '"seq":1,"step":"examination","v":1}'
    )
    assert entry.digest == hashlib.sha256(b"\x00" + entry.header.encode()).hexdigest()
    assert read_entry(entry.header) == entry.entry
    assert read_fact(entry.header, entry.body) == fact_of(entry)


def test_a_destroyed_body_reads_as_an_empty_one() -> None:
    assert read_fact(chain(1)[0].header, None).body == {}


def test_the_recorded_time_never_runs_backwards_in_a_file() -> None:
    first = chain(1)[0]
    second = seal(draft(2), first.head, at=NOON - timedelta(days=9), actor="a", role="r", salt=SALT)
    assert (second.at, second.on) == (first.at, first.at)


def test_an_entry_may_be_in_force_from_another_time() -> None:
    on = NOON - timedelta(days=40)
    entry = seal(draft(on=on), Head(file=FILE), at=NOON, actor="a", role="r", salt=SALT)
    assert (fact_of(entry).at, fact_of(entry).on) == (NOON, on)


@given(st.integers(1, 8))
def test_a_sound_chain_has_no_breaks(length: int) -> None:
    assert list(breaks([entry.header for entry in chain(length)], file=FILE)) == []


@given(st.integers(2, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 2))))
def test_an_entry_taken_out_breaks_the_chain_where_it_stood(pair: tuple[int, int]) -> None:
    length, gone = pair
    headers = [entry.header for entry in chain(length)]
    del headers[gone]
    found = list(breaks(headers, file=FILE))
    assert (gone + 1, "it does not follow the entry before it") in found
    assert (gone + 1, f"it calls itself number {gone + 2}") in found


def test_a_chain_of_another_file_and_a_turned_back_clock_are_breaks() -> None:
    headers = [entry.header for entry in chain(1)]
    assert list(breaks(headers, file="OTHER")) == [(1, f"it belongs to the file {FILE}")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "two words"}, "kind"), ({"step": "\u00e9tape"}, "step"), ({"v": 0}, "v")],
)
def test_words_of_a_header_are_machine_text(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        seal(draft(**changes), Head(file=FILE), at=NOON, actor="a", role="r", salt=SALT)
    assert refused.value.field == field


def test_a_draft_goes_into_its_own_file_only_and_with_a_whole_salt() -> None:
    with pytest.raises(BadInput):
        seal(draft(), Head(file="OTHER"), at=NOON, actor="a", role="r", salt=SALT)
    with pytest.raises(BadInput):
        seal(draft(), Head(file=FILE), at=NOON, actor="a", role="r", salt=b"short")
