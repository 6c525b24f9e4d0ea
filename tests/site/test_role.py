"""On PostgreSQL the check names every right the service's role has on the ledger and must not."""

import pytest
from django.db import connection

from concours.services.reference import tables_by_kind
from concours.site import production

LEDGER = [table for table, _, _ in tables_by_kind()["Ledger"]]


def as_role(*grants: str) -> list[str]:
    """What the check says of a role with these grants; nothing on SQLite, which has no roles."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE trial_role")
        try:
            for grant in grants:
                cursor.execute(grant)
            cursor.execute("SET ROLE trial_role")
            said = list(production._database())
            cursor.execute("RESET ROLE")
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP OWNED BY trial_role")
            cursor.execute("DROP ROLE trial_role")
    return said


def expected(*said: str) -> list[str]:
    """The sentences on PostgreSQL; none on SQLite."""
    return list(said) if connection.vendor == "postgresql" else []


@pytest.mark.django_db
def test_a_role_that_reads_and_adds_is_sound() -> None:
    tables = ", ".join(LEDGER)
    assert as_role(f"GRANT SELECT, INSERT ON {tables} TO trial_role") == []


@pytest.mark.django_db
def test_a_role_that_may_change_entries_is_named() -> None:
    assert as_role("GRANT ALL ON records_ledgerentry TO trial_role") == expected(
        "The service's role may DELETE, TRUNCATE, UPDATE records_ledgerentry. Run: REVOKE DELETE, "
        "TRUNCATE, UPDATE ON records_ledgerentry FROM it."
    )


@pytest.mark.django_db
def test_heads_may_move_and_destroyed_bodies_may_go() -> None:
    assert (
        as_role(
            "GRANT UPDATE ON records_filehead TO trial_role",
            "GRANT DELETE ON records_ledgerbody TO trial_role",
        )
        == []
    )
