"""One kind of list for every page: search, filters, sorting, paging, export of the same rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from concours.pages.exports import EXPORT_BATCH, export, harmless, may_export, wants_export
from concours.pages.list_query import Asked, read_query
from concours.pages.list_spec import (
    Cell,
    Chosen,
    Column,
    Field,
    Filter,
    Head,
    ListSpec,
    ListView,
    cell_of,
)
from concours.pages.paging import paging
from concours.services.listing import Fetch, ListPage, ListQuery

__all__ = [
    "EXPORT_BATCH",
    "Asked",
    "Cell",
    "Column",
    "Filter",
    "ListSpec",
    "ListView",
    "export",
    "harmless",
    "read_query",
    "show_list",
    "wants_export",
]

Row = TypeVar("Row")


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
    offered = may_export(request, spec)
    return _view(request.path, spec, query, found, given, notes, offered=offered)


def _view(
    path: str,
    spec: ListSpec[Row],
    query: ListQuery,
    found: ListPage[Row],
    given: Mapping[str, str],
    notes: Sequence[str],
    *,
    offered: bool,
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
        export_href=address(format="csv") if offered else "",
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
