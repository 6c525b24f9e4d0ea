"""Addresses of appointment, training and postings."""

from django.urls import path

from concours.board.acts import act_paths
from concours.board.service import views
from concours.board.service.reversals import ACTS

FILE = "file/<str:code>/service/"

urlpatterns = [
    path("service/", views.home, name="service_home"),
    path("service/classes/<str:code>/posts/", views.posts, name="service_posts"),
    path("service/classes/<str:code>/posts/add/", views.add_post, name="service_add_post"),
    path("service/classes/<str:code>/posts/propose/", views.propose, name="service_propose"),
    path("service/classes/<str:code>/posts/sign/", views.sign, name="service_sign"),
    path(f"{FILE}appoint/", views.appoint, name="service_appoint"),
    path(f"{FILE}training/", views.training, name="service_record_training"),
    path(f"{FILE}post/", views.assign, name="service_assign"),
    path(f"{FILE}hand-over/", views.hand_over, name="service_hand_over"),
    *act_paths(FILE, ACTS),
]
