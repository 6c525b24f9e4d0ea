"""Small pictures of an item's figures and of forms side by side, each with its table."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from concours.pages.charts import BarsChart, PlotChart, bars, line
from concours.pages.words import label
from concours.services.items.forms import GRID as FORM_GRID
from concours.services.items.forms import AssemblyPage
from concours.services.items.pages import GRID, ItemPage


def decimal(value: float | None, places: int = 2) -> Decimal | None:
    """A figure as charts take it."""
    return None if value is None else Decimal(f"{value:.{places}f}")


def curve_picture(page: ItemPage) -> PlotChart | None:
    """Where on the scale of ability the item measures."""
    if page.curve is None:
        return None
    best = max(range(len(GRID)), key=lambda k: page.information[k])
    known = _("from its figures") if page.curve.known else _("expected; it has no figures yet")
    return line(
        key="information",
        title=_("Information"),
        summary=_("It measures best near %(theta)s (%(known)s).")
        % {"theta": GRID[best], "known": known},
        across=[f"{x:g}" for x in GRID],
        across_title=_("Ability"),
        up_title=_("Information"),
        series=[(page.name, [decimal(x, 3) for x in page.information])],
        places=3,
    )


def history_picture(page: ItemPage) -> PlotChart | None:
    """Difficulty and discrimination from one administration to the next."""
    if len(page.figures) < 2:
        return None
    first, last = page.figures[0], page.figures[-1]
    return line(
        key="drift",
        title=_("From administration to administration"),
        summary=_("Difficulty went from %(first)s to %(last)s.")
        % {"first": decimal(first.difficulty), "last": decimal(last.difficulty)},
        across=[one.administration for one in page.figures],
        across_title=_("Administration"),
        up_title=_("Share or correlation"),
        series=[
            (_("Difficulty"), [decimal(one.difficulty) for one in page.figures]),
            (
                _("Discrimination"),
                [
                    None
                    if one.discrimination is None or one.discrimination < 0
                    else decimal(one.discrimination)
                    for one in page.figures
                ],
            ),
        ],
        places=2,
    )


def option_pictures(page: ItemPage) -> Iterator[BarsChart]:
    """Who chose which option, for each administration that says so."""
    for place, found in enumerate(page.figures):
        if found.options:
            shares = {letter: share for letter, _n, share, _r in found.options}
            top = max(shares, key=lambda letter: shares[letter] or 0)
            yield bars(
                key=f"options{place}",
                title=_("Options chosen, %(when)s") % {"when": found.administration},
                summary=_("Most chose %(top)s; the key is %(key)s.")
                % {"top": top, "key": "".join(page.content.key)},
                head=_("Option"),
                series=[_("Share of those who saw it, per cent")],
                rows=[
                    (letter, [decimal(None if share is None else 100 * share, 1)])
                    for letter, share in shares.items()
                ],
                places=1,
            )


def form_pictures(page: AssemblyPage) -> Iterator[PlotChart]:
    """For each section the information of every form over ability."""
    if not page.forms:
        return
    for place, section in enumerate(page.forms[0].sections):
        series: list[tuple[str, Sequence[Decimal | None]]] = [
            (
                _("Form %(n)s") % {"n": form.number},
                [decimal(x) for x in form.sections[place].information],
            )
            for form in page.forms
        ]
        if not any(section.information):
            continue
        at = page.blueprint.points[page.blueprint.cut]
        shown = ", ".join(f"{form.sections[place].at_cut:.2f}" for form in page.forms)
        yield line(
            key=f"information{place}",
            title=_("%(section)s: information") % {"section": label(section.section)},
            summary=_("At the cut (%(at)s) the forms have %(shown)s.") % {"at": at, "shown": shown},
            across=[f"{x:g}" for x in FORM_GRID],
            across_title=_("Ability"),
            up_title=_("Information"),
            series=series,
            places=2,
        )
