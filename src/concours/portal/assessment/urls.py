"""Addresses of the oral assessment."""

from django.urls import path

from concours.portal.assessment import views

FILE = "candidacy/<str:code>/assessment/"

urlpatterns = [
    path(FILE, views.booking, name="assessment_book"),
    path(f"{FILE}move/", views.booking, name="assessment_move"),
    path(f"{FILE}wait/", views.wait, name="assessment_join_waiting_list"),
    path(f"{FILE}day.ics", views.calendar, name="assessment_calendar"),
    path(f"{FILE}result/", views.result, name="assessment_result"),
    path(f"{FILE}appeal/", views.appeal, name="assessment_appeal"),
]
