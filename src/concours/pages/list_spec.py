"""What a list shows and what may be asked of it; and the list once it is ready to be drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.functional import Promise

from concours.pages.paging import Paging

Row = TypeVar("Row")
Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of a row: what it says, where it leads, the colour of its tag if it is one.

    ``value`` may be text, a number, a day or an instant; ``tag`` is a GOV.UK tag
    colour such as "blue"; ``plain`` is what an export writes instead.
    """

    value: object
    href: str = ""
    tag: str = ""
    plain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column: its key in addresses, its title, and how it reads a row."""

    key: str
    title: Words
    value: Callable[[Row], object]
    sort: bool = False
    numeric: bool = False
    heads_row: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One choice that narrows the list; ``choices`` are (code, words), nothing chosen is all."""

    key: str
    title: Words
    choices: Sequence[tuple[str, Words]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec(Generic[Row]):
    """What a list shows and what may be asked of it.

    ``search`` is the label of the search box, empty for none. Parameters are named
    ``prefix`` + key, so that two lists can stand on one page. Who may not do
    ``export_needs`` is not offered the list as a file; empty for a list open to all.
    """

    caption: Words
    columns: Sequence[Column[Row]]
    default_order: str
    descending: bool = False
    filters: Sequence[Filter] = ()
    search: Words = ""
    search_hint: Words = ""
    per_page: int = 25
    empty: Words = ""
    prefix: str = ""
    export: bool = True
    export_needs: str = "lists.export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's head: its title, its sorting link, and how the list stands sorted by it."""

    key: str
    title: str
    numeric: bool
    href: str = ""
    sorted: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A control of the filter panel, with what the reader has chosen."""

    name: str
    title: str
    chosen: str
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A filter in force, and the address of the list without it."""

    title: str
    value: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """A list ready for its template: plain values only."""

    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[tuple[Head, Cell, bool]]]
    total: int
    first: int
    last: int
    empty: str
    search: Field | None
    filters: Sequence[Field]
    chosen: Sequence[Chosen]
    hidden: Sequence[tuple[str, str]]
    notes: Sequence[str]
    clear_href: str
    export_href: str
    paging: Paging | None
    sorted_by: str


def cell_of(column: Column[Row], row: Row) -> Cell:
    """What a column reads in a row, as a cell."""
    value = column.value(row)
    return value if isinstance(value, Cell) else Cell(value=value)
