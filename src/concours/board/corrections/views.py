"""Bulk corrections. A view reads the request, makes one call, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.corrections.forms import ProposeForm
from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import add_refusal, status_of
from concours.selection.authority import require
from concours.services.competition.pages import competition_choices
from concours.services.corrections.acts import correction_list, correction_page, propose, sign
from concours.services.corrections.sheet import WrongSheet


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every file of corrections, newest first."""
    rows = correction_list(actor_of(request))
    return render(request, "board/corrections/corrections.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose a file; every wrong cell is named."""
    actor = actor_of(request)
    require(actor, "record.correct_in_bulk")
    form = ProposeForm(
        request.POST or None, request.FILES or None, competitions=competition_choices(actor)
    )
    cells: tuple[object, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        content = given.pop("file").read()
        try:
            code = propose(actor, content=content, at=service_now(), **given)
        except Refusal as refusal:
            add_refusal(form, refusal)
            cells = refusal.cells if isinstance(refusal, WrongSheet) else ()
        else:
            return redirect("board:correction", code=code)
    context = {"form": form, "cells": cells}
    return render(request, "board/corrections/new.html", context, status=status_of(form))


@require_safe
def correction(request: HttpRequest, code: str) -> HttpResponse:
    """One file with its dry run, or what it did."""
    page = correction_page(actor_of(request), code, at=service_now())
    return render(request, "board/corrections/correction.html", {"page": page})


@require_POST
def sign_correction(request: HttpRequest, code: str) -> HttpResponse:
    """Sign it: one act over all its rows."""
    done = sign(actor_of(request), code, digest=request.POST.get("digest", ""), at=service_now())
    messages.success(
        request,
        ngettext(
            "{n} file corrected in one act.", "{n} files corrected in one act.", done.decided
        ).format(n=done.decided),
    )
    return redirect("board:correction", code=code)
