"""Addresses of acts on the record that cannot be undone."""

from django.urls import path

from concours.board.record import views

FILE = "file/<str:code>/record/"

urlpatterns = [
    path(FILE, views.entries, name="record_entries"),
    path(f"{FILE}erase/", views.erase_person, name="record_erase_person"),
    path(f"{FILE}erase/confirm/", views.confirm_erasure, name="record_confirm_erasure"),
    path(f"{FILE}erase/withdraw/", views.withdraw_erasure, name="record_withdraw_erasure"),
    path(f"{FILE}hold/", views.hold, name="record_hold"),
    path(f"{FILE}<slug:receipt>/destroy/", views.destroy_body, name="record_destroy_body"),
    path(
        f"{FILE}<slug:receipt>/destroy/confirm/",
        views.confirm_destruction,
        name="record_confirm_destruction",
    ),
    path(
        f"{FILE}<slug:receipt>/destroy/withdraw/",
        views.withdraw_destruction,
        name="record_withdraw_destruction",
    ),
]
