"""The exam room. Plain pages and form posts: every answer is one post, kept before it is acknowledged."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from concours.examroom.forms import answer_form
from concours.kernel.errors import Refusal, RuleRefused
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.pages.words import remedy_of
from concours.services.examination import sittings

both = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@both
def sitting(request: HttpRequest, code: str) -> HttpResponse:
    """The sections, what is held of each, and the next thing to do. POST opens the sitting."""
    actor, at = actor_of(request), service_now()
    if request.method == "POST":
        sittings.open_sitting(actor, code, at=at)
        return redirect("examroom:sitting", code)
    page = sittings.sitting_page(actor, code, at=at)
    return render(request, "examroom/sitting.html", {"page": page, "now": at})


@require_POST
def open_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Open a section; its time begins with this post."""
    sittings.open_section(actor_of(request), code, section=section, at=service_now())
    return redirect("examroom:item", code, section, 1)


@never_cache
@both
def item(request: HttpRequest, code: str, section: str, item: int) -> HttpResponse:
    """One item with the answer held for it; a post keeps another answer and goes on."""
    actor, at = actor_of(request), service_now()
    try:
        page = sittings.item_page(actor, code, section=section, item=item, at=at)
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    form = answer_form(page, request.POST or None)
    following = item if request.POST.get("then") == "stay" else min(item + 1, page.count)
    if request.method == "POST" and form.is_valid():
        if not any(form.cleaned_data.values()) and item not in page.answered:
            return redirect("examroom:item", code, section, following)
        try:
            receipt = sittings.save_answer(
                actor,
                code,
                section=section,
                item=item,
                choice=form.cleaned_data.get("choice", ""),
                text=form.cleaned_data.get("text", ""),
                at=at,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Receipt %(code)s") % {"code": receipt.digest[:12]})
            return redirect("examroom:item", code, section, following)
    context = {
        "page": page,
        "form": form,
        "now": at,
        "numbers": [(n, n in page.answered, n == item) for n in range(1, page.count + 1)],
    }
    return render(request, "examroom/item.html", context, status=status_of(form))


@never_cache
@both
def leave_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Ask once more, then close the section for good."""
    actor, at = actor_of(request), service_now()
    if request.method == "POST":
        try:
            sittings.close_section(actor, code, section=section, at=at)
        except RuleRefused as refusal:
            messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    page = sittings.sitting_page(actor, code, at=at)
    view = next((s for s in page.sections if s.id == section and s.status == "open"), None)
    if view is None:
        return redirect("examroom:sitting", code)
    return render(request, "examroom/leave.html", {"page": page, "section": view})


@never_cache
@both
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Submit the sitting, after a last look at what is held."""
    actor, at = actor_of(request), service_now()
    if request.method == "POST":
        try:
            sittings.submit_sitting(actor, code, at=at)
        except RuleRefused as refusal:
            messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    page = sittings.sitting_page(actor, code, at=at)
    return render(request, "examroom/submit.html", {"page": page})
