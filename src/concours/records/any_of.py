"""`__any_of`: what Django's `__in` says, the whole list as one parameter.

With `__in` every value is a placeholder of its own, which costs more to write, bind and parse
than the rest of a small statement. Empty lists find nothing, as with `__in`.
"""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, IntegerField, Lookup
from django.db.models.sql.compiler import SQLCompiler


@CharField.register_lookup
@IntegerField.register_lookup
class AnyOf(Lookup):
    """The column is one of these texts, or of these whole numbers."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """One parameter: an array for PostgreSQL, for SQLite a JSON list."""
        column, bound = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", (*bound, values)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*bound, json.dumps(values))
