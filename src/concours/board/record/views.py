"""Acts on the record that cannot be undone. A view parses, writes once, reads once, and answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from concours.board.record.forms import FinalForm, HoldForm, ProposalForm, WithdrawalForm
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.words import label
from concours.selection.authority import holds
from concours.selection.two_persons import Proposal
from concours.services import erasing
from concours.services.ledger import destroying
from concours.services.ledger.destroying import Destruction

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def entries(request: HttpRequest, code: str) -> HttpResponse:
    """The entries of a file by their headers: which body is to go?"""
    actor = actor_of(request)
    rows = destroying.entry_list(actor, code, at=service_now())
    may = {"propose": holds(actor, destroying.PROPOSE)}
    return render(request, "board/record/entries.html", {"code": code, "rows": rows, "may": may})


def _proposed(proposal: Proposal | None) -> list[Known]:
    """What a standing proposal says, so that another may confirm or withdraw it."""
    if proposal is None:
        return [Known(key=_("Proposal"), value=_("None stands."))]
    return [
        Known(key=_("Proposed"), value=proposal.at, note=label(proposal.role)),
        Known(key=_("Proposed by"), value=proposal.by),
        Known(key=_("Reason"), value=label(proposal.reason)),
        Known(key=_("Number of the order or request it rests on"), value=proposal.authority),
    ]


def _of_body(page: Destruction) -> list[Known]:
    """The entry, what of it would go, and what would read otherwise."""
    changes = [
        Known(key=title or _("The candidacy"), value=f"{label(before)} → {label(after)}")
        for title, before, after in page.changes
    ] or [Known(key=_("Standing"), value=_("No step would read otherwise."))]
    return [
        Known(key=_("Receipt"), value=page.entry.receipt),
        Known(key=_("Recorded"), value=page.entry.at),
        Known(
            key=_("What would go"), value=", ".join(name.replace("_", " ") for name in page.fields)
        ),
        *changes,
        *_proposed(page.proposal),
    ]


@both
def destroy_body(request: HttpRequest, code: str, receipt: str) -> HttpResponse:
    """What destroying one body would change, and the proposal."""
    actor, at = actor_of(request), service_now()
    page = destroying.destruction(actor, code, receipt, at=at)
    form = ProposalForm(
        request.POST or None,
        reasons=[(reason, label(reason)) for reason in destroying.REASONS],
        initial={"seen": page.version},
    )
    if answered(
        request, form, lambda given: destroying.propose_named(actor, code, receipt, at=at, **given)
    ):
        messages.success(request, _("Proposed. Nothing is destroyed until somebody else confirms."))
        return redirect("board:record_entries", code)
    return decision_page(
        request,
        title=_("Propose to destroy the body of an entry"),
        lead=page.entry.words,
        known=_of_body(page),
        warning=_("What the entry decided counts as unknown afterwards, unless decided again."),
        form=form,
        label=_("Propose"),
        code=code,
        back={"href": reverse("board:record_entries", args=[code]), "text": _("Entries")},
    )


@both
def confirm_destruction(request: HttpRequest, code: str, receipt: str) -> HttpResponse:
    """Destroy a body as somebody else proposed."""
    actor, at = actor_of(request), service_now()
    page = destroying.destruction(actor, code, receipt, at=at, action=destroying.CONFIRM)
    form = FinalForm(request.POST or None, code=code, initial={"seen": page.version})
    if answered(
        request, form, lambda given: destroying.confirm_named(actor, code, receipt, at=at, **given)
    ):
        messages.success(request, _("The body is destroyed; the entry and every proof stay."))
        return redirect("board:record_entries", code)
    return decision_page(
        request,
        title=_("Destroy the body of an entry"),
        lead=page.entry.words,
        known=_of_body(page),
        warning=_("What the entry decided counts as unknown afterwards, unless decided again."),
        form=form,
        label=_("Destroy the body"),
        kind="warning",
        code=code,
        back={"href": reverse("board:record_entries", args=[code]), "text": _("Entries")},
    )


@both
def withdraw_destruction(request: HttpRequest, code: str, receipt: str) -> HttpResponse:
    """Withdraw the proposal to destroy a body."""
    actor, at = actor_of(request), service_now()
    page = destroying.destruction(actor, code, receipt, at=at, action=destroying.CONFIRM)
    form = WithdrawalForm(request.POST or None, initial={"seen": page.version})
    if answered(
        request, form, lambda given: destroying.withdraw_named(actor, code, receipt, at=at, **given)
    ):
        messages.success(request, _("The proposal is withdrawn; nothing was destroyed."))
        return redirect("board:record_entries", code)
    return decision_page(
        request,
        title=_("Withdraw the proposal"),
        lead=page.entry.words,
        known=_proposed(page.proposal),
        form=form,
        label=_("Withdraw the proposal"),
        code=code,
        back={"href": reverse("board:record_entries", args=[code]), "text": _("Entries")},
    )


def _of_person(page: erasing.ErasurePage) -> list[Known]:
    """What would go with the person, counted, and the proposal that stands."""
    rows = [
        Known(key=one.what, value=ngettext("{n} row", "{n} rows", one.rows).format(n=one.rows))
        for one in page.going
    ]
    files = [Known(key=_("Candidacy"), value=f, note=label(how)) for f, how in page.candidacies]
    return [
        *files,
        Known(key=_("Name, date of birth, address, telephone"), value=_("emptied")),
        Known(key=_("Account"), value=_("closed, its address and second factors removed")),
        Known(key=_("Documents"), value=page.documents),
        *rows,
        *_proposed(page.proposal),
    ]


@both
def erase_person(request: HttpRequest, code: str) -> HttpResponse:
    """What erasing the person of this file would remove, and the proposal."""
    actor, at = actor_of(request), service_now()
    page = erasing.erasure_page(actor, code, at=at)
    form = ProposalForm(
        request.POST or None,
        reasons=[(reason, label(reason)) for reason in erasing.REASONS],
        initial={"seen": page.version},
    )
    if answered(request, form, lambda given: erasing.propose_erasure(actor, code, at=at, **given)):
        messages.success(request, _("Proposed. Nothing is erased until somebody else confirms."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Propose to erase a person's data"),
        lead=page.against
        or _("Keys, rows and documents go; every entry, count and proof stays as it is."),
        known=_of_person(page),
        warning=_("Nobody can bring this data back. A copy restored later erases it again."),
        form=form,
        label=_("Propose"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        rule="service.retention",
    )


@both
def confirm_erasure(request: HttpRequest, code: str) -> HttpResponse:
    """Erase the person of this file as somebody else proposed."""
    actor, at = actor_of(request), service_now()
    page = erasing.erasure_page(actor, code, at=at, action=erasing.CONFIRM)
    form = FinalForm(request.POST or None, code=code, initial={"seen": page.version})
    if answered(request, form, lambda given: erasing.confirm_erasure(actor, code, at=at, **given)):
        messages.success(request, _("The person's data is erased; entries and proofs stay."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Erase a person's data"),
        lead=page.against
        or _("Keys, rows and documents go; every entry, count and proof stays as it is."),
        known=_of_person(page),
        warning=_("Nobody can bring this data back. A copy restored later erases it again."),
        form=form,
        label=_("Erase the data"),
        kind="warning",
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        rule="service.retention",
    )


@both
def withdraw_erasure(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw the proposal to erase a person's data."""
    actor, at = actor_of(request), service_now()
    page = erasing.erasure_page(actor, code, at=at, action=erasing.CONFIRM)
    form = WithdrawalForm(request.POST or None, initial={"seen": page.version})
    if answered(request, form, lambda given: erasing.withdraw_erasure(actor, code, at=at, **given)):
        messages.success(request, _("The proposal is withdrawn; the data stays."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Withdraw the proposal"),
        known=_proposed(page.proposal),
        form=form,
        label=_("Withdraw the proposal"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        rule="service.retention",
    )


@both
def hold(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a person's data from being erased, or lift that."""
    actor, at = actor_of(request), service_now()
    held, version = erasing.hold_page(actor, code, at=at)
    form = HoldForm(
        request.POST or None,
        reasons=[(reason, label(reason)) for reason in erasing.HOLD_REASONS],
        initial={"seen": version},
    )
    if answered(request, form, lambda given: erasing.set_hold(actor, code, at=at, **given)):
        messages.success(request, _("Recorded in the person's file."))
        return redirect("board:file", code)
    return decision_page(
        request,
        title=_("Keep personal data from being erased"),
        known=[Known(key=_("Now"), value=_("A hold keeps the data") if held else _("No hold"))],
        warning=_("While the hold stands nobody can erase the data, and it is not disposed of."),
        form=form,
        label=_("Record"),
        code=code,
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
        rule="service.retention",
    )
