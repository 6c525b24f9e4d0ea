"""Decisions of the clearance desks. A view parses, writes once, reads once, and answers."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concours.board.clearance.forms import (
    AppealForm,
    MedicalForm,
    SecurityForm,
    WaitForm,
    WaiverForm,
)
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.words import label
from concours.selection.authority import require
from concours.services.clearance import acts
from concours.services.clearance.pages import (
    CompartmentPage,
    appeal_page,
    compartment_page,
)

both = require_http_methods(["GET", "HEAD", "POST"])


def _known(page: CompartmentPage) -> list[Known]:
    side = page.side
    waited = " · ".join(f"{label(party)}: {days}" for party, days in side.waited.items())
    documents = [
        Known(
            key=_("Document"),
            value=upload.name,
            href=reverse("board:clearance_document", args=[page.code, side.name, upload.code]),
            action=_("Open"),
        )
        for upload in side.uploads
    ]
    return [
        Known(key=_("Standing"), value=label(side.outcome) if side.outcome else _("Not decided")),
        Known(key=_("Papers in"), value=side.papers_at),
        Known(key=_("Waits on"), value=label(side.waits_on) if side.waits_on else ""),
        Known(key=_("Days waited"), value=waited),
        Known(key=_("Good until the day before"), value=side.until),
        *documents,
    ]


def _records(page: CompartmentPage) -> Sequence[dict[str, object]]:
    """The compartment's records as events, in words where there are any."""
    return [
        {
            "title": label(record.kind),
            "at": record.at,
            "actor": record.by,
            "text": "; ".join(
                f"{label(key)}: {', '.join(value) if isinstance(value, list) else value}"
                for key, value in record.content.items()
                if value not in ("", []) and key != "documents"
            ),
        }
        for record in page.records
    ]


def _to_file(code: str) -> dict[str, object]:
    return {"href": reverse("board:clearance_home"), "text": _("Clearance desks")}


@both
def decide_medical(request: HttpRequest, code: str) -> HttpResponse:
    """Decide the medical clearance inside its compartment."""
    actor, at = actor_of(request), service_now()
    require(actor, "clearance.decide_medical")
    page = compartment_page(actor, code, compartment="medical", at=at)
    classes = [(value, f"{value} · {title}") for value, title in page.classes]
    form = MedicalForm(request.POST or None, classes=classes, initial={"seen": page.version})
    if answered(request, form, lambda given: acts.decide_medical(actor, code, at=at, **given)):
        messages.success(
            request, _("The medical clearance is decided; its class stays in this compartment.")
        )
        return redirect("board:clearance_medical")
    return decision_page(
        request,
        title=_("Medical clearance"),
        known=_known(page),
        records=_records(page),
        form=form,
        label=_("Decide"),
        code=code,
        back=_to_file(code),
        cite=page.side.cite,
        rule=page.side.rule,
    )


@both
def decide_security(request: HttpRequest, code: str) -> HttpResponse:
    """Decide the security clearance inside its compartment."""
    actor, at = actor_of(request), service_now()
    page = compartment_page(actor, code, compartment="security", at=at)
    guidelines = [(value, f"{value} · {title}") for value, title in page.guidelines]
    form = SecurityForm(
        request.POST or None,
        outcomes=list(page.outcomes),
        guidelines=guidelines,
        initial={"seen": page.version},
    )
    if answered(request, form, lambda given: acts.decide_security(actor, code, at=at, **given)):
        messages.success(
            request,
            _("The security clearance is decided; its guidelines stay in this compartment."),
        )
        return redirect("board:clearance_security")
    return decision_page(
        request,
        title=_("Security clearance"),
        known=_known(page),
        records=_records(page),
        form=form,
        label=_("Decide"),
        code=code,
        back=_to_file(code),
        cite=page.side.cite,
        rule=page.side.rule,
    )


def _wait(request: HttpRequest, code: str, compartment: str) -> HttpResponse:
    actor, at = actor_of(request), service_now()
    require(actor, f"clearance.decide_{compartment}")
    page = compartment_page(actor, code, compartment=compartment, at=at)
    form = WaitForm(request.POST or None, initial={"seen": page.version})

    def act(given: dict) -> None:  # type: ignore[type-arg]
        acts.record_wait(
            actor, code, compartment=compartment, on=given["on"], at=at, seen=given["seen"]
        )

    if answered(request, form, act):
        messages.success(request, _("Recorded."))
        return redirect(f"board:clearance_decide_{compartment}", code)
    return decision_page(
        request,
        title=_("On whom does this wait?"),
        known=_known(page),
        form=form,
        label=_("Record"),
        code=code,
        back=_to_file(code),
    )


@both
def medical_wait(request: HttpRequest, code: str) -> HttpResponse:
    """Record on whom the medical clearance waits."""
    return _wait(request, code, "medical")


@both
def security_wait(request: HttpRequest, code: str) -> HttpResponse:
    """Record on whom the security clearance waits."""
    return _wait(request, code, "security")


@both
def decide_waiver(request: HttpRequest, code: str) -> HttpResponse:
    """Decide a medical waiver."""
    actor, at = actor_of(request), service_now()
    require(actor, "clearance.decide_waiver")
    page = compartment_page(actor, code, compartment="medical", at=at)
    form = WaiverForm(request.POST or None, initial={"seen": page.version})
    if answered(request, form, lambda given: acts.decide_waiver(actor, code, at=at, **given)):
        messages.success(request, _("The waiver is decided, finally."))
        return redirect("board:clearance_waivers")
    return decision_page(
        request,
        title=_("Medical waiver"),
        known=_known(page),
        records=_records(page),
        warning=_("This decision is final: there is no appeal."),
        form=form,
        label=_("Decide"),
        code=code,
        back=_to_file(code),
        cite=page.side.cite,
        rule=page.side.rule,
    )


@both
def decide_appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Record the appeal panel's votes."""
    actor, at = actor_of(request), service_now()
    page = appeal_page(actor, code, at=at)
    form = AppealForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: acts.decide_security_appeal(actor, code, at=at, **given)
    ):
        messages.success(request, _("The appeal is decided."))
        return redirect("board:home")
    return decision_page(
        request,
        title=_("Security appeal"),
        known=_known(page),
        records=_records(page),
        form=form,
        label=_("Decide"),
        code=code,
        back=_to_file(code),
        cite=page.side.cite,
        rule="clearance.appeal_panel",
    )
