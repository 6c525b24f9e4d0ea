"""What the database itself refuses, after all migrations."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft
from concours.records import guards
from concours.records.ledger_store import append
from concours.records.models import BodyDestruction, LedgerBody, LedgerEntry

pytestmark = pytest.mark.django_db
NOON = datetime(2016, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def entry() -> LedgerEntry:
    draft = Draft(file="PRSN-0000-0001", step="", kind="person.opened", body={})
    append([draft], actor="a", role="r", at=NOON)
    return LedgerEntry.objects.get()


def refused(statement: str) -> bool:
    """Whether the database refuses to run the statement, for the guard's reason."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def test_every_guard_the_models_declare_stands_after_all_migrations() -> None:
    assert guards.declared_guards() == dict(guards.GUARDS)
    assert guards.missing_guards(connection) == []
    guards.require_guards()


@pytest.mark.parametrize("table", ["records_ledgerentry", "records_ledgerbody"])
@pytest.mark.usefixtures("entry")
def test_an_entry_is_neither_changed_nor_deleted(table: str) -> None:
    column = "header" if table == "records_ledgerentry" else "text"
    assert refused(f"UPDATE {table} SET {column} = ''")
    assert refused(f"DELETE FROM {table}")


@pytest.mark.usefixtures("entry")
def test_a_head_only_moves_forward() -> None:
    assert refused("UPDATE records_filehead SET seq = 1")
    assert refused("UPDATE records_filehead SET seq = 2, kind = 'class'")
    assert refused("DELETE FROM records_filehead")
    assert not refused("UPDATE records_filehead SET seq = 2")


def test_a_body_goes_only_after_an_act_that_names_it(entry: LedgerEntry) -> None:
    assert refused("DELETE FROM records_ledgerbody")
    BodyDestruction.objects.create(entry=entry, actor="a", at=NOON, reason="court_order")
    assert LedgerBody.objects.filter(entry=entry).delete()[0] == 1
    assert refused("UPDATE records_bodydestruction SET reason = ''")


def test_a_rebuilt_table_is_guarded_again() -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON records_ledgerentry"
        cursor.execute(f"DROP TRIGGER records_ledgerentry_no_update{on}")
    assert guards.missing_guards(connection) == ["records_ledgerentry_no_update"]
    with pytest.raises(BadInput) as refused:
        guards.require_guards()
    assert refused.value.code == "ledger_unguarded"
    assert "records_ledgerentry_no_update" in refused.value.remedy
    guards.put_guards(connection)
    assert guards.missing_guards(connection) == []


@pytest.mark.usefixtures("entry")
def test_nothing_is_emptied_at_once_on_postgresql() -> None:
    names = set(guards.trigger_names(connection.vendor))
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE records_ledgerentry CASCADE")
    assert ("records_ledgerentry_no_truncate" in names) == (connection.vendor == "postgresql")


def test_the_services_own_role_may_only_read_and_add() -> None:
    statements = guards.grant_statements("concours_service")
    for table in guards.GUARDS:
        (granted,) = [s for s in statements if s.startswith("GRANT") and f" ON {table} " in s]
        rights = granted.removeprefix("GRANT ").partition(" ON ")[0]
        more = {
            "records_filehead": ", UPDATE",
            "records_ledgerbody": ", DELETE",
            "records_answer": ", DELETE",
        }.get(table, "")
        assert rights == f"SELECT, INSERT{more}"
