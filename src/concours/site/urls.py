"""Every address of the service begins here."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import import_string

from concours.pages.preferences import choose
from concours.site import health

_STYLE_GUIDE = "concours.pages.style_guide"
if find_spec(_STYLE_GUIDE):
    urlpatterns_of_pages = [
        path("style-guide/", import_string(f"{_STYLE_GUIDE}.style_guide"), name="style_guide")
    ]
else:
    urlpatterns_of_pages = []
handler400 = "concours.pages.errors.bad_request"
handler403 = "concours.pages.errors.forbidden"
handler404 = "concours.pages.errors.not_found"
handler500 = "concours.pages.errors.server_error"

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
    path("preferences/", choose, name="preferences"),
    *urlpatterns_of_pages,
    *(path(prefix, include(module)) for prefix, module in _ROOMS if find_spec(module)),
]
