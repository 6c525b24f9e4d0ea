"""One act on one file, as a page: what it does, the rule, a form, the decision. A step lists its acts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.kernel.errors import Refusal
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.forms import Form, add_refusal, status_of
from concours.services.acts import act_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command a staff member takes on one file.

    ``run(actor, code, at=, seen=, **answers)`` does it; what it returns as text, if
    any, is shown once. ``done`` is said afterwards; ``warning`` before.
    """

    command: str
    action: str
    rule: str
    title: str | Promise
    explain: str | Promise
    button: str | Promise
    form: type[Form]
    run: Callable[..., Any]
    done: str | Promise
    warning: str | Promise = ""


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, code: str, *, act: Act) -> HttpResponse:
    """Show the act, or take it and go back to the file."""
    actor, at = actor_of(request), service_now()
    page = act_page(actor, code, command=act.command, action=act.action, rule=act.rule, at=at)
    form = act.form(request.POST or None, initial={"seen": page.version})
    if request.method == "POST" and form.is_valid():
        answers: Mapping[str, Any] = dict(form.cleaned_data)
        try:
            said = act.run(actor, code, at=at, **answers)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, str(act.done))
            if isinstance(said, str):
                messages.warning(request, said)
            return redirect("board:file", code)
    context = {
        "page": page,
        "form": form,
        "act": act,
        "back": {"href": f"/board/file/{code}/", "text": _("The file")},
    }
    return render(request, "board/application/act.html", context, status=status_of(form))


def act_paths(prefix: str, acts: Iterable[Act]) -> list[URLPattern]:
    """The addresses of acts on a file: under ``prefix``, by the last part of the command's name."""
    return [
        path(
            f"{prefix}{act.command.partition('.')[2].replace('_', '-')}/",
            take,
            {"act": act},
            name=act.command.replace(".", "_"),
        )
        for act in acts
    ]
