"""One kind of list for every page: search, filters, sorting, paging, export of the same rows."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from concours.pages.paging import Paging, paging
from concours.services.listing import Fetch, ListPage, ListQuery

Row = TypeVar("Row")
Words = str | Promise

EXPORT_BATCH = 1000
# The full-width signs run too, in spreadsheets set to an East Asian language.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


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
    ``prefix`` + key, so that two lists can stand on one page.
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list, and what in it could not be used."""

    query: ListQuery
    notes: tuple[str, ...] = field(default=())


def read_query(spec: ListSpec[Any], given: Mapping[str, str]) -> Asked:
    """Read an address's parameters. What cannot be used is left out and said in a note.

    Nothing is refused: an old or mistyped link still shows the list, and the note
    says which part of it was not understood.
    """
    notes: list[str] = []
    filters: dict[str, str] = {}
    for item in spec.filters:
        value = given.get(spec.prefix + item.key, "").strip()
        if value and value in {code for code, _words in item.choices}:
            filters[item.key] = value
        elif value:
            notes.append(
                _("“{value}” is not a choice of “{title}”, so that filter is off.").format(
                    value=value[:60], title=item.title
                )
            )
    order, descending = _order(spec, given.get(spec.prefix + "sort", ""), notes)
    query = ListQuery(
        search=" ".join(given.get(spec.prefix + "search", "").split())[:200] if spec.search else "",
        filters=filters,
        order=order,
        descending=descending,
        page=_page(given.get(spec.prefix + "page", ""), notes),
        per_page=spec.per_page,
    )
    return Asked(query, tuple(notes))


def _order(spec: ListSpec[Any], asked: str, notes: list[str]) -> tuple[str, bool]:
    """A column's key, with a leading minus for descending."""
    if not asked:
        return spec.default_order, spec.descending
    key = asked.removeprefix("-")
    if any(column.key == key and column.sort for column in spec.columns):
        return key, asked.startswith("-")
    notes.append(_("This list cannot be sorted by “{key}”.").format(key=key[:60]))
    return spec.default_order, spec.descending


def _page(asked: str, notes: list[str]) -> int:
    if not asked:
        return 1
    if asked.isascii() and asked.isdigit() and len(asked) < 8 and int(asked) > 0:
        return int(asked)
    notes.append(
        _("“{page}” is not a page number. This is the first page.").format(page=asked[:60])
    )
    return 1


def show_list(request: HttpRequest, spec: ListSpec[Row], fetch: Fetch[Row]) -> ListView:
    """Fetch the page of rows an address asks for, ready for parts/list.html.

    One fetch; a second only where the address asks for a page after the last.
    """
    given = request.GET.dict()
    asked = read_query(spec, given)
    query, notes = asked.query, list(asked.notes)
    found = fetch(query)
    pages = max(1, -(-found.total // query.per_page))
    if query.page > pages:
        notes.append(_("There is no page {page}. This is the last page.").format(page=query.page))
        query = replace(query, page=pages)
        found = fetch(query)
    return _view(request.path, spec, query, found, given, notes)


def _view(
    path: str,
    spec: ListSpec[Row],
    query: ListQuery,
    found: ListPage[Row],
    given: Mapping[str, str],
    notes: Sequence[str],
) -> ListView:
    def address(**changes: str) -> str:
        return _address(path, spec, query, given, changes)

    heads = [_head(spec, column, query, address) for column in spec.columns]
    pages = max(1, -(-found.total // query.per_page))
    return ListView(
        caption=str(spec.caption),
        heads=heads,
        rows=[
            [
                (head, cell_of(column, row), column.heads_row)
                for head, column in zip(heads, spec.columns, strict=True)
            ]
            for row in found.rows
        ],
        total=found.total,
        first=query.start + 1 if found.rows else 0,
        last=query.start + len(found.rows),
        empty=str(spec.empty) or _("Nothing matches."),
        search=_search(spec, query),
        filters=[_field(spec, item, query) for item in spec.filters],
        chosen=[
            Chosen(
                title=str(item.title),
                value=_words(item, query.filters[item.key]),
                href=address(**{item.key: ""}),
            )
            for item in spec.filters
            if item.key in query.filters
        ],
        hidden=_others(spec, given)
        + ([(spec.prefix + "sort", _sort(query))] if _moved(spec, query) else []),
        notes=notes,
        clear_href=_address(path, spec, replace(query, search="", filters={}), given, {}),
        export_href=address(format="csv") if spec.export else "",
        paging=paging(query.page, pages, lambda page: address(page=str(page))),
        sorted_by=next((head.title for head in heads if head.key == query.order), ""),
    )


def _search(spec: ListSpec[Any], query: ListQuery) -> Field | None:
    if not spec.search:
        return None
    return Field(
        name=spec.prefix + "search",
        title=str(spec.search),
        chosen=query.search,
        hint=str(spec.search_hint),
    )


def _field(spec: ListSpec[Any], item: Filter, query: ListQuery) -> Field:
    return Field(
        name=spec.prefix + item.key,
        title=str(item.title),
        chosen=query.filters.get(item.key, ""),
        choices=[("", _("All")), *((code, str(words)) for code, words in item.choices)],
    )


def _words(item: Filter, code: str) -> str:
    return next(str(words) for known, words in item.choices if known == code)


def _head(
    spec: ListSpec[Any], column: Column[Any], query: ListQuery, address: Callable[..., str]
) -> Head:
    if not column.sort:
        return Head(key=column.key, title=str(column.title), numeric=column.numeric)
    stands = "none"
    if query.order == column.key:
        stands = "descending" if query.descending else "ascending"
    turned = f"-{column.key}" if stands == "ascending" else column.key
    return Head(
        key=column.key,
        title=str(column.title),
        numeric=column.numeric,
        href=address(sort=turned),
        sorted=stands,
    )


def _sort(query: ListQuery) -> str:
    return f"-{query.order}" if query.descending else query.order


def _moved(spec: ListSpec[Any], query: ListQuery) -> bool:
    return (query.order, query.descending) != (spec.default_order, spec.descending)


def _others(spec: ListSpec[Any], given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Parameters of the address that belong to something else on the page."""
    ours = {spec.prefix + key for key in ("search", "sort", "page", "format")}
    ours |= {spec.prefix + item.key for item in spec.filters}
    return [(name, value) for name, value in given.items() if name not in ours]


def _address(
    path: str,
    spec: ListSpec[Any],
    query: ListQuery,
    given: Mapping[str, str],
    changes: Mapping[str, str],
) -> str:
    """The list's address with some of what it asks for changed; a change begins at page one."""
    now = {"search": query.search, **query.filters}
    if _moved(spec, query):
        now["sort"] = _sort(query)
    now |= changes
    pairs = _others(spec, given)
    pairs += [(spec.prefix + key, value) for key, value in now.items() if value]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def cell_of(column: Column[Row], row: Row) -> Cell:
    """What a column reads in a row, as a cell."""
    value = column.value(row)
    return value if isinstance(value, Cell) else Cell(value=value)


def wants_export(request: HttpRequest, spec: ListSpec[Any]) -> bool:
    """Whether the address asks for the list as a file. The view checks the permission first."""
    return spec.export and request.GET.get(spec.prefix + "format") == "csv"


def export(
    request: HttpRequest, spec: ListSpec[Row], fetch: Fetch[Row], *, filename: str
) -> StreamingHttpResponse:
    """The same rows as the list, all pages, as CSV that a spreadsheet cannot run."""
    query = replace(read_query(spec, request.GET.dict()).query, page=1, per_page=EXPORT_BATCH)
    answer = StreamingHttpResponse(
        _lines(spec, fetch, query), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


class _Echo:
    """A file that hands back each line written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(spec: ListSpec[Row], fetch: Fetch[Row], query: ListQuery) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The byte order mark makes spreadsheets read UTF-8.
    yield "\ufeff" + writer.writerow([harmless(str(column.title)) for column in spec.columns])
    while True:
        found = fetch(query)
        for row in found.rows:
            cells = (cell_of(column, row) for column in spec.columns)
            yield writer.writerow([harmless(_plain(cell)) for cell in cells])
        if query.end >= found.total or not found.rows:
            return
        query = replace(query, page=query.page + 1)


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
