"""What the service's own database role may do, on a server that has roles."""

import pytest
from django.db import DatabaseError, connection

from concours.records import guards


@pytest.mark.usefixtures("own_database")
def test_postgresql_itself_holds_the_services_role_to_that() -> None:
    if connection.vendor == "sqlite":
        return  # SQLite has no roles: whoever can write the file owns it
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS concours_service_test")
        cursor.execute("CREATE ROLE concours_service_test")
        for statement in guards.grant_statements("concours_service_test"):
            cursor.execute(statement)
        cursor.execute("SET ROLE concours_service_test")
        cursor.execute("SELECT count(*) FROM records_ledgerentry")
        for statement in (
            "UPDATE records_ledgerentry SET header = ''",
            "DELETE FROM records_logleaf",
            "TRUNCATE records_ledgerentry CASCADE",
            "ALTER TABLE records_ledgerentry DISABLE TRIGGER ALL",
        ):
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
                cursor.execute(statement)
        cursor.execute("RESET ROLE")
        cursor.execute("DROP OWNED BY concours_service_test")
        cursor.execute("DROP ROLE concours_service_test")
