"""Appointment, training, postings. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.clearance.forms import SeenForm
from concours.board.service.forms import (
    AppointForm,
    AssignForm,
    PostForm,
    SignForm,
    TrainingForm,
)
from concours.board.service.lists import OFFICERS
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.lists import export, show_list, wants_export
from concours.pages.words import label
from concours.services.listing import ListPage, ListQuery
from concours.services.service import acts, postings
from concours.services.service.pages import (
    OfficerPage,
    OfficerRow,
    officer_list,
    officer_page,
    posts_page,
)

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Officers in training and service."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[OfficerRow]:
        return officer_list(actor, query)

    if wants_export(request, OFFICERS):
        return export(request, OFFICERS, fetch, filename="officers")
    return render(request, "board/service/home.html", {"list": show_list(request, OFFICERS, fetch)})


def _known(page: OfficerPage) -> list[Known]:
    state = page.state
    results = [
        Known(key=module.title, value=", ".join(label(r) for r in module.results))
        for module in page.modules
    ]
    return [
        Known(key=_("Class"), value=page.plan.title if page.plan else ""),
        Known(key=_("First day of training"), value=page.plan.starts_on if page.plan else ""),
        Known(
            key=_("Class and step"),
            value=f"{state.grade}, {state.grade_step}" if state.grade else "",
        ),
        *results,
    ]


@both
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Appoint to the class accepted."""
    actor, at = actor_of(request), service_now()
    page = officer_page(actor, code, "service.appoint", at=at)
    form = AppointForm(
        request.POST or None, educations=list(page.educations), initial={"seen": page.version}
    )
    if answered(request, form, lambda given: acts.appoint(actor, code, at=at, **given)):
        messages.success(request, _("The officer is appointed."))
        return redirect("board:home")
    return decision_page(
        request,
        title=_("Appoint an officer"),
        known=_known(page),
        lead=_("Age, clearances and the table of the day of the offer are checked."),
        form=form,
        label=_("Appoint"),
        code=code,
        back={"href": reverse("board:home"), "text": _("Home")},
        cite=page.cites["entry_class"],
        rule="service.entry_class",
    )


@both
def training(request: HttpRequest, code: str) -> HttpResponse:
    """Record a training result."""
    actor, at = actor_of(request), service_now()
    page = officer_page(actor, code, "service.record_training", at=at)
    form = TrainingForm(
        request.POST or None,
        modules=[(module.code, module.title) for module in page.modules],
        initial={"seen": page.version},
    )
    if answered(request, form, lambda given: acts.record_training(actor, code, at=at, **given)):
        messages.success(request, _("The result is recorded."))
        return redirect("board:service_home")
    return decision_page(
        request,
        title=_("Training result"),
        known=_known(page),
        warning=_("A module failed twice ends the training."),
        form=form,
        label=_("Record"),
        code=code,
        back={"href": reverse("board:service_home"), "text": _("Officers")},
        cite=page.cites["training"],
        rule="service.training",
    )


@both
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Assign a post by hand."""
    actor, at = actor_of(request), service_now()
    page = officer_page(actor, code, "service.assign", at=at)
    form = AssignForm(
        request.POST or None,
        posts=[(post.code, post.title) for post in page.posts],
        wishes=dict(page.state.wishes),
        initial={"seen": page.version},
    )
    if answered(request, form, lambda given: acts.assign(actor, code, at=at, **given)):
        messages.success(request, _("The post is assigned."))
        return redirect("board:service_home")
    return decision_page(
        request,
        title=_("Assign a post"),
        known=_known(page),
        form=form,
        label=_("Assign"),
        code=code,
        back={"href": reverse("board:service_home"), "text": _("Officers")},
        cite=page.cites["abroad"],
        rule="service.abroad",
    )


@both
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the file over to personnel."""
    actor, at = actor_of(request), service_now()
    page = officer_page(actor, code, "service.hand_over", at=at)
    form = SeenForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: acts.hand_over(actor, code, at=at, seen=given["seen"])
    ):
        messages.success(request, _("The file is handed over; the candidacy has done its work."))
        return redirect("board:home")
    return decision_page(
        request,
        title=_("Hand over to personnel"),
        known=_known(page),
        form=form,
        label=_("Hand over"),
        code=code,
        back={"href": reverse("board:home"), "text": _("Home")},
        cite=page.cites["retention"],
        rule="service.retention",
    )


@require_safe
def posts(request: HttpRequest, code: str) -> HttpResponse:
    """A class's list of posts, and the newest proposal with its reasons."""
    page = posts_page(actor_of(request), code)
    return render(request, "board/service/posts.html", {"page": page})


@both
def add_post(request: HttpRequest, code: str) -> HttpResponse:
    """Put a post on the list."""
    actor = actor_of(request)
    page = posts_page(actor, code)
    form = PostForm(request.POST or None, initial={"places": 1, "need": 0, "months": 24})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        post = given.pop("code")
        acts.add_post(actor, code, code=post, **given)

    if answered(request, form, act):
        messages.success(request, _("The post is on the list."))
        return redirect("board:service_posts", code)
    return decision_page(
        request,
        title=_("Add a post"),
        lead=page.title,
        form=form,
        label=_("Add"),
        back={"href": reverse("board:service_posts", args=[code]), "text": _("First postings")},
    )


@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the worker for a proposal."""
    postings.ask_for_proposal(actor_of(request), code)
    messages.success(request, _("The worker is making a proposal. Reload in a moment."))
    return redirect("board:service_posts", code)


@both
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Make the proposal the officers' postings."""
    actor, at = actor_of(request), service_now()
    page = posts_page(actor, code)
    run = page.proposal.run if page.proposal else ""
    form = SignForm(request.POST or None, initial={"run": run})
    if answered(request, form, lambda given: postings.sign(actor, code, run=given["run"], at=at)):
        messages.success(request, _("The postings are signed; every officer is told."))
        return redirect("board:service_posts", code)
    return decision_page(
        request,
        title=_("Sign the postings"),
        known=[
            Known(key=row.officer, value=row.post, note=label(row.wish))
            for row in (page.proposal.rows if page.proposal else ())
        ],
        form=form,
        label=_("Sign all of them"),
        back={"href": reverse("board:service_posts", args=[code]), "text": _("First postings")},
        rule="service.abroad",
    )
