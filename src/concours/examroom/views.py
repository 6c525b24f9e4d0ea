"""The exam room: a section on one page, the same with scripts and without.

Without scripts every question is a form of its own, kept before it is acknowledged.
With them the page shows one question at a time and talks to the answer desk.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.examroom import assets
from concours.examroom.demo import FACTORS, MINUTES, demo_items
from concours.examroom.display import keep_display
from concours.examroom.forms import answer_form
from concours.examroom.frame import of_room
from concours.kernel.errors import Refusal, RuleRefused
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import Form, add_refusal, status_of
from concours.pages.words import remedy_of, spoken
from concours.services.examination import room, sittings
from concours.services.examination.accommodations import with_extra_time
from concours.services.examination.sittings import MOST_CHARACTERS

CHECKS = (
    ("storage", _lazy("Answers are kept on this device")),
    ("worker", _lazy("The page opens without a connection")),
    ("clock", _lazy("The clock")),
    ("network", _lazy("The network")),
    ("sealing", _lazy("The hand-over file")),
    ("tabs", _lazy("A second tab")),
)
"""What the rehearsal tries on a candidate's device."""

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
    following = next((s for s in page.sections if s.id == page.next), None)
    current = next((s for s in page.sections if s.id == page.current), None)
    context = {
        "page": page,
        "now": at,
        "following": following,
        "current": current,
        **of_room(
            request,
            code,
            granted=page.accommodations,
            submitted=page.submitted_at is not None,
            open=page.current,
        ),
    }
    return render(request, "examroom/sitting.html", context)


@require_POST
def open_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Open a section; its time begins with this post."""
    try:
        sittings.open_section(actor_of(request), code, section=section, at=service_now())
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    return redirect("examroom:section", code, section)


@never_cache
@require_safe
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """The open section with all its questions."""
    return _section(request, code, section, at=service_now())


@never_cache
@both
def item(request: HttpRequest, code: str, section: str, item: int) -> HttpResponse:
    """One question's form: a post keeps another answer, sets a flag, or takes the answer back."""
    if request.method != "POST" or request.POST.get("flag"):
        sittings.sitting_page(actor_of(request), code, at=service_now())  # whose sitting it is
    if request.method != "POST":
        return _at_question(code, section, item)
    if request.POST.get("flag"):
        _flag(request, code, section, item, on=request.POST["flag"] == "yes")
        return _at_question(code, section, item)
    return _answer(request, code, section, item)


def _answer(request: HttpRequest, code: str, section: str, item: int) -> HttpResponse:
    actor, at = actor_of(request), service_now()
    try:
        page = sittings.item_page(actor, code, section=section, item=item, at=at)
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    form = answer_form(page.section.answer, page.item, request.POST)
    stay = request.POST.get("then") == "stay" or bool(request.POST.get("clear"))
    following = item if stay else _following(request, item, page.numbers)
    if not form.is_valid():
        return _section(request, code, section, at=at, form=form, item=item)
    choice = "" if request.POST.get("clear") else form.cleaned_data.get("choice", "")
    text = form.cleaned_data.get("text", "")
    if not choice and not text and item not in page.answered:
        return _at_question(code, section, following)
    try:
        receipt = sittings.save_answer(
            actor,
            code,
            section=section,
            item=item,
            choice=choice,
            text=text,
            at=at,
            epoch=form.cleaned_data.get("epoch"),
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _section(request, code, section, at=at, form=form, item=item)
    messages.success(request, _("Saved. Receipt %(code)s") % {"code": receipt.digest[:12]})
    return _at_question(code, section, following)


def _at_question(code: str, section: str, item: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('examroom:section', args=[code, section])}#q-{item}")


def _following(request: HttpRequest, item: int, numbers: Sequence[int]) -> int:
    """The question this sitting sees next: as the page said, which knows the order, else the next number."""
    said = request.POST.get("following", "")
    wanted = int(said) if said.isdecimal() and len(said) < 5 else item + 1
    return wanted if wanted in numbers else item


def _section(
    request: HttpRequest,
    code: str,
    section: str,
    *,
    at: datetime,
    form: Form | None = None,
    item: int = 0,
) -> HttpResponse:
    """The section's page; after a refused post with that post's ``form`` for its ``item``."""
    try:
        page = room.section_page(actor_of(request), code, section=section, at=at)
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
        return redirect("examroom:sitting", code)
    essay = page.section.answer == "essay"
    items = [
        replace(one, choice="".join(request.POST.getlist("choice"))) if one.number == item else one
        for one in page.items
    ]
    flags = _flags(request, code, section)
    context = {
        "page": page,
        "items": items,
        "form": form,
        "essay": (form or answer_form("essay", page.items[0], None)) if essay else None,
        "wrong": item,
        "flags": flags,
        "unanswered": [n.number for n in page.items if n.number not in page.answered],
        **of_room(
            request,
            code,
            granted=page.sitting.accommodations,
            section=section,
            demo=False,
            flags=flags,
            most=MOST_CHARACTERS,
            ends=page.section.ends_at.isoformat() if page.section.ends_at else "",
            now=at.isoformat(),
            files=assets.files(),
        ),
    }
    status = status_of(form) if form else 200
    return render(request, "examroom/section.html", context, status=status)


def _flags(request: HttpRequest, code: str, section: str) -> list[int]:
    """Questions flagged without scripts; with them the device keeps its own."""
    return list(request.session.get(f"room/{code}/{section}", []))


def _flag(request: HttpRequest, code: str, section: str, item: int, *, on: bool) -> None:
    flags = set(_flags(request, code, section)) - {item}
    request.session[f"room/{code}/{section}"] = sorted(flags | {item} if on else flags)


@never_cache
@both
def leave_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Say what leaving means, then close the section for good by a post that confirms it.

    ``confirmed`` is "yes" where the page has asked; "time_over" closes only a section whose
    time is over indeed: minutes may have been given since that page was shown.
    """
    actor, at = actor_of(request), service_now()
    said = request.POST.get("confirmed", "")
    if said == "yes":
        return _close(request, code, section, at)
    page = sittings.sitting_page(actor, code, at=at)
    view = next((s for s in page.sections if s.id == section and s.status == "open"), None)
    if view is None:
        return redirect("examroom:sitting", code)
    if said == "time_over" and view.ends_at is not None and at >= view.ends_at:
        return _close(request, code, section, at)
    context = {
        "page": page,
        "section": view,
        "unanswered": max(0, view.items - view.answered),
        "flagged": len(_flags(request, code, section)),
        **of_room(
            request,
            code,
            granted=page.accommodations,
            submitted=False,
            open=section,
            section=section,
        ),
    }
    return render(request, "examroom/leave.html", context)


def _close(request: HttpRequest, code: str, section: str, at: datetime) -> HttpResponse:
    try:
        sittings.close_section(actor_of(request), code, section=section, at=at)
    except RuleRefused as refusal:
        messages.warning(request, remedy_of(refusal))
    return redirect("examroom:sitting", code)


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
        for key in [k for k in tuple(request.session.keys()) if k.startswith(f"room/{code}/")]:
            del request.session[key]
        return redirect("examroom:sitting", code)
    page = sittings.sitting_page(actor, code, at=at)
    context = {
        "page": page,
        **of_room(
            request,
            code,
            granted=page.accommodations,
            submitted=False,
            open="",
        ),
    }
    return render(request, "examroom/submit.html", context)


@never_cache
@require_safe
def rehearse(request: HttpRequest, code: str) -> HttpResponse:
    """The same room with questions about itself, and a look at the device. Nothing is kept."""
    at = service_now()
    page = room.rehearsal_page(actor_of(request), code, at=at)
    asked = request.GET.get("factor", "")
    factor = asked if asked in FACTORS else str(page.factor)
    items = demo_items()
    minutes = with_extra_time(MINUTES, Fraction(factor))
    context = {
        "page": page,
        "items": items,
        "factor": factor,
        "factors": [(f, with_extra_time(MINUTES, Fraction(f))) for f in FACTORS],
        "checks": CHECKS,
        "sections": [
            (spoken(title), with_extra_time(m, Fraction(factor))) for title, m in page.sections
        ],
        "minutes": minutes,
        "unanswered": [one.number for one in items],
        **of_room(
            request,
            code,
            granted=page.accommodations,
            section="rehearsal",
            demo=True,
            flags=[],
            most=MOST_CHARACTERS,
            minutes=minutes,
            now=at.isoformat(),
        ),
    }
    context["config"]["real"] = not settings.REHEARSAL
    return render(request, "examroom/rehearse.html", context)


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the chosen colours and size, and go back; with scripts the page does this itself."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    keep_display(request, answer)
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker's script; browsers ask for it anew, so that a new version is seen."""
    content = assets.WORKER.read_bytes()
    return HttpResponse(
        content,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
