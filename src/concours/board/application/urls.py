"""Addresses of the staff's pages of applying."""

from django.urls import path

from concours.board.acts import take
from concours.board.application import run, views
from concours.board.application.acts import ACTS

FILE = "file/<str:code>/application/"

urlpatterns = [
    path("application/", views.desk, name="application_home"),
    path("application/judge-all/<str:competition>/", run.judge_all, name="application_judge_all"),
    path(f"{FILE}judge/", views.judge, name="application_judge"),
    *(
        path(
            f"{FILE}{act.command.partition('.')[2]}/",
            take,
            {"act": act},
            name=act.command.replace(".", "_"),
        )
        for act in ACTS
    ),
]
