"""What the frame shows on every page: who is signed in, where to go, the rehearsal's clock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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


def _item(text: str, name: str, count: int = 0) -> NavItem:
    return NavItem(text=text, href=reverse(name), count=count)


def _marked(request: HttpRequest, items: Sequence[NavItem]) -> tuple[NavItem, ...]:
    """The items, with the one the page belongs to as the current one: the longest that fits."""
    fitting = [
        item.href
        for item in items
        if request.path == item.href or (item.href != "/" and request.path.startswith(item.href))
    ]
    longest = max(fitting, key=len, default="")
    return tuple(replace(item, current=bool(longest) and item.href == longest) for item in items)


def _portal(request: HttpRequest, person: str) -> tuple[NavItem, ...]:
    public = (
        _item(_("The road"), "portal:road"),
        _item(_("Rules"), "portal:rules"),
    )
    if not person:
        return _marked(request, public)
    own = (
        _item(_("Your applications"), "portal:candidate_home"),
        _item(_("Messages"), "portal:messages", unread_count(person)),
    )
    return _marked(request, (*own, *public))


def _board(request: HttpRequest, actor: Actor) -> tuple[NavItem, ...]:
    """What this member of staff may open, and nothing else."""
    places = (
        (_("What waits"), "board:home", "board.enter"),
        (_("Files"), "board:files", "file.search"),
        (_("Competitions"), "board:competitions", "funnel.read"),
        (_("Figures"), "board:funnel", "funnel.read"),
    )
    return _marked(
        request, [_item(text, name) for text, name, action in places if holds(actor, action)]
    )


def _account(code: str, public: bool) -> Account:
    if public:
        door = "rehearsal" if settings.REHEARSAL else "account_login"
        return Account(text=_("Sign in"), sign_in=reverse(door))
    return Account(text=code, href=reverse("mfa_index"), sign_out=reverse("account_logout"))
