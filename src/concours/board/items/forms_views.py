"""Pages of test forms: a blueprint asked for, the forms found side by side, one or all locked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.items import pictures
from concours.board.items.forms import BlueprintForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.services.items import asking, locking
from concours.services.items import forms as service
from concours.services.items.from_tests import take_figures
from concours.services.items.subjects import subject_titles


@require_http_methods(["GET", "HEAD", "POST"])
def forms(request: HttpRequest, competition: str) -> HttpResponse:
    """What was asked for, and a blueprint to ask for more."""
    actor = actor_of(request)
    page = service.forms_page(actor, competition)
    form = BlueprintForm(request.POST or None, initial={"blueprint": page.blueprint})
    if request.method == "POST" and form.is_valid():
        try:
            code = asking.ask_for_forms(
                actor,
                competition,
                blueprint=form.cleaned_data["blueprint"],
                seed=form.cleaned_data["seed"],
                at=service_now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The forms are being looked for. Reload in a moment."))
            return redirect("board:forms_assembly", code)
    context = {"page": page, "form": form}
    return render(request, "board/items/forms.html", context, status=status_of(form))


@require_POST
def figures(request: HttpRequest, competition: str) -> HttpResponse:
    """Take what the test has shown of its items back into the bank."""
    count = take_figures(actor_of(request), competition, at=service_now())
    words = ngettext("{n} item has new figures.", "{n} items have new figures.", count)
    messages.success(request, words.format(n=count))
    return redirect("board:forms", competition)


@require_safe
def assembly(request: HttpRequest, assembly: str) -> HttpResponse:
    """The forms of one assembly side by side, or the demands that conflict."""
    page = service.assembly_page(actor_of(request), assembly)
    titles = subject_titles()
    first = page.forms[0].sections if page.forms else ()
    context = {
        "page": page,
        "charts": list(pictures.form_pictures(page)),
        "sections": [
            (part.section, [form.sections[place] for form in page.forms])
            for place, part in enumerate(first)
        ],
        "contents": [
            (
                section,
                titles.get(subject, subject),
                [form.subjects.get((section, subject), 0) for form in page.forms],
            )
            for section, subject in page.subjects
        ],
    }
    return render(request, "board/items/assembly.html", context)


@require_POST
def lock_all(request: HttpRequest, assembly: str) -> HttpResponse:
    """Lock every form of an assembly together as the parallel forms of its competition's test."""
    shown = {
        name.removeprefix("digest_"): str(digest)
        for name, digest in request.POST.items()
        if name.startswith("digest_")
    }
    dealt = request.POST.get("dealt", "")
    locking.lock_set(actor_of(request), shown, dealt=dealt, at=service_now())
    messages.success(request, _("The forms are locked: they are the test of this competition."))
    return redirect("board:forms_assembly", assembly)


@require_POST
def lock_one(request: HttpRequest, form: str) -> HttpResponse:
    """Lock a form as the test of its competition."""
    digest = request.POST.get("digest", "")
    locking.lock(actor_of(request), form, digest=digest, at=service_now())
    messages.success(request, _("The form is locked: it is the test of this competition."))
    return redirect("board:forms_assembly", service.assembly_of(actor_of(request), form))
