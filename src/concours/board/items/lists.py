"""The list of the item bank."""

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from concours.pages.lists import Cell, Column, Filter, ListSpec
from concours.pages.words import label
from concours.selection.item_content import KINDS
from concours.selection.item_life import STATES
from concours.services.items.pages import ItemRow
from concours.services.items.subjects import published_subjects, subject_titles

lazy_label = lazy(label, str)
STATE_COLOURS = {
    "draft": "grey",
    "review": "yellow",
    "pilot": "blue",
    "operational": "green",
    "rested": "purple",
    "retired": "red",
}


def number(value: float | None) -> str:
    """A figure with two decimals; empty where there is none."""
    return "" if value is None else f"{value:.2f}"


def items_list() -> ListSpec[ItemRow]:
    """The list of items, with the published subjects as they are now."""
    titles = subject_titles()
    return ListSpec(
        export_needs="items.export",
        caption=_("Items"),
        default_order="name",
        search=_("Search by words, name or figures, such as b>0.5 difficulty<0.8"),
        empty=_("The bank has no item yet. Write one, or import a package."),
        filters=_filters(titles),
        columns=[*_what(titles), *_numbers()],
    )


def _filters(titles: dict[str, str]) -> list[Filter]:
    return [
        Filter(
            key="section",
            title=_("Section"),
            choices=[(s, lazy_label(s)) for s in published_subjects()],
        ),
        Filter(key="subject", title=_("Subject"), choices=sorted(titles.items())),
        Filter(
            key="state",
            title=_("State"),
            choices=[(s, lazy_label(f"item_state.{s}")) for s in STATES],
        ),
        Filter(
            key="kind",
            title=_("Kind"),
            choices=[(k, lazy_label(f"item_kind.{k}")) for k in KINDS],
        ),
        Filter(
            key="figures",
            title=_("Figures"),
            choices=[
                ("none", _("None yet")),
                ("known", _("Known")),
                ("easy", _("Very easy: above 0.90")),
                ("hard", _("Very hard: below 0.30")),
                ("weak", _("Tells little apart: below 0.10")),
                ("backwards", _("Works backwards: below 0")),
            ],
        ),
    ]


def _what(titles: dict[str, str]) -> list[Column[ItemRow]]:
    """What an item is."""
    return [
        Column(
            key="name",
            title=_("Item"),
            value=lambda r: Cell(value=r.name, href=reverse("board:item", args=[r.name])),
            sort=True,
            heads_row=True,
        ),
        Column(
            key="stem",
            title=_("Begins"),
            value=lambda r: Cell(
                value=r.stem if len(r.stem) < 70 else f"{r.stem[:67]}…", plain=r.stem
            ),
        ),
        Column(
            key="subject",
            title=_("Subject"),
            value=lambda r: titles.get(r.subject, r.subject),
            sort=True,
        ),
        Column(
            key="state",
            title=_("State"),
            value=lambda r: Cell(
                value=label(f"item_state.{r.state}"), tag=STATE_COLOURS.get(r.state, "grey")
            ),
            sort=True,
        ),
    ]


def _numbers() -> list[Column[ItemRow]]:
    """How long it is, how often it was shown, and what that said."""
    return [
        Column(key="words", title=_("Words"), value=lambda r: r.words, sort=True, numeric=True),
        Column(
            key="administrations",
            title=_("Administrations"),
            value=lambda r: r.administrations,
            sort=True,
            numeric=True,
        ),
        Column(
            key="difficulty",
            title=_("Difficulty"),
            value=lambda r: number(r.difficulty),
            sort=True,
            numeric=True,
        ),
        Column(
            key="discrimination",
            title=_("Discrimination"),
            value=lambda r: number(r.discrimination),
            sort=True,
            numeric=True,
        ),
        Column(key="changed", title=_("Last act"), value=lambda r: r.changed_at, sort=True),
    ]
