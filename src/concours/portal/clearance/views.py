"""One's own clearances. A view parses, writes once, reads once, and answers."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.downloads import file_response
from concours.pages.words import spoken
from concours.portal.clearance.forms import ConfirmForm, GroundsForm, UploadForm
from concours.services.clearance import acts
from concours.services.clearance.pages import own_clearance_page, read_document

both = require_http_methods(["GET", "HEAD", "POST"])


def _back(code: str) -> Mapping[str, object]:
    return {"href": reverse("portal:clearance_page", args=[code]), "text": _("Your clearances")}


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Both clearances: what to do by when, on whom each waits, how it came out."""
    found = own_clearance_page(actor_of(request), code, at=service_now())
    return render(request, "portal/clearance/clearance.html", {"page": found})


@both
def upload(request: HttpRequest, code: str, compartment: str) -> HttpResponse:
    """Upload one document to one compartment."""
    actor, at = actor_of(request), service_now()
    own_clearance_page(actor, code, at=at)
    form = UploadForm(request.POST or None, request.FILES or None)

    def act(given: dict) -> None:  # type: ignore[type-arg]
        sent = given["document"]
        acts.upload_document(
            actor, code, compartment=compartment, name=sent.name, content=sent.read(), at=at
        )

    if answered(request, form, act):
        messages.success(request, _("The document is kept, encrypted."))
        return redirect("portal:clearance_page", code)
    return decision_page(
        request,
        title=_("Upload a document"),
        form=form,
        label=_("Upload"),
        code=code,
        back=_back(code),
        upload=True,
    )


@require_safe
def document(request: HttpRequest, code: str, compartment: str, document: str) -> HttpResponse:
    """One's own document."""
    found = read_document(
        actor_of(request), code, document, compartment=compartment, at=service_now()
    )
    return file_response(found.content, found.media_type, found.name)


@both
def certify(request: HttpRequest, code: str) -> HttpResponse:
    """Certify the security forms."""
    actor, at = actor_of(request), service_now()
    found = own_clearance_page(actor, code, at=at)
    form = ConfirmForm(request.POST or None, initial={"seen": found.version})
    if answered(
        request, form, lambda given: acts.certify_forms(actor, code, at=at, seen=given["seen"])
    ):
        messages.success(
            request, _("Your security forms are certified. The board now works on them.")
        )
        return redirect("portal:clearance_page", code)
    side = next((s for s in found.sides if s.name == "security"), None)
    return decision_page(
        request,
        title=_("Certify your security forms"),
        lead=_("You certify that the forms and documents you uploaded are complete and true."),
        warning=_(
            "The last day is absolute: it is moved for nobody, and missing it ends the candidacy."
        ),
        known=[Known(key=_("Last instant"), value=side.due_on)] if side else [],
        form=form,
        label=_("Certify the forms"),
        code=code,
        back=_back(code),
    )


@both
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Send the medical documents."""
    actor, at = actor_of(request), service_now()
    found = own_clearance_page(actor, code, at=at)
    form = ConfirmForm(request.POST or None, initial={"seen": found.version})
    if answered(
        request, form, lambda given: acts.send_documents(actor, code, at=at, seen=given["seen"])
    ):
        messages.success(request, _("Your medical documents are with the board."))
        return redirect("portal:clearance_page", code)
    return decision_page(
        request,
        title=_("Send your medical documents"),
        lead=_("Send them when all are uploaded. The board may still ask for more."),
        form=form,
        label=_("Send the documents"),
        code=code,
        back=_back(code),
    )


@both
def waiver(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a medical waiver."""
    actor, at = actor_of(request), service_now()
    found = own_clearance_page(actor, code, at=at)
    form = ConfirmForm(request.POST or None, initial={"seen": found.version})
    if answered(
        request, form, lambda given: acts.request_waiver(actor, code, at=at, seen=given["seen"])
    ):
        messages.success(request, _("You asked for a waiver. The waiver officer decides."))
        return redirect("portal:clearance_page", code)
    side = next((s for s in found.sides if s.name == "medical"), None)
    return decision_page(
        request,
        title=_("Ask for a waiver"),
        lead=_("Your medical class does not pass by itself. A waiver lets you go on."),
        warning=_("The decision on a waiver is final: there is no appeal."),
        known=[
            Known(
                key=_("Your class"), value=f"{found.medical_class} · {spoken(found.class_title)}"
            ),
            Known(key=_("Ask by"), value=found.waiver_due),
        ],
        form=form,
        label=_("Ask for a waiver"),
        code=code,
        back=_back(code),
        cite=side.cite if side else None,
        rule=side.rule if side else "",
    )


@both
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Appeal the denied security clearance."""
    actor, at = actor_of(request), service_now()
    found = own_clearance_page(actor, code, at=at)
    form = GroundsForm(request.POST or None, initial={"seen": found.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.appeal_security(actor, code, grounds=given["grounds"], at=at, seen=given["seen"])

    if answered(request, form, act):
        messages.success(request, _("Your appeal is lodged. A panel of three decides it."))
        return redirect("portal:clearance_page", code)
    return decision_page(
        request,
        title=_("Appeal the security decision"),
        lead=_("You may appeal once. Your grounds are read by the appeal panel only."),
        known=[Known(key=_("Appeal by"), value=found.appeal_due)],
        form=form,
        label=_("Lodge the appeal"),
        code=code,
        back=_back(code),
    )
