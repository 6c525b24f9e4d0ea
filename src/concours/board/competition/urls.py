"""Addresses of a competition's life."""

from django.urls import path

from concours.board.competition import views

urlpatterns = [
    path("", views.competitions, name="competitions"),
    path("new/", views.draft, name="competition_draft"),
    path("<str:code>/", views.competition, name="competition"),
    path("<str:code>/tick/", views.tick, name="competition_tick"),
    path("<str:code>/needs/", views.needs, name="competition_needs"),
    path("<str:code>/scale/", views.scale, name="competition_scale"),
    path("<str:code>/submit/", views.submit, name="competition_submit"),
    path("<str:code>/approve/", views.approve, name="competition_approve"),
    path("<str:code>/publish/", views.publish, name="competition_publish"),
    path("<str:code>/amend/", views.amend, name="competition_amend"),
    path("<str:code>/close/", views.close, name="competition_close"),
    path("<str:code>/archive/", views.archive, name="competition_archive"),
]
