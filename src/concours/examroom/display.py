"""How the room looks for one candidate: colours and size, kept in cookies so that nothing flashes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concours.pages.context import theme_of

YEAR = 365 * 24 * 3600
COLOURS_COOKIE = "room_colours"
SIZE_COOKIE = "room_size"
COLOURS: Sequence[tuple[str, str | Promise]] = (
    ("standard", _("Standard")),
    ("dark", _("Dark")),
    ("black-on-white", _("Black on white")),
    ("white-on-black", _("White on black")),
    ("beige", _("Beige")),
)
SIZES = (100, 125, 150, 175, 200, 250, 300)
LARGE_PRINT, LARGE = "large_print", 200
"""The accommodation, and the size at which the room opens with it."""
FRAME_THEME = {
    "dark": "dark",
    "white-on-black": "dark",
    "black-on-white": "light",
    "beige": "light",
}
"""Which of the frame's two themes a choice builds on; the standard one follows the reader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """The chosen colours and size, and what there is to choose from."""

    colours: str
    size: int
    theme: str

    @property
    def all_colours(self) -> Sequence[tuple[str, str | Promise, str]]:
        """Code, words and the frame's theme of each choice."""
        return [(code, words, FRAME_THEME.get(code, "")) for code, words in COLOURS]

    @property
    def sizes(self) -> Sequence[int]:
        """Text sizes in per cent."""
        return SIZES


def display_of(request: HttpRequest, granted: Collection[str] = ()) -> Display:
    """What this reader chose. Until they do, standard colours and size, or the size of large
    print where ``granted`` holds it."""
    colours = request.COOKIES.get(COLOURS_COOKIE, "")
    size = request.COOKIES.get(SIZE_COOKIE, "")
    chosen = colours if colours in dict(COLOURS) else "standard"
    return Display(
        colours=chosen,
        size=int(size)
        if size.isdecimal() and int(size) in SIZES
        else LARGE
        if LARGE_PRINT in granted
        else 100,
        theme=FRAME_THEME.get(chosen) or theme_of(request),
    )


def keep_display(request: HttpRequest, answer: HttpResponse) -> None:
    """Remember what was chosen; a choice that does not exist is left out."""
    colours, size = request.POST.get("colours", ""), request.POST.get("size", "")
    if colours in dict(COLOURS):
        _keep(answer, COLOURS_COOKIE, colours)
    if size in {str(s) for s in SIZES}:
        _keep(answer, SIZE_COOKIE, size)


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=YEAR,
        path="/exam/",
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
