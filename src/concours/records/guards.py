"""The triggers that make the ledger's tables append-only, on SQLite and PostgreSQL.

SQLite drops a table's triggers without a word when Django rebuilds the table, so
every migration that touches one of these tables ends with `GuardTables()`, a
check at start looks for the triggers, and so does a test after all migrations.
A database owner can remove them; that published checkpoints show the result is
said in docs/guide/record.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from concours.kernel.errors import BadInput
from concours.records.models.kinds import LedgerTable, Source

GUARDS: Mapping[str, str] = {
    "records_filehead": "forward_only",
    "records_ledgerentry": "append_only",
    "records_ledgerbody": "by_act",
    "records_bodydestruction": "append_only",
    "records_runfile": "append_only",
    "records_logleaf": "append_only",
    "records_logtile": "append_only",
    "records_logcheckpoint": "append_only",
    "records_bankact": "append_only",
    "records_bankstimulus": "append_only",
    "records_bankimage": "append_only",
    "records_answer": "never_changed",
}
"""Every guarded table; a test holds it equal to what the models declare.

Answers are no part of the ledger: erasing a person removes them, but nothing changes one.
"""

REFUSED: Mapping[str, tuple[str, ...]] = {
    "append_only": ("update", "delete"),
    "forward_only": ("update", "delete"),
    "by_act": ("update", "delete"),
    "never_changed": ("update",),
}
_EXCEPT: Mapping[tuple[str, str], str] = {
    ("forward_only", "update"): (
        "NEW.code = OLD.code AND NEW.kind = OLD.kind AND NEW.seq > OLD.seq AND NEW.at >= OLD.at"
    ),
    ("by_act", "delete"): (
        "EXISTS (SELECT 1 FROM records_bodydestruction d WHERE d.entry_id = OLD.entry_id)"
    ),
}
"""When a change is let through after all."""
_GRANTED: Mapping[str, str] = {
    "forward_only": ", UPDATE",
    "by_act": ", DELETE",
    "never_changed": ", DELETE",
}


class GuardTables(Operation):
    """Create the triggers of every ledger table that stands; safe to run again and again."""

    reversible = True
    reduces_to_sql = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of Django's picture of the tables."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Put every guard in place, replacing what stands."""
        put_guards(schema_editor.connection)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """The step before guarded the same tables, as far as they stood; nothing is taken away."""

    def describe(self) -> str:
        """One line for `migrate` to print."""
        return "Guard the ledger's tables against change"


def put_guards(database: BaseDatabaseWrapper) -> None:
    """Create the triggers on every ledger table that exists in this database."""
    with database.cursor() as cursor:
        standing = set(database.introspection.table_names(cursor))
        for table, guard in GUARDS.items():
            if table in standing and (guard != "by_act" or "records_bodydestruction" in standing):
                for statement in _statements(database.vendor, table, guard):
                    cursor.execute(statement)


def missing_guards(database: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that should stand and do not, or are disabled; empty when all is well."""
    if database.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with database.cursor() as cursor:
        cursor.execute(query)
        standing = {name for (name,) in cursor.fetchall()}
    return sorted(set(trigger_names(database.vendor)) - standing)


def trigger_names(vendor: str) -> Iterator[str]:
    """Every trigger that must stand."""
    for table, guard in GUARDS.items():
        for change in (*REFUSED[guard], *(("truncate",) if vendor == "postgresql" else ())):
            yield f"{table}_no_{change}"


def declared_guards() -> dict[str, str]:
    """Table and guard of every guarded model, as the models say it."""
    return {
        model._meta.db_table: model.guard
        for model in apps.get_app_config("records").get_models()
        if issubclass(model, (LedgerTable, Source)) and model.guard
    }


def require_guards() -> None:
    """Refuse to serve from a database whose ledger is not guarded. Asked at every start."""
    gone = missing_guards(connection)
    if gone:
        raise BadInput(
            "ledger_unguarded",
            remedy=(
                f"The ledger's tables are not guarded ({', '.join(gone)} missing). Somebody removed "
                "triggers: find out who, run `concours verify --all`, then `concours rebuild --guards`."
            ),
        )


def grant_statements(role: str) -> list[str]:
    """What the service's own PostgreSQL role may do: read and add, and nothing else, in the ledger.

    Run by the owner of the tables after migrating. Other tables are granted whole.
    """
    name = '"' + role.replace('"', '""') + '"'
    found = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    for table, guard in GUARDS.items():
        found.append(f"REVOKE ALL ON {table} FROM {name}")
        more = _GRANTED.get(guard, "")
        found.append(f"GRANT SELECT, INSERT{more} ON {table} TO {name}")
    return found


def _statements(vendor: str, table: str, guard: str) -> Iterator[str]:
    for change in REFUSED[guard]:
        name = f"{table}_no_{change}"
        allowed = _EXCEPT.get((guard, change), "")
        why = f"{table} is append-only: {change} refused"
        if vendor == "sqlite":
            when = f"WHEN NOT ({allowed})" if allowed else ""
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield (
                f"CREATE TRIGGER {name} BEFORE {change.upper()} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
            )
        else:
            yield from _postgresql(name, table, change, allowed, why)
    if vendor == "postgresql":
        yield from _postgresql(
            f"{table}_no_truncate",
            table,
            "truncate",
            "",
            f"{table} is append-only: truncate refused",
        )


def _postgresql(name: str, table: str, change: str, allowed: str, why: str) -> Iterator[str]:
    kept = "NEW" if change == "update" else "OLD"
    let = f"IF {allowed} THEN RETURN {kept}; END IF; " if allowed else ""
    level = "STATEMENT" if change == "truncate" else "ROW"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {let}RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} BEFORE {change.upper()} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION {name}()"
    )
