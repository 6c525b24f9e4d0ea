"""Lists: what an address may ask, what is shown, what is exported."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from concours.kernel.errors import NotPermitted
from concours.pages.lists import (
    EXPORT_BATCH,
    Cell,
    Column,
    Filter,
    ListSpec,
    ListView,
    export,
    harmless,
    read_query,
    show_list,
    wants_export,
)
from concours.pages.paging import paging
from concours.selection.authority import Actor
from concours.services.listing import ListPage, ListQuery


@dataclass(frozen=True, slots=True)
class Row:
    """A file in a list."""

    code: str
    place: int
    state: str = "open"


ROWS = [Row(f"F{number:03d}", number, "open" if number % 2 else "shut") for number in range(1, 31)]
SPEC: ListSpec[Row] = ListSpec(
    export_needs="",
    caption="Files",
    default_order="place",
    per_page=10,
    search="Search",
    filters=[Filter(key="state", title="State", choices=[("open", "Open"), ("shut", "Shut")])],
    columns=[
        Column(
            key="code",
            title="File",
            value=lambda row: Cell(value=row.code, href=f"/f/{row.code}"),
            heads_row=True,
        ),
        Column(key="place", title="Place", value=lambda row: row.place, sort=True, numeric=True),
        Column(
            key="state",
            title="State",
            value=lambda row: Cell(value="Open", tag="blue", plain=row.state),
        ),
    ],
)


class Shelf:
    """A fetch over rows in memory that counts how often it is asked."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.asked: list[ListQuery] = []

    def __call__(self, query: ListQuery) -> ListPage[Row]:
        self.asked.append(query)
        found = [
            row
            for row in self.rows
            if query.search in row.code and row.state == query.filters.get("state", row.state)
        ]
        found.sort(key=lambda row: row.place, reverse=query.descending)
        return ListPage(found[query.start : query.end], len(found))


def asked(address: str) -> HttpRequest:
    return RequestFactory().get(address)


def codes(view: ListView) -> list[object]:
    return [row[0][1].value for row in view.rows]


def test_an_address_without_parameters_asks_for_the_first_page_in_the_lists_own_order() -> None:
    assert read_query(SPEC, {}).query == ListQuery(order="place", per_page=10)


def test_an_address_asks_for_search_filter_order_and_page() -> None:
    found = read_query(SPEC, {"search": "  F0  1 ", "state": "shut", "sort": "-place", "page": "2"})
    assert found.query == ListQuery(
        search="F0 1",
        filters={"state": "shut"},
        order="place",
        descending=True,
        page=2,
        per_page=10,
    )
    assert found.notes == ()


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"state": "lost"}, "“lost” is not a choice of “State”, so that filter is off."),
        ({"sort": "code"}, "This list cannot be sorted by “code”."),
        ({"sort": "-nothing"}, "This list cannot be sorted by “nothing”."),
        ({"page": "0"}, "“0” is not a page number. This is the first page."),
        ({"page": "two"}, "“two” is not a page number. This is the first page."),
        ({"page": "²"}, "“²” is not a page number. This is the first page."),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(given: dict[str, str], note: str) -> None:
    found = read_query(SPEC, given)
    assert found.query == ListQuery(order="place", per_page=10)
    assert found.notes == (note,)


@given(st.dictionaries(st.sampled_from(["search", "state", "sort", "page", "x"]), st.text()))
def test_no_address_is_refused_and_only_known_codes_reach_the_service(
    given: dict[str, str],
) -> None:
    query = read_query(SPEC, given).query
    assert set(query.filters.values()) <= {"open", "shut"}
    assert query.order == "place"
    assert query.page >= 1


def test_a_page_of_a_list_is_one_fetch_and_shows_its_rows_and_its_place() -> None:
    shelf = Shelf(ROWS)
    view = show_list(asked("/files?page=2"), SPEC, shelf)
    assert codes(view) == [f"F{number:03d}" for number in range(11, 21)]
    assert (view.first, view.last, view.total) == (11, 20, 30)
    assert len(shelf.asked) == 1


def test_a_page_after_the_last_shows_the_last_and_says_so() -> None:
    view = show_list(asked("/files?page=99"), SPEC, Shelf(ROWS))
    assert codes(view)[-1] == "F030"
    assert view.notes == ["There is no page 99. This is the last page."]


def test_pages_keep_search_filter_order_and_what_belongs_to_others() -> None:
    view = show_list(asked("/files?search=F&state=open&sort=-place&theme=x"), SPEC, Shelf(ROWS))
    assert view.paging is not None
    assert view.paging.next == "/files?theme=x&search=F&state=open&sort=-place&page=2"
    assert view.chosen[0].href == "/files?theme=x&search=F&sort=-place"
    assert view.clear_href == "/files?theme=x&sort=-place"
    assert view.export_href == "/files?theme=x&search=F&state=open&sort=-place&format=csv"
    assert view.hidden == [("theme", "x"), ("sort", "-place")]


def test_a_sorted_column_says_how_and_turns_the_other_way() -> None:
    head = show_list(asked("/files"), SPEC, Shelf(ROWS)).heads[1]
    assert (head.sorted, head.href) == ("ascending", "/files?sort=-place")
    head = show_list(asked("/files?sort=-place"), SPEC, Shelf(ROWS)).heads[1]
    assert (head.sorted, head.href) == ("descending", "/files?sort=place")


def test_two_lists_on_one_page_do_not_hear_each_other() -> None:
    other = ListSpec(
        caption="Other", columns=SPEC.columns, default_order="place", prefix="b_", export=False
    )
    assert read_query(other, {"page": "3", "sort": "-place"}).query.page == 1
    view = show_list(asked("/files?page=3"), other, Shelf(ROWS))
    assert view.heads[1].href == "/files?page=3&b_sort=-place"


def rows_of(answer: StreamingHttpResponse) -> list[list[str]]:
    parts: Iterator[bytes] = answer.streaming_content  # type: ignore[assignment]
    text = b"".join(parts).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_an_export_holds_all_rows_of_the_same_question_in_the_same_order() -> None:
    answer = export(
        asked("/files?state=shut&sort=-place&page=2&format=csv"),
        SPEC,
        Shelf(ROWS),
        filename="files",
    )
    rows = rows_of(answer)
    assert rows[0] == ["File", "Place", "State"]
    assert [row[0] for row in rows[1:]] == [f"F{n:03d}" for n in range(30, 0, -2)]
    assert {row[2] for row in rows[1:]} == {"shut"}
    assert answer["Content-Disposition"] == 'attachment; filename="files.csv"'


def test_an_export_fetches_by_batches_and_misses_nobody() -> None:
    shelf = Shelf([Row(f"F{number}", number) for number in range(2 * EXPORT_BATCH + 1)])
    rows = rows_of(export(asked("/files"), SPEC, shelf, filename="files"))
    assert len(rows) == 2 * EXPORT_BATCH + 2
    assert len({row[0] for row in rows}) == len(rows)
    assert len(shelf.asked) == 3


def test_who_may_not_read_a_list_is_refused_before_its_file_begins() -> None:
    def refused(query: ListQuery) -> ListPage[Row]:
        raise NotPermitted("not_permitted", remedy="Ask the registrar.")

    with pytest.raises(NotPermitted):
        export(asked("/files"), SPEC, refused, filename="files")


def test_an_export_is_given_only_where_the_list_has_one() -> None:
    closed = ListSpec(caption="x", columns=SPEC.columns, default_order="place", export=False)
    assert wants_export(asked("/files?format=csv"), SPEC) is True
    assert wants_export(asked("/files?format=csv"), closed) is False
    assert wants_export(asked("/files"), SPEC) is False


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@x", "\tx", "\r=x", "-2+3", "--2", "-", "=1", "@1", "\uff1d1", "\n=1"],
)
def test_text_that_a_spreadsheet_would_run_is_made_plain(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["", "12", "-12", "-1.5", "+3", "a=b", "O'Neil"])
def test_plain_text_and_signed_numbers_are_exported_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.integers(1, 60), st.data())
def test_pages_offered_are_in_order_with_first_last_and_neighbours(
    pages: int, data: st.DataObject
) -> None:
    page = data.draw(st.integers(1, pages))
    found = paging(page, pages, str)
    if pages == 1:
        assert found is None
        return
    assert found is not None
    numbers = [link.number for link in found.links if not link.gap]
    assert numbers == sorted(set(numbers))
    assert {1, pages, page} <= set(numbers)
    assert [link.number for link in found.links if link.current] == [page]
    assert (found.previous == "") == (page == 1)
    assert (found.next == "") == (page == pages)


def test_the_list_escapes_what_rows_and_addresses_hold() -> None:
    nasty = [Row("<b>x</b>", 1)]
    view = show_list(asked("/files?search=%3Cb%3E&state=%3Ci%3E"), SPEC, Shelf(nasty))
    page = render_to_string("pages/parts/list.html", {"list": view})
    assert "<b>x</b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "“&lt;i&gt;” is not a choice" in page


def test_an_empty_list_says_so_and_offers_all() -> None:
    view = show_list(asked("/files?search=zzz"), SPEC, Shelf(ROWS))
    page = render_to_string("pages/parts/list.html", {"list": view})
    assert "Nothing matches." in page
    assert "<table" not in page
    assert 'href="/files"' in page


def test_a_list_is_offered_as_a_file_to_those_alone_who_may_take_it() -> None:
    guarded = replace(SPEC, export_needs="lists.export")

    def asked_by(role: str) -> HttpRequest:
        request = asked("/files?format=csv")
        request.user = SimpleNamespace(is_authenticated=True, pk=1)  # type: ignore[assignment]
        request._concours_actor = (1, Actor(code="S", roles=frozenset({role})))  # type: ignore[attr-defined]
        return request

    def offer(role: str) -> str:
        return show_list(asked_by(role), guarded, Shelf(ROWS)).export_href

    assert (offer("auditor"), offer("panellist")) == ("/files?format=csv", "")
    assert wants_export(asked_by("auditor"), guarded) is True
    with pytest.raises(NotPermitted):
        wants_export(asked_by("panellist"), guarded)
