"""Addresses of the candidate's pages of the test."""

from django.urls import path

from concours.portal.examination import accommodations, marks_views, seat_views, views

FILE = "candidacy/<str:code>/examination/"

urlpatterns = [
    path(f"{FILE}seats/", views.reserve, name="examination_reserve_seat"),
    path(f"{FILE}seats/move/", views.move, name="examination_move_seat"),
    path(f"{FILE}seats/cancel/", views.cancel, name="examination_cancel_seat"),
    path(f"{FILE}seats/hold/", seat_views.hold, name="examination_hold_seat"),
    path(f"{FILE}seats/waiting/", seat_views.wait, name="examination_answer_offer"),
    path(f"{FILE}seats/wishes/", seat_views.wishes, name="examination_wishes"),
    path("windows/<str:competition>/drawing/", seat_views.drawing, name="seat_drawing"),
    path(
        "windows/<str:competition>/drawing.json", seat_views.drawing_file, name="seat_drawing_file"
    ),
    path(f"{FILE}confirmation/", views.confirmed, name="examination_confirmation"),
    path(f"{FILE}confirmation.pdf", views.confirmed_pdf, name="examination_confirmation_pdf"),
    path(f"{FILE}seat.ics", views.calendar, name="examination_calendar"),
    path(f"{FILE}conditions/", accommodations.ask, name="examination_ask_accommodation"),
    path(f"{FILE}sit/", views.sit, name="examination_sit"),
    path(f"{FILE}result/", views.result, name="examination_result"),
    path(f"{FILE}report/", marks_views.report, name="examination_report"),
    path(f"{FILE}report.pdf", marks_views.report_pdf, name="examination_report_pdf"),
    path(f"{FILE}challenge/", marks_views.challenge, name="examination_challenge_item"),
    path(f"{FILE}rescoring/", marks_views.rescoring, name="examination_request_rescoring"),
    path(f"{FILE}appeal/", views.appeal, name="examination_appeal"),
]
