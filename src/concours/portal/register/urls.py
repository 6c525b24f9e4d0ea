"""Addresses of one's own place on the register."""

from django.urls import path

from concours.portal.register import views

FILE = "candidacy/<str:code>/register/"

urlpatterns = [
    path(FILE, views.page, name="register_page"),
    path(f"{FILE}claim/", views.claim, name="register_claim_points"),
    path(f"{FILE}stop/", views.request_stop, name="register_request_stop"),
    path(f"{FILE}calling/", views.do_not_call, name="register_set_do_not_call"),
    path(f"{FILE}accept/", views.accept, name="register_accept_offer"),
    path(f"{FILE}decline/", views.decline, name="register_decline_offer"),
]
