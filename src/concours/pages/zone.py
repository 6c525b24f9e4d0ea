"""The two zones a page shows times in: the board's, which counts, and the reader's."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

COOKIE = "zone"


def board_zone() -> ZoneInfo:
    """The zone the board's deadlines are reckoned in (setting BOARD_ZONE)."""
    return ZoneInfo(getattr(settings, "BOARD_ZONE", settings.TIME_ZONE))


def city(zone: ZoneInfo) -> str:
    """A zone by the name of its city, as people call it: "Buenos Aires" for America/Buenos_Aires."""
    return gettext(zone.key.rsplit("/", 1)[-1].replace("_", " "))


def reader_zone() -> ZoneInfo | None:
    """The reader's zone while a request is answered; None when the browser has not told it."""
    zone = timezone.get_current_timezone()
    return (
        zone if isinstance(zone, ZoneInfo) and zone is not timezone.get_default_timezone() else None
    )


class ReaderZoneMiddleware:
    """Activates the zone the browser reported in a cookie; an unknown name counts as none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = available_timezones()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(COOKIE, "")
        if name not in self.known:
            timezone.deactivate()
            return self.get_response(request)
        with timezone.override(ZoneInfo(name)):
            return self.get_response(request)
