"""Addresses of acts on the record that cannot be undone."""

from django.urls import path

from concours.board.record import views

FILE = "file/<str:code>/record/"

urlpatterns = [
    path(FILE, views.entries, name="record_entries"),
    path(f"{FILE}erase/", views.erase_person, name="record_erase_person"),
    path(f"{FILE}hold/", views.hold, name="record_hold"),
    path(f"{FILE}<slug:receipt>/destroy/", views.destroy_body, name="record_destroy_body"),
]
