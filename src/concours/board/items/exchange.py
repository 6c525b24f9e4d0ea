"""Pages through which items and figures come in, and items go out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.items.forms import ExportForm, ImportForm
from concours.kernel.errors import NotPermitted, Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.downloads import file_response
from concours.pages.forms import add_refusal, status_of
from concours.selection.authority import holds, require
from concours.selection.item_life import STATES
from concours.services.examination.sheets import Fault
from concours.services.items import exchange as service
from concours.services.items.figures import BadFile
from concours.services.items.pages import item_names
from concours.services.listing import ListQuery


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a file in, or only check it; every fault and everything not kept is named."""
    actor = actor_of(request)
    if not (holds(actor, "items.import") or holds(actor, "items.record_figures")):
        raise NotPermitted("not_permitted", remedy="Your role takes no files into the bank.")
    form = ImportForm(request.POST or None, request.FILES or None)
    done: service.Imported | None = None
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        found = dict(form.cleaned_data)
        try:
            done = service.take_in(actor, found.pop("file").read(), at=service_now(), **found)
        except Refusal as refusal:
            faults = refusal.faults if isinstance(refusal, BadFile) else ()
            refusal.field = refusal.field if refusal.field in form.fields else None
            add_refusal(form, refusal)
        else:
            if not done.dry and not done.report:
                messages.success(request, _("The file was taken in."))
                return redirect("board:items_home")
    context = {"form": form, "faults": faults, "done": done}
    return render(request, "board/items/import.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest) -> HttpResponse:
    """Hand items out as a QTI package or CSV. Whoever exports holds the keys: it is an act."""
    actor = actor_of(request)
    require(actor, "items.export")
    form = ExportForm(request.POST or None, states=STATES)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        wanted = {k: found[k] for k in ("section", "state") if found[k]}
        names = item_names(actor, ListQuery(order="name", filters=wanted))
        media, name = service.MEDIA[found["form"]]
        return file_response(service.hand_out(actor, names, form=found["form"]), media, name)
    return render(request, "board/items/export.html", {"form": form}, status=status_of(form))
