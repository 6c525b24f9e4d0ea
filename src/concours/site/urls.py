"""Every address of the service begins here."""

from django.urls import include, path

from concours.pages.preferences import choose
from concours.pages.style_guide import style_guide
from concours.site import health

handler400 = "concours.pages.errors.bad_request"
handler403 = "concours.pages.errors.forbidden"
handler404 = "concours.pages.errors.not_found"
handler429 = "concours.pages.errors.too_many"  # the sign-in library asks for it by this name
handler500 = "concours.pages.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("preferences/", choose, name="preferences"),
    path("style-guide/", style_guide, name="style_guide"),
    path("accounts/", include("concours.site.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("board/", include("concours.board.urls")),
    path("exam/", include("concours.examroom.urls")),
    path("", include("concours.portal.urls")),
]
