"""What the generated reference says of the tables."""

from collections.abc import Mapping

from django.apps import apps

from concours.records.models.kinds import LedgerTable, Source, Standing


def tables_by_kind() -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """(table, meaning, columns) by kind of table, in alphabetical order."""
    found: dict[str, list[tuple[str, str, str]]] = {"Sources": [], "Ledger": [], "Standing": []}
    for model in apps.get_app_config("records").get_models():
        if issubclass(model, LedgerTable):
            kind = "Ledger"
        elif issubclass(model, Standing):
            kind = "Standing"
        elif issubclass(model, Source):
            kind = "Sources"
        else:
            continue
        meaning = (model.__doc__ or "").strip().splitlines()[0]
        columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
        found[kind].append((model._meta.db_table, meaning, columns))
    return {kind: tuple(sorted(rows)) for kind, rows in found.items()}
