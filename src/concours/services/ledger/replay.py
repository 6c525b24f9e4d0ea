"""The folded state of a file as JSON, as known at one time and in force at another."""

from datetime import datetime
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.records.ledger_store import kind_of, read_facts
from concours.services.folds import fold_file


def replay(code: str, *, known_at: datetime | None = None, on: datetime | None = None) -> str:
    """One line of JSON: the state decided by ``known_at`` and in force ``on``; None for no bound.

    "As of D" is both at D. Raises BadInput when there is no such file.
    """
    kind = kind_of(code)
    if kind is None:
        raise BadInput("no_such_file", remedy=f"There is no file {code}.", field="file")
    state = fold_file(kind, read_facts(code), known_at=known_at, on=on)
    found = {"file": code, "kind": kind, "known_at": known_at, "on": on, "state": state}
    plain = msgspec.to_builtins(found, enc_hook=_plain, str_keys=True, order="sorted")
    return msgspec.json.encode(plain, order="sorted").decode()


def _plain(value: Any) -> Any:
    """Exact numbers and everything else JSON has no form for, as their text."""
    return str(value)
