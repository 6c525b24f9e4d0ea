"""A list as a CSV file that no spreadsheet can be made to run."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import HttpRequest, StreamingHttpResponse

from concours.pages.actor import actor_of
from concours.pages.list_query import read_query
from concours.pages.list_spec import Cell, ListSpec, cell_of
from concours.selection.authority import holds, require
from concours.services.listing import Fetch, ListPage, ListQuery

Row = TypeVar("Row")

EXPORT_BATCH = 1000
# The full-width signs run too, in spreadsheets set to an East Asian language.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def wants_export(request: HttpRequest, spec: ListSpec[Any]) -> bool:
    """Whether the address asks for the list as a file; NotPermitted when the reader may not have it."""
    if not spec.export or request.GET.get(spec.prefix + "format") != "csv":
        return False
    if spec.export_needs:
        require(actor_of(request), spec.export_needs)
    return True


def may_export(request: HttpRequest, spec: ListSpec[Any]) -> bool:
    """Whether this reader is offered the list as a file."""
    return spec.export and (not spec.export_needs or holds(actor_of(request), spec.export_needs))


def export(
    request: HttpRequest, spec: ListSpec[Row], fetch: Fetch[Row], *, filename: str
) -> StreamingHttpResponse:
    """The same rows as the list, all pages, as CSV that a spreadsheet cannot run.

    The first rows are read before the answer begins: who may not read the list is
    refused as on its page, and not in the middle of a file.
    """
    query = replace(read_query(spec, request.GET.dict()).query, page=1, per_page=EXPORT_BATCH)
    answer = StreamingHttpResponse(
        _lines(spec, fetch, query, fetch(query)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


class _Echo:
    """A file that hands back each line written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(
    spec: ListSpec[Row], fetch: Fetch[Row], query: ListQuery, found: ListPage[Row]
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The byte order mark makes spreadsheets read UTF-8.
    yield "\ufeff" + writer.writerow([harmless(str(column.title)) for column in spec.columns])
    while True:
        for row in found.rows:
            cells = (cell_of(column, row) for column in spec.columns)
            yield writer.writerow([harmless(_plain(cell)) for cell in cells])
        if query.end >= found.total or not found.rows:
            return
        query = replace(query, page=query.page + 1)
        found = fetch(query)


def _plain(cell: Cell) -> str:
    if cell.plain is not None:
        return cell.plain
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def harmless(text: str) -> str:
    """Text a spreadsheet takes as text: what it would run as a formula gets an apostrophe.

    A plain negative or signed number stays a number.
    """
    if text.startswith(_RISKY) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    if text[0] not in "+-":
        return False
    whole, _dot, decimals = text[1:].partition(".")
    return (
        whole.isascii()
        and whole.isdigit()
        and (not decimals or (decimals.isascii() and decimals.isdigit()))
    )
