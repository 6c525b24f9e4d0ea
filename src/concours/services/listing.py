"""What a list page asks of a service, and what the service answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """One page of one list: what to look for, how to order it, which rows.

    ``search`` is the reader's text, trimmed; ``filters`` holds only known keys with
    known values; ``order`` is a column's key. A service adds a unique last key to
    every order, so that two pages never share or lose a row.
    """

    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    order: str
    descending: bool = False
    page: int = 1
    per_page: int = 25

    @property
    def start(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * self.per_page

    @property
    def end(self) -> int:
        """The row this page ends before: ``rows[start:end]`` is the page."""
        return self.page * self.per_page


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """The rows of one page, and how many rows the query finds in all."""

    rows: Sequence[Row]
    total: int


Fetch = Callable[[ListQuery], ListPage[Row]]
"""A read that fills a list, with the same number of queries whatever it finds."""
