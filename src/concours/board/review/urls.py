"""Addresses of the final review."""

from django.urls import path

from concours.board.acts import act_paths
from concours.board.review import views
from concours.board.review.reversals import ACTS

FILE = "file/<str:code>/review/"

urlpatterns = [
    path("review/", views.home, name="review_home"),
    path(FILE, views.vote, name="review_vote"),
    path(f"{FILE}oath/", views.oath, name="review_take_oath"),
    path(f"{FILE}recuse/", views.recuse, name="review_recuse"),
    path(f"{FILE}open/", views.open_panel, name="review_open"),
    path(f"{FILE}replace/", views.replace, name="review_replace_member"),
    path(f"{FILE}appeal/", views.decide_appeal, name="review_decide_appeal"),
    *act_paths(FILE, ACTS),
]
