"""Addresses of the oral assessment's desks."""

from django.urls import path

from concours.board.assessment import days, files, rating, run

DESK = "assessment/"
FILE = "file/<str:code>/assessment/"

urlpatterns = [
    path(DESK, days.home, name="assessment_home"),
    path(f"{DESK}season/<str:competition>/", days.season, name="assessment_season"),
    path(f"{DESK}season/<str:competition>/invite/", run.invite_all, name="assessment_invite_all"),
    path(f"{DESK}season/<str:competition>/day/", days.add, name="assessment_add_day"),
    path(f"{DESK}days/", days.days, name="assessment_days"),
    path(f"{DESK}days/<str:day>/", days.day, name="assessment_day"),
    path(f"{DESK}days/<str:day>/assessors/", days.assessors, name="assessment_assessors"),
    path(f"{DESK}rating/", rating.sheets, name="assessment_rating"),
    path(f"{DESK}rating/<str:code>/<slug:part>/", rating.sheet, name="assessment_sheet"),
    path(f"{DESK}deciding/", rating.deciding, name="assessment_deciding"),
    path(f"{FILE}rate/", rating.file_sheets, name="assessment_rate"),
    path(f"{FILE}integrate/", rating.file_sheets, name="assessment_integrate"),
    path(f"{FILE}decide/", rating.decide, name="assessment_decide"),
    path(f"{FILE}invite/", files.invite, name="assessment_invite"),
    path(f"{FILE}day/", files.to_day, name="assessment_manage_days"),
    path(f"{FILE}offer/", files.offer, name="assessment_offer_place"),
    path(f"{FILE}move/", files.move, name="assessment_move"),
    path(f"{FILE}attendance/", files.attendance, name="assessment_record_attendance"),
    path(f"{FILE}readmit/", files.readmit, name="assessment_readmit"),
    path(f"{FILE}appeal/", files.appeal, name="assessment_decide_appeal"),
    path(f"{FILE}reverse/", files.reverse, name="assessment_reverse"),
]
