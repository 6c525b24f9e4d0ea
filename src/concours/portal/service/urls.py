"""Addresses of one's own service, and of the public entry estimate."""

from django.urls import path

from concours.portal.service import views

FILE = "candidacy/<str:code>/service/"

urlpatterns = [
    path("entry-pay/", views.entry_pay, name="entry_pay"),
    path(FILE, views.page, name="service_page"),
    path(f"{FILE}posts/", views.wishes, name="service_rank_preferences"),
]
