"""Addresses of the panel's desks."""

from django.urls import path

from concours.board.narratives import examiners, exceptions, reading, views

DESK = "narratives/"
FILE = "file/<str:code>/narratives/"

urlpatterns = [
    path(DESK, views.home, name="narratives_home"),
    path(f"{DESK}ties/", examiners.ties, name="narratives_ties"),
    path(f"{DESK}examiners/", examiners.examiners, name="narratives_examiners"),
    path(
        f"{DESK}panel/<str:competition>/<slug:track>/",
        views.form_panel,
        name="narratives_form_panel",
    ),
    path(f"{DESK}panels/<str:panel>/", views.panel, name="narratives_panel"),
    path(f"{DESK}panels/<str:panel>/without/", exceptions.without, name="narratives_run_without"),
    path(
        f"{DESK}results/<str:competition>/<slug:track>/", views.results, name="narratives_results"
    ),
    path(f"{DESK}need/<str:competition>/<slug:track>/", views.need, name="narratives_need"),
    path(f"{DESK}reading/", reading.reading_list, name="narratives_reading"),
    path(f"{DESK}read/<str:code>/", reading.read, name="narratives_rate"),
    path(f"{DESK}read/<str:code>/aside/", reading.aside, name="narratives_declare_conflict"),
    path(f"{DESK}chair/", reading.chair_list, name="narratives_chair"),
    path(f"{DESK}chair/<str:code>/", reading.chair, name="narratives_adjudicate"),
    path(f"{FILE}extend/", exceptions.extend, name="narratives_extend"),
    path(f"{FILE}late/", exceptions.admit_late, name="narratives_admit_late"),
    path(f"{FILE}reverse/", exceptions.reverse, name="narratives_reverse"),
    path(f"{FILE}appeal/", exceptions.appeal, name="narratives_decide_appeal"),
    path(f"{FILE}allocate/", views.allocate_file, name="narratives_allocate"),
    path(f"{FILE}decide/", views.decide_file, name="narratives_decide"),
]
