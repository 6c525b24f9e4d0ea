"""From an address to the question a list asks of its service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from concours.pages.list_spec import ListSpec
from concours.services.listing import ListQuery


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
