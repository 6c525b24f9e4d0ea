"""Addresses of the register desk and of classes."""

from django.urls import path

from concours.board.acts import act_paths
from concours.board.register import class_views, corrections, decisions, views
from concours.board.register.reversals import ACTS

FILE = "file/<str:code>/register/"

urlpatterns = [
    path("register/", views.home, name="register_home"),
    path("register/track/<slug:track>/", views.track, name="register_track"),
    path("register/track/<slug:track>/as-of/", views.as_of, name="register_as_of"),
    path("register/classes/", class_views.classes, name="classes"),
    path("register/classes/new/", class_views.new, name="class_new"),
    path("register/classes/<str:code>/", class_views.one, name="class"),
    path("register/classes/<str:code>/size/", class_views.resize, name="class_resize"),
    path("register/classes/<str:code>/call/<slug:track>/", class_views.call, name="class_call"),
    path("register/classes/<str:code>/oath/", class_views.swear_in, name="class_swear_in"),
    path(
        "register/classes/<str:code>/oath/take-back/",
        class_views.reverse_swearing_in,
        name="class_reverse_swearing_in",
    ),
    path(
        "register/classes/<str:code>/postings/take-back/",
        class_views.reverse_postings,
        name="class_reverse_postings",
    ),
    path(FILE, views.place_page_view, name="register_place_page"),
    path(f"{FILE}place/", decisions.place, name="register_place"),
    path(f"{FILE}veterans/", decisions.veterans, name="register_decide_veterans_points"),
    path(f"{FILE}language/", decisions.language, name="register_decide_language_points"),
    path(f"{FILE}experience/", decisions.experience, name="register_decide_experience_points"),
    path(f"{FILE}correct/", corrections.points, name="register_correct_points"),
    path(f"{FILE}stop/", decisions.stop, name="register_stop_clock"),
    path(f"{FILE}refuse-stop/", decisions.refuse, name="register_refuse_stop"),
    path(f"{FILE}resume/", decisions.resume, name="register_resume_clock"),
    path(f"{FILE}restore/", decisions.restore, name="register_restore"),
    path(f"{FILE}rescind/", decisions.rescind, name="register_rescind"),
    *act_paths(FILE, ACTS),
]
