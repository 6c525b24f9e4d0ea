"""Addresses of the staff's pages of the test."""

from django.urls import path

from concours.board.acts import take
from concours.board.examination import (
    accommodations,
    answers,
    essays,
    marks,
    measuring,
    scoring,
    scoring_runs,
    seats,
    views,
)
from concours.board.examination.acts import ACTS

FILE = "file/<str:code>/examination/"
DESK = "examination/"

urlpatterns = [
    path(DESK, views.desk, name="examination_home"),
    path(f"{DESK}centres/", views.centres, name="examination_centres"),
    path(f"{DESK}plan/<str:competition>/", views.plan, name="examination_plan"),
    path(f"{DESK}sessions/<str:code>/", views.session, name="examination_session"),
    path(f"{DESK}sessions/<str:code>/seats/", seats.seats, name="examination_seats"),
    path(f"{DESK}lottery/<str:competition>/", seats.draw, name="examination_lottery"),
    path(f"{DESK}sessions/<str:code>/open/", views.open_doors, name="examination_open"),
    path(f"{DESK}sessions/<str:code>/close/", views.close_doors, name="examination_close"),
    path(f"{DESK}sessions/<str:code>/incident/", views.incident, name="examination_incident"),
    path(f"{DESK}sessions/<str:code>/move/", views.move, name="examination_move_session"),
    path(f"{DESK}sessions/<str:code>/cancel/", views.cancel, name="examination_cancel_session"),
    path(f"{DESK}scoring/<str:competition>/", scoring.scoring, name="examination_scoring"),
    path(f"{DESK}scoring/<str:competition>/sheets/", scoring.sheets, name="examination_sheets"),
    path(f"{DESK}scoring/<str:competition>/scale/", scoring.scale, name="examination_scale"),
    path(
        f"{DESK}scoring/<str:competition>/score/", scoring_runs.score, name="examination_score_all"
    ),
    path(
        f"{DESK}scoring/<str:competition>/decide/",
        scoring_runs.decide,
        name="examination_decide_all",
    ),
    path(f"{DESK}sessions/<str:code>/report/", marks.completeness, name="examination_completeness"),
    path(f"{DESK}marks/<str:competition>/", marks.home, name="examination_marks"),
    path(f"{DESK}marks/<str:competition>/measuring/", measuring.page, name="examination_measuring"),
    path(
        f"{DESK}marks/<str:competition>/measuring/take/",
        measuring.take,
        name="examination_take_measured",
    ),
    path(f"{DESK}marks/<str:competition>/check/", marks.check, name="examination_key_check"),
    path(f"{DESK}marks/<str:competition>/items/", marks.items, name="examination_checked_items"),
    path(
        f"{DESK}marks/<str:competition>/items/<slug:section>/<int:item>/",
        marks.propose,
        name="examination_propose_key",
    ),
    path(
        f"{DESK}marks/<str:competition>/changes/<str:change>/",
        marks.change,
        name="examination_key_change",
    ),
    path(f"{DESK}marks/<str:competition>/markers/", marks.marker_table, name="examination_markers"),
    path(f"{DESK}marks/<str:competition>/scripts/", marks.scripts, name="examination_scripts"),
    path(f"{DESK}lockdown/<str:competition>/", marks.locked_browser, name="examination_lockdown"),
    path(
        f"{DESK}lockdown/<str:competition>/file.seb",
        marks.locked_browser_file,
        name="examination_lockdown_file",
    ),
    path(f"{FILE}challenge/", marks.answer_challenge, name="examination_decide_challenge"),
    path(f"{DESK}essays/", essays.desk, name="examination_essays"),
    path(f"{DESK}essays/next/<str:competition>/", essays.take_next, name="examination_next_essay"),
    path(f"{DESK}essays/<str:code>/", essays.sheet, name="examination_sheet"),
    path(f"{FILE}conditions/", accommodations.decide, name="examination_decide_accommodation"),
    path(
        f"{FILE}conditions/replace/",
        accommodations.replace,
        name="examination_reverse_accommodation",
    ),
    path(f"{FILE}late/", answers.late, name="examination_decide_late"),
    path(f"{FILE}timeline/", answers.timeline, name="examination_timeline"),
    path(f"{FILE}check-in/", views.check_in, name="examination_check_in"),
    path(f"{FILE}score/", scoring.to_scoring, name="examination_score"),
    path(f"{FILE}import/", scoring.to_scoring, name="examination_import_answers"),
    path(f"{FILE}essay/", essays.to_desk, name="examination_mark_essay"),
    path(f"{FILE}third-reading/", essays.to_desk, name="examination_settle_essay"),
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
