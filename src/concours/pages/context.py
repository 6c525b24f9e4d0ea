"""What the frame around each page shows, as plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, get_language_bidi

Words = str | Promise

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One link of the service navigation; ``count`` is shown after it when above zero."""

    text: Words
    href: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who is signed in, in words that name no one a passer-by should read, and the way out."""

    text: Words
    href: str = ""
    sign_out: str = ""
    sign_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The values of one page's frame.

    ``links`` are the footer's. ``service_date`` and ``clock_href`` are given in a
    rehearsal only. ``checkpoint`` is the signed head of the log, ``checkpoint_href``
    the page that explains it. ``staff`` loads the board's own components. ``may`` holds
    a member of staff's actions, so that a page offers no link that would be refused.
    """

    language: str
    direction: str
    languages: Sequence[tuple[str, str]]
    theme: str
    path: str
    nonce: str
    preferences: str
    home: str = "/"
    service_name: Words = ""
    service_url: str = ""
    navigation: Sequence[NavItem] = ()
    account: Account | None = None
    rehearsal: bool = False
    service_date: datetime | None = None
    clock_href: str = ""
    checkpoint: str = ""
    checkpoint_href: str = ""
    links: Sequence[tuple[Words, str]] = field(default=())
    staff: bool = False
    may: frozenset[str] = frozenset()

    @property
    def themes(self) -> Sequence[tuple[str, bool]]:
        """The themes by code, and which one is chosen."""
        return [(theme, theme == self.theme) for theme in THEMES]


Fill = Callable[[HttpRequest], Mapping[str, object]]


@cache
def _hook(path: str) -> Fill:
    return cast(Fill, import_string(path))


def theme_of(request: HttpRequest) -> str:
    """The theme the reader chose; what the device asks for until they do."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def plain_frame(request: HttpRequest) -> Frame:
    """The frame without what hooks add: enough for an error page, and it cannot fail."""
    return Frame(
        language=get_language() or settings.LANGUAGE_CODE,
        direction="rtl" if get_language_bidi() else "ltr",
        languages=settings.LANGUAGES,
        theme=theme_of(request),
        path=request.get_full_path() if request.method == "GET" else request.path,
        nonce=str(getattr(request, "csp_nonce", "")),
        preferences=getattr(settings, "PREFERENCES_URL", "/preferences/"),
    )


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: the frame, filled by the hooks of setting FRAME_HOOKS.

    The hook under "*" runs on each page, then the one under the face's name
    (the application namespace of the address). Each returns values of `Frame`
    by name; a name that `Frame` does not have is an error.
    """
    hooks: Mapping[str, str] = getattr(settings, "FRAME_HOOKS", {})
    match = request.resolver_match
    filled = plain_frame(request)
    for name in ("*", match.app_names[0] if match and match.app_names else ""):
        if name in hooks:
            filled = replace(filled, **_hook(hooks[name])(request))  # type: ignore[arg-type]
    return {"frame": filled}
