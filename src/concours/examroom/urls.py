"""Addresses of the exam room."""

from django.urls import path

from concours.examroom import breaks, device, lockdown, pictures, said, views
from concours.examroom.lockdown import locked
from concours.examroom.proctor import views as proctor

app_name = "examroom"

urlpatterns = [
    path("display/", views.display, name="display"),
    path("room-worker.js", views.worker, name="worker"),
    path("proctor/<str:session>/", proctor.desk, name="proctor_desk"),
    path("proctor/<str:session>/start/", proctor.start, name="proctor_start"),
    path("proctor/<str:session>/room/<slug:act>/", proctor.room_act, name="proctor_room_act"),
    path("proctor/seat/<str:code>/now/", proctor.candidate, name="proctor_candidate"),
    path("proctor/seat/<str:code>/file/", proctor.bring, name="proctor_hand_over"),
    path("proctor/seat/<str:code>/<slug:act>/take/", proctor.act, name="proctor_act"),
    path("<str:code>/", locked(views.sitting), name="sitting"),
    path("<str:code>/lockdown.seb", lockdown.file, name="lockdown_file"),
    path("<str:code>/rehearsal/", views.rehearse, name="rehearse"),
    path("<str:code>/said/", locked(said.said), name="said"),
    path("<str:code>/device/", locked(device.device), name="device"),
    path("<str:code>/break/", locked(breaks.rest), name="break"),
    path("<str:code>/break/begin/", locked(breaks.begin), name="begin_break"),
    path("<str:code>/break/end/", locked(breaks.end), name="end_break"),
    path("<str:code>/pictures/<str:digest>/", locked(pictures.picture), name="picture"),
    path("<str:code>/submit/", locked(views.submit), name="submit"),
    path("<str:code>/<slug:section>/", locked(views.section), name="section"),
    path("<str:code>/<slug:section>/open/", locked(views.open_section), name="open_section"),
    path("<str:code>/<slug:section>/leave/", locked(views.leave_section), name="leave_section"),
    path("<str:code>/<slug:section>/<int:item>/", locked(views.item), name="item"),
]
