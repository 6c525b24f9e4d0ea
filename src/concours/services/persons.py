"""Reading a person's file."""

from concours.records.ledger_store import read_facts
from concours.selection.person import Person, fold_person


def read_person(code: str) -> Person:
    """The person of this file as it stands; an empty one for no such file."""
    return fold_person(read_facts(code))
