"""What the frame shows on every page: who is signed in, where to go, the rehearsal's clock."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.pages.context import Account, NavItem
from concours.selection.authority import Actor, actions_of, holds
from concours.services.ledger.checkpoints import short_head
from concours.services.notices.messages import unread_count


def fill(request: HttpRequest) -> Mapping[str, object]:
    """Values of the frame by name; see pages.context.Frame."""
    actor = actor_of(request)
    staff = bool(actor.roles - {"candidate", "public"})
    return {
        "home": reverse("portal:home"),
        "navigation": _board(request, actor) if staff else _portal(request, actor.person),
        "account": _account(actor.code, "public" in actor.roles),
        "links": (
            (_("Accessibility statement"), reverse("portal:accessibility")),
            (_("Privacy"), reverse("portal:privacy")),
            (_("Rules"), reverse("portal:rules")),
        ),
        "checkpoint": short_head(),
        "checkpoint_href": reverse("portal:checkpoint"),
        "staff": staff,
        "may": actions_of(actor) if staff else frozenset(),
        "rehearsal": settings.REHEARSAL,
        **(
            {"service_date": service_now(), "clock_href": reverse("rehearsal")}
            if settings.REHEARSAL
            else {}
        ),
    }


def _item(request: HttpRequest, text: str, name: str, count: int = 0) -> NavItem:
    href = reverse(name)
    current = request.path == href or (href != "/" and request.path.startswith(href))
    return NavItem(text=text, href=href, current=current, count=count)


def _portal(request: HttpRequest, person: str) -> tuple[NavItem, ...]:
    public = (
        _item(request, _("The road"), "portal:road"),
        _item(request, _("Rules"), "portal:rules"),
    )
    if not person:
        return public
    return (
        _item(request, _("Your applications"), "portal:candidate_home"),
        _item(request, _("Messages"), "portal:messages", unread_count(person)),
        *public,
    )


def _board(request: HttpRequest, actor: Actor) -> tuple[NavItem, ...]:
    """What this member of staff may open, and nothing else."""
    places = (
        (_("What waits"), "board:home", "board.enter"),
        (_("Files"), "board:files", "file.search"),
        (_("Competitions"), "board:competitions", "funnel.read"),
        (_("Figures"), "board:funnel", "funnel.read"),
    )
    return tuple(
        _item(request, text, name) for text, name, action in places if holds(actor, action)
    )


def _account(code: str, public: bool) -> Account:
    if public:
        door = "rehearsal" if settings.REHEARSAL else "account_login"
        return Account(text=_("Sign in"), sign_in=reverse(door))
    return Account(text=code, href=reverse("mfa_index"), sign_out=reverse("account_logout"))
