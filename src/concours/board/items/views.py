"""Pages of the item bank: the list, one item, writing, a step of its life, stimuli."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.items import pictures
from concours.board.items.forms import ActForm, ItemForm, StimulusForm, written
from concours.board.items.lists import items_list
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.lists import export, show_list, wants_export
from concours.selection.authority import holds, require
from concours.selection.item_life import STATES
from concours.services.examination.sessions import live_competitions
from concours.services.items import pages, writing
from concours.services.items import stimuli as passages
from concours.services.items.pages import ItemRow
from concours.services.items.subjects import about
from concours.services.listing import ListPage, ListQuery


@require_safe
def bank(request: HttpRequest) -> HttpResponseBase:
    """The items, what there is of each section and state, and the ways in and out."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[ItemRow]:
        return pages.item_list(actor, query)

    spec = items_list()
    if wants_export(request, spec):
        return export(request, spec, fetch, filename="items")
    context = {
        "list": show_list(request, spec, fetch),
        "states": STATES,
        "counts": pages.bank_counts(actor),
        "may_write": holds(actor, "items.write"),
        "may_import": holds(actor, "items.import") or holds(actor, "items.record_figures"),
        "may_export": holds(actor, "items.export"),
        "competitions": live_competitions() if holds(actor, "forms.read") else [],
    }
    return render(request, "board/items/bank.html", context)


@require_safe
def item(request: HttpRequest, name: str) -> HttpResponse:
    """One item with everything known of it."""
    page = pages.item_page(actor_of(request), name)
    return _item(request, page, ActForm(moves=page.moves, initial={"seen": page.version}))


@require_POST
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Take one step of an item's life."""
    actor = actor_of(request)
    page = pages.item_page(actor, name)
    form = ActForm(request.POST, moves=page.moves)
    if form.is_valid():
        found = form.cleaned_data
        try:
            writing.take_step(
                actor,
                name,
                found["act"],
                at=service_now(),
                note=found["note"],
                seen=found["seen"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The act stands in the item's history."))
            return redirect("board:item", name)
    return _item(request, page, form)


def _item(request: HttpRequest, page: pages.ItemPage, form: ActForm) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "about": about(page.content),
        "curve": pictures.curve_picture(page),
        "drift": pictures.history_picture(page),
        "options": list(pictures.option_pictures(page)),
    }
    return render(request, "board/items/item.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new item."""
    actor = actor_of(request)
    require(actor, "items.write")
    form = ItemForm(request.POST or None, new=True)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            writing.write_item(actor, name, form.content(), at=service_now())
        except Refusal as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The item is in the bank as a draft."))
            return redirect("board:item", name)
    context = {"form": form, "name": ""}
    return render(request, "board/items/write.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, name: str) -> HttpResponse:
    """Write the next version of an item."""
    actor = actor_of(request)
    require(actor, "items.write")
    page = pages.item_page(actor, name)
    form = ItemForm(request.POST or None, initial=written(page.content, page.version))
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            writing.write_item(
                actor,
                name,
                form.content(),
                at=service_now(),
                note=found["note"],
                seen=found["seen"],
            )
        except Refusal as refusal:
            _at_field(form, refusal)
        else:
            messages.success(request, _("The new version is a draft until two people approve it."))
            return redirect("board:item", name)
    context = {"form": form, "name": name}
    return render(request, "board/items/write.html", context, status=status_of(form))


def _at_field(form: ItemForm, refusal: Refusal) -> None:
    """Put a refusal beside the field that holds what it is about."""
    places = {"subject": "about", "subtopic": "about", "section": "about", "options": "option_A"}
    field = refusal.field or ""
    place = places.get(field, field.replace("option ", "option_"))
    refusal.field = place if place in form.fields else None
    add_refusal(form, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
def stimuli(request: HttpRequest) -> HttpResponse:
    """Every stimulus, and one to write."""
    actor = actor_of(request)
    rows = passages.all_stimuli(actor)
    named = next((row for row in rows if row.name == request.GET.get("name")), None)
    given = {"name": named.name, "title": named.title, "text": named.text} if named else None
    form = StimulusForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            found = passages.write_stimulus(actor, at=service_now(), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            words = _("%(name)s stands in version %(version)s.")
            messages.success(request, words % {"name": found.name, "version": found.version})
            return redirect("board:items_stimuli")
    context = {"form": form, "rows": rows, "may_write": holds(actor, "items.write")}
    return render(request, "board/items/stimuli.html", context, status=status_of(form))


@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """One image of the bank."""
    found = HttpResponse(passages.image(actor_of(request), digest), content_type="image/png")
    found["Cache-Control"] = "private, max-age=86400"
    found["X-Content-Type-Options"] = "nosniff"
    return found
