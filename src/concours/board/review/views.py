"""The final review. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.review.forms import (
    AppealForm,
    OathForm,
    PanelForm,
    RecuseForm,
    ReplaceForm,
    VoteForm,
)
from concours.board.review.lists import SEATS
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page, rule_href
from concours.pages.forms import status_of
from concours.pages.lists import export, show_list, wants_export
from concours.pages.words import label
from concours.selection.authority import holds
from concours.services.listing import ListPage, ListQuery
from concours.services.review import acts
from concours.services.review.pages import (
    SeatRow,
    appeal_page,
    desk_list,
    member_page,
    panel_page,
)

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The files on whose panel the actor sits."""
    actor, at = actor_of(request), service_now()

    def fetch(query: ListQuery) -> ListPage[SeatRow]:
        return desk_list(actor, query, at=at)

    if wants_export(request, SEATS):
        return export(request, SEATS, fetch, filename="review")
    return render(request, "board/review/home.html", {"list": show_list(request, SEATS, fetch)})


@both
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """Read the whole file but the medical record, and vote alone."""
    actor, at = actor_of(request), service_now()
    page = member_page(actor, code, at=at)
    form = VoteForm(
        request.POST or None, factors=list(page.factors), initial={"seen": page.version}
    )
    if answered(request, form, lambda given: acts.vote(actor, code, at=at, **given)):
        messages.success(request, _("Your vote is locked. Nobody reads it before all have voted."))
        return redirect("board:review_home")
    context = {"page": page, "form": form, "rule_href": rule_href("review.panel")}
    return render(request, "board/review/vote.html", context, status=status_of(form))


def _to_file(code: str) -> dict[str, object]:
    return {"href": reverse("board:review_vote", args=[code]), "text": _("The review")}


@both
def oath(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the oath."""
    actor, at = actor_of(request), service_now()
    page = member_page(actor, code, at=at)
    form = OathForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: acts.take_oath(actor, code, at=at, seen=given["seen"])
    ):
        messages.success(request, _("The oath is signed; the file is open to you."))
        return redirect("board:review_vote", code)
    return decision_page(
        request,
        title=_("Sign the oath"),
        form=form,
        label=_("Sign"),
        code=code,
        back=_to_file(code),
        rule="review.panel",
    )


@both
def recuse(request: HttpRequest, code: str) -> HttpResponse:
    """Stand back from a file."""
    actor, at = actor_of(request), service_now()
    page = member_page(actor, code, at=at)
    form = RecuseForm(request.POST or None, grounds=page.grounds, initial={"seen": page.version})
    if answered(request, form, lambda given: acts.recuse(actor, code, at=at, **given)):
        messages.success(request, _("You stand back; somebody else takes your place."))
        return redirect("board:review_home")
    return decision_page(
        request,
        title=_("Stand back from this file"),
        warning=_(
            "Votes of this round are void, and your place is filled before anybody votes again."
        ),
        form=form,
        label=_("Stand back"),
        kind="warning",
        code=code,
        back=_to_file(code),
        rule="review.panel",
    )


@both
def open_panel(request: HttpRequest, code: str) -> HttpResponse:
    """Open the review with its panel."""
    actor, at = actor_of(request), service_now()
    page = panel_page(actor, code, at=at)
    form = PanelForm(request.POST or None, free=page.free, initial={"seen": page.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.open_review(actor, code, members=tuple(given["members"]), at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("The review is open. Its members sign the oath next."))
        return redirect("board:file", code) if holds(actor, "file.read") else redirect("board:home")
    return decision_page(
        request,
        title=_("Open the final review"),
        known=[
            Known(key=_("Members needed"), value=page.needed),
            Known(key=_("Barred because they assessed this person"), value=page.barred),
        ],
        form=form,
        label=_("Open the review"),
        code=code,
        back={"href": reverse("board:home"), "text": _("Home")},
        cite=page.cite,
        rule="review.panel",
    )


@both
def replace(request: HttpRequest, code: str) -> HttpResponse:
    """Replace a member who stood back."""
    actor, at = actor_of(request), service_now()
    page = panel_page(actor, code, at=at)
    recused = tuple(member for member, _sworn, gone in page.members if gone)
    form = ReplaceForm(
        request.POST or None, recused=recused, free=page.free, initial={"seen": page.version}
    )
    if answered(request, form, lambda given: acts.replace_member(actor, code, at=at, **given)):
        messages.success(request, _("The member was replaced."))
        return redirect("board:home")
    return decision_page(
        request,
        title=_("Replace a member"),
        form=form,
        label=_("Replace"),
        code=code,
        back={"href": reverse("board:home"), "text": _("Home")},
        cite=page.cite,
        rule="review.panel",
    )


@both
def decide_appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Decide an appeal against the final review."""
    actor, at = actor_of(request), service_now()
    page = appeal_page(actor, code, at=at)
    form = AppealForm(request.POST or None, outcomes=page.outcomes, initial={"seen": page.version})
    if answered(request, form, lambda given: acts.decide_appeal(actor, code, at=at, **given)):
        messages.success(request, _("The appeal is decided."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Appeal against the final review"),
        known=[
            Known(key=_("Decision appealed against"), value=label(page.outcome)),
            Known(key=_("On these factors"), value="\n".join(label(f) for f in page.factors)),
            Known(key=_("The candidate's reply"), value=page.reply),
            Known(key=_("Grounds of the appeal"), value=page.grounds),
        ],
        form=form,
        label=_("Decide"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        cite=page.cite,
        rule="review.appeal",
    )
