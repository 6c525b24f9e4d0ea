"""Every address of the service begins here."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from concours.site import health

_ROOMS = (
    ("board/", "concours.board.urls"),
    ("exam/", "concours.examroom.urls"),
    ("api/", "concours.api.urls"),
    ("accounts/", "concours.site.account_urls"),
    ("accounts/", "allauth.urls"),
    ("", "concours.portal.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path(prefix, include(module)) for prefix, module in _ROOMS if find_spec(module)),
]
