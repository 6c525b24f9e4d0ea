"""The staff's addresses."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

app_name = "board"

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
    path("", include("concours.board.home.urls")),
    path("competitions/", include("concours.board.competition.urls")),
    path("corrections/", include("concours.board.corrections.urls")),
    path("", include("concours.board.record.urls")),
    path("items/", include("concours.board.items.urls")),
    *(
        path("", include(f"concours.board.{step}.urls"))
        for step in _STEPS
        if find_spec(f"concours.board.{step}") and find_spec(f"concours.board.{step}.urls")
    ),
]
