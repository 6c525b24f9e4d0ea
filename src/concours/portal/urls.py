"""The candidate's addresses, and the public ones."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from concours.portal.public import views as public

app_name = "portal"

_STEPS = (
    "application",
    "examination",
    "narratives",
    "assessment",
    "clearance",
    "review",
    "register",
    "service",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    path("road/", public.road, name="road"),
    path("rules/", public.rules, name="rules"),
    path("rules/changes/", public.choose_changes, name="choose_changes"),
    path("rules/changes/<slug:old>/<slug:new>/", public.changes, name="changes"),
    path("rules/<slug:edition>/", public.rules, name="edition"),
    path("rules/<slug:edition>/<str:rule_id>/", public.rule, name="rule"),
    path("record/", public.checkpoint, name="checkpoint"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("", include("concours.portal.home.urls")),
    *(
        path("", include(f"concours.portal.{step}.urls"))
        for step in _STEPS
        if find_spec(f"concours.portal.{step}") and find_spec(f"concours.portal.{step}.urls")
    ),
]
