"""Marks after the sitting: completeness, key check, changes of the key, markers beside each other."""

from fractions import Fraction
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concours.board.examination.lists import checked_list
from concours.board.examination.marks_forms import (
    ChallengeAnswerForm,
    KeyChangeForm,
    KeyDecisionForm,
    LockdownForm,
    ScriptForm,
)
from concours.pages.actor import actor_of
from concours.pages.charts import BarsChart, bars
from concours.pages.clock import service_now
from concours.pages.deciding import Known, answered, decision_page
from concours.pages.forms import status_of
from concours.pages.lists import export, show_list, wants_export
from concours.pages.words import label
from concours.selection.authority import holds, require
from concours.selection.item_content import plain_text
from concours.services.examination import completeness as reports
from concours.services.examination import (
    essay_seeds,
    key_check,
    key_review,
    lockdown,
    markers,
    measuring,
    requests,
    sessions,
)
from concours.services.examination.key_check import CheckedItem
from concours.services.examination.key_review import Effect
from concours.services.listing import ListPage, ListQuery

both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def home(request: HttpRequest, competition: str) -> HttpResponse:
    """Where the marks of one competition stand, and the way to each part."""
    actor = actor_of(request)
    context = {
        "state": key_check.check_state(actor, competition),
        "key": key_review.key_page(actor, competition),
        "artefacts": measuring.artefacts(actor, competition),
        "challenged": requests.challenged_items(actor, competition)
        if holds(actor, requests.ANSWER)
        else (),
        "sessions": sessions.sessions_of(competition, statuses=("open", "closed")),
        "may_check": holds(actor, key_check.CHECK),
        "may_seed": holds(actor, essay_seeds.SEED),
    }
    return render(request, "board/examination/marks.html", context)


@require_POST
def check(request: HttpRequest, competition: str) -> HttpResponse:
    """Ask the worker for a key check."""
    key_check.ask_for_check(actor_of(request), competition, at=service_now())
    messages.success(request, _("The key is being checked. Reload in a moment."))
    return redirect("board:examination_marks", competition)


@require_safe
def items(request: HttpRequest, competition: str) -> HttpResponseBase:
    """The items as the key check found them, suspects first."""
    actor = actor_of(request)

    def fetch(query: ListQuery) -> ListPage[CheckedItem]:
        return key_check.checked_items(actor, competition, query)

    spec = checked_list(competition)
    if wants_export(request, spec):
        return export(request, spec, fetch, filename="key-check")
    context = {
        "list": show_list(request, spec, fetch),
        "state": key_check.check_state(actor, competition),
    }
    return render(request, "board/examination/checked_items.html", context)


@both
def propose(request: HttpRequest, competition: str, section: str, item: int) -> HttpResponse:
    """One item with what its options did, and a form to propose a change of its key."""
    actor, at = actor_of(request), service_now()
    require(actor, key_review.PROPOSE)
    step = key_review.step_of(competition)
    found = key_review.item_of(competition, step, section, item)
    checked = key_check.checked_item(actor, competition, section, item)
    options = tuple((str(letter), plain_text(str(words))) for letter, words in found.options)
    form = KeyChangeForm(
        request.POST or None, options=options, key=found.key, several=found.several
    )
    made: list[str] = []

    def act(said: dict[str, Any]) -> None:
        made.append(
            key_review.propose(actor, competition, section=section, item=item, at=at, **said)
        )

    if answered(request, form, act):
        messages.success(request, _("The change was proposed. A second person decides on it."))
        return redirect("board:examination_key_change", competition, made[0])
    known = [_known(_("Item"), plain_text(found.stem) or found.name), _known(_("Key"), found.key)]
    if checked is not None:
        known += [
            _known(
                option or _("Omitted"),
                _("%(n)s candidates, %(share)s %%") % {"n": n, "share": round(100 * share)},
                "" if r is None else _("correlation %(r)s") % {"r": f"{r:.2f}"},
            )
            for option, n, share, r in checked.options
        ]
    return decision_page(
        request,
        title=_("Change the key of item %(n)s") % {"n": item},
        lead=label(section),
        form=form,
        label=_("Show the effect and propose"),
        known=known,
        back=_back(competition),
        rule="examination.scale",
    )


@both
def change(request: HttpRequest, competition: str, change: str) -> HttpResponse:
    """The effect of a proposed change, and the decision of a second person."""
    actor, at = actor_of(request), service_now()
    page = key_review.change_page(actor, competition, change)
    digest = page.effect.digest if page.effect else ""
    form = KeyDecisionForm(request.POST or None, initial={"effect": digest})

    def act(said: dict[str, Any]) -> None:
        key_review.decide(actor, competition, change, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("The decision is in the record."))
        return redirect("board:examination_key_change", competition, change)
    context = {
        "page": page,
        "form": form,
        "chart": _effect_chart(page.effect) if page.effect else None,
        "may": holds(actor, key_review.DECIDE) and not page.own,
        "back": _back(competition),
    }
    return render(request, "board/examination/key_change.html", context, status=status_of(form))


def _effect_chart(effect: Effect) -> BarsChart:
    return bars(
        key="effect",
        title=_("How the sums would move"),
        summary=_("%(n)s of %(all)s sums change, on average by %(mean)s.")
        % {"n": effect.changed, "all": effect.persons, "mean": effect.mean},
        head=_("Change of the sum"),
        series=[_("Candidates")],
        rows=[(band, [n]) for band, n in effect.spread],
    )


def _known(key: object, value: object, note: object = "") -> Known:
    return Known(key=key, value=value, note=note)


def _back(competition: str) -> dict[str, object]:
    return {"href": reverse("board:examination_marks", args=[competition]), "text": _("Marks")}


@require_safe
def completeness(request: HttpRequest, code: str) -> HttpResponse:
    """The report of one session."""
    page = reports.completeness(actor_of(request), code, at=service_now())
    chart = bars(
        key="sections",
        title=_("Sections answered"),
        summary=_("How many of those who sat answered every item of a section, some, or none."),
        head=_("Section"),
        series=[_("All"), _("Some"), _("None")],
        rows=[(t.title, [t.complete, t.partial, t.empty]) for t in page.totals],
    )
    return render(request, "board/examination/completeness.html", {"page": page, "chart": chart})


@require_safe
def marker_table(request: HttpRequest, competition: str) -> HttpResponse:
    """Markers beside each other, as a picture and a table."""
    page = markers.markers_page(actor_of(request), competition)
    chart = bars(
        key="markers",
        title=_("Mean mark of each marker"),
        summary=_("Markers of the same essays should lie close together."),
        head=_("Marker"),
        series=[_("Mean mark")],
        rows=[(row.marker, [_rounded(row.mean)]) for row in page.rows],
        places=2,
    )
    return render(request, "board/examination/markers.html", {"page": page, "chart": chart})


def _rounded(value: Fraction | None) -> Fraction | None:
    return None if value is None else Fraction(round(value * 100), 100)


@both
def scripts(request: HttpRequest, competition: str) -> HttpResponse:
    """The known-mark scripts, and a form for another one."""
    actor, at = actor_of(request), service_now()
    rows = essay_seeds.scripts(actor, competition)
    form = ScriptForm(request.POST or None)

    def act(said: dict[str, Any]) -> None:
        essay_seeds.add_script(actor, competition, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("The script will be mixed among the sheets."))
        return redirect("board:examination_scripts", competition)
    known = [
        _known(row.code, _("mark %(m)s") % {"m": row.mark}, _("read %(n)s times") % {"n": row.read})
        for row in rows
    ]
    return decision_page(
        request,
        title=_("Scripts with a known mark"),
        lead=_("About one sheet in eight is such a script; markers cannot tell."),
        form=form,
        label=_("Add the script"),
        known=known,
        rule="examination.essay_seeding",
        back={"href": reverse("board:examination_essays"), "text": _("Essays")},
    )


@both
def answer_challenge(request: HttpRequest, code: str) -> HttpResponse:
    """The oldest challenge of a candidacy, with the key check beside it, and its answer."""
    actor, at = actor_of(request), service_now()
    page = requests.challenge_page(actor, code, at=at)
    if page is None:
        messages.success(request, _("No challenge waits on this file."))
        return redirect("board:file", code)
    form = ChallengeAnswerForm(request.POST or None, initial={"seen": page.version})

    def act(said: dict[str, Any]) -> None:
        requests.decide_challenge(actor, code, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("The challenge is answered; the candidate is told."))
        return redirect("board:file", code)
    found = page.challenge
    where = reverse(
        "board:examination_propose_key", args=[page.competition, found.section, found.item]
    )
    known = [
        Known(
            key=_("Item"),
            value=f"{label(found.section)}, {found.item}",
            href=where,
            action=_("Look at the item"),
        ),
        _known(_("Ground"), label(found.ground)),
        _known(_("In the candidate's words"), page.argument),
    ]
    if page.checked is not None:
        known.append(
            _known(
                _("Key check"),
                _("Option %(o)s beats the key") % {"o": page.checked.suspect}
                if page.checked.suspect
                else _("No option beats the key"),
            )
        )
    return decision_page(
        request,
        title=_("Answer a challenge"),
        code=code,
        form=form,
        label=_("Answer"),
        known=known,
        rule="examination.challenge_answer",
        back={"href": reverse("board:file", args=[code]), "text": _("The file")},
    )


@both
def locked_browser(request: HttpRequest, competition: str) -> HttpResponse:
    """Whether the locked browser is required, its configuration and key."""
    actor, at = actor_of(request), service_now()
    page = lockdown.lockdown_page(actor, competition, origin=settings.ORIGIN)
    found = page.lockdown
    initial = {
        "required": "yes" if found.required else "no",
        "browser_keys": "\n".join(found.browser_keys),
    }
    form = LockdownForm(request.POST or None, initial=initial)

    def act(said: dict[str, Any]) -> None:
        lockdown.set_lockdown(actor, competition, at=at, **said)

    if answered(request, form, act):
        messages.success(request, _("The choice is in the record. Give out the new file."))
        return redirect("board:examination_lockdown", competition)
    file = reverse("board:examination_lockdown_file", args=[competition])
    return decision_page(
        request,
        title=_("Safe Exam Browser"),
        lead=page.title,
        form=form,
        label=_("Record the choice"),
        known=[
            Known(
                key=_("Configuration"),
                value=_("%(name)s.seb") % {"name": competition},
                href=file,
                action=_("Download"),
            ),
            _known(_("Its config key"), page.config_key),
        ],
        back=_back(competition),
    )


@require_safe
def locked_browser_file(request: HttpRequest, competition: str) -> HttpResponse:
    """The configuration as a file for the machines of the centres."""
    page = lockdown.lockdown_page(actor_of(request), competition, origin=settings.ORIGIN)
    return HttpResponse(
        lockdown.config_file(page.lockdown, origin=settings.ORIGIN),
        content_type="application/seb",
        headers={"Content-Disposition": f'attachment; filename="{competition}.seb"'},
    )
