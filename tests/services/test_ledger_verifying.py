"""What a database owner changes behind our back is found and named."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.cast import APPLIES, given_candidacy, given_competition, given_person

from concours.records import guards, keyring
from concours.records.models import LogLeaf
from concours.services import keys
from concours.services.ledger.checkpoints import checkpoint_page
from concours.services.ledger.log import sequence_and_sign
from concours.services.ledger.verifying import awaiting, faulty_files, faulty_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def code() -> str:
    found = given_candidacy(given_person(), given_competition())
    sequence_and_sign(at=APPLIES + timedelta(minutes=1))
    return found


def as_owner(*statements: str) -> None:
    """What somebody with the owner's rights can do: take the guards away first."""
    with connection.cursor() as cursor:
        for table, guard in guards.GUARDS.items():
            for change in guards.REFUSED[guard]:
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER {table}_no_{change}{on}")
        for statement in statements:
            cursor.execute(statement)


def faults() -> list[tuple[str, int | None, str]]:
    found = [fault for _, some in faulty_files() for fault in some]
    found += [fault for _, some in faulty_log() for fault in some]
    return [
        (fault.file, fault.entry if fault.place is None else fault.place, fault.part)
        for fault in found
    ]


def test_a_sound_ledger_has_no_faults(code: str) -> None:
    assert faults() == []
    assert awaiting() == 0


def test_a_changed_body_is_named(code: str) -> None:
    as_owner(
        "UPDATE records_ledgerbody SET text = '{}' WHERE entry_id = "
        f"(SELECT id FROM records_ledgerentry WHERE file = '{code}' AND seq = 1)"
    )
    assert faults() == [(code, 1, "body")]


def test_a_body_taken_away_without_an_act_is_named(code: str) -> None:
    as_owner(
        "DELETE FROM records_ledgerbody WHERE entry_id = "
        f"(SELECT id FROM records_ledgerentry WHERE file = '{code}' AND seq = 2)"
    )
    assert faults() == [(code, 2, "body")]


def test_a_changed_header_is_named_and_so_is_the_link_to_it(code: str) -> None:
    as_owner(
        "UPDATE records_ledgerentry SET header = replace(header, 'system', 'systen') "
        f"WHERE file = '{code}' AND seq = 1"
    )
    assert set(faults()) == {(code, 1, "header"), (code, 2, "header")}


def test_an_entry_forged_whole_is_found_by_the_log(code: str) -> None:
    as_owner(
        f"UPDATE records_ledgerentry SET digest = '{'0' * 64}' WHERE file = '{code}' AND seq = 2",
    )
    parts = {part for _, _, part in faults()}
    assert parts == {"header", "head", "log"}


def test_leaves_cut_off_the_end_are_found_by_the_signed_head(code: str) -> None:
    as_owner(
        "DELETE FROM records_logleaf WHERE position = (SELECT MAX(position) FROM records_logleaf)"
    )
    assert [part for _, _, part in faults()] == ["checkpoint"]


def test_a_file_that_vanished_is_found(code: str) -> None:
    as_owner(f"DELETE FROM records_filehead WHERE code = '{code}'")
    assert faults() == [(code, None, "head")]


def test_entries_that_vanished_are_found(code: str) -> None:
    places = sorted(LogLeaf.objects.filter(entry__file=code).values_list("position", flat=True))
    as_owner(f"DELETE FROM records_ledgerentry WHERE file = '{code}'")
    assert faults() == [(code, None, "head"), *(("", place, "log") for place in places)]


def test_heads_signed_by_an_earlier_key_still_verify_while_it_is_kept(own_keys: Path) -> None:
    keys.make_missing(rehearsal=False)
    ada = given_person()
    sequence_and_sign(at=APPLIES)
    keys.add_key("log")
    given_candidacy(ada, given_competition())
    sequence_and_sign(at=APPLIES)
    assert faults() == []
    page = checkpoint_page()
    assert (page.public_key, len(page.older_keys)) == (keys.public_key(), 1)
    (own_keys / "log.1.key").unlink()
    keyring.forget()
    assert {part for _, _, part in faults()} == {"checkpoint"}
