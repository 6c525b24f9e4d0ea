"""Addresses of the staff home, files and figures."""

from django.urls import path

from concours.board.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("files/", views.files, name="files"),
    path("file/<str:code>/", views.file, name="file"),
    path("figures/", views.funnel, name="funnel"),
    path("watch/", views.watch, name="watch"),
]
