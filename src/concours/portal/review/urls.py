"""Addresses of one's own final review."""

from django.urls import path

from concours.portal.review import views

FILE = "candidacy/<str:code>/review/"

urlpatterns = [
    path(FILE, views.page, name="review_page"),
    path(f"{FILE}reply/", views.reply, name="review_reply"),
    path(f"{FILE}appeal/", views.appeal, name="review_appeal"),
]
