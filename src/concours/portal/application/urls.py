"""Addresses of applying: the candidate's own pages, and the public ones about it."""

from django.urls import path

from concours.portal.application import public, views
from concours.selection.application_exceptions import CORRECTABLE

FILE = "candidacy/<str:code>/application/"

urlpatterns = [
    path("eligibility/", public.eligibility_check, name="eligibility_check"),
    path("tracks/", public.tracks, name="tracks"),
    path("windows/", public.windows, name="windows"),
    path("apply/<str:competition>/", views.apply, name="apply"),
    path(FILE, views.tasks, name="application_submit"),
    path(f"{FILE}check/", views.check, name="application_check"),
    path(f"{FILE}result/", views.result, name="application_result"),
    path(f"{FILE}appeal/", views.appeal, name="application_appeal"),
    path(f"{FILE}withdraw/", views.withdraw, name="application_withdraw"),
    path(f"{FILE}<slug:section>/", views.section, name="application_section"),
    *(
        path(
            f"{FILE}{name}/again/",
            views.section,
            {"section": name},
            name=f"application_resubmit_{name}",
        )
        for name in sorted(CORRECTABLE)
    ),
]
