"""Addresses of the narratives."""

from django.urls import path

from concours.portal.narratives import views

FILE = "candidacy/<str:code>/narratives/"

urlpatterns = [
    path(FILE, views.tasks, name="narratives_submit"),
    path(f"{FILE}check/", views.check, name="narratives_check"),
    path(f"{FILE}result/", views.result, name="narratives_result"),
    path(f"{FILE}appeal/", views.appeal, name="narratives_appeal"),
    path(f"{FILE}<slug:theme>/", views.theme, name="narratives_theme"),
]
