"""Addresses of the exam room."""

from django.urls import path

from concours.examroom import device, views

app_name = "examroom"

urlpatterns = [
    path("display/", views.display, name="display"),
    path("room-worker.js", views.worker, name="worker"),
    path("<str:code>/", views.sitting, name="sitting"),
    path("<str:code>/rehearsal/", views.rehearse, name="rehearse"),
    path("<str:code>/device/", device.device, name="device"),
    path("<str:code>/submit/", views.submit, name="submit"),
    path("<str:code>/<slug:section>/", views.section, name="section"),
    path("<str:code>/<slug:section>/open/", views.open_section, name="open_section"),
    path("<str:code>/<slug:section>/leave/", views.leave_section, name="leave_section"),
    path("<str:code>/<slug:section>/<int:item>/", views.item, name="item"),
]
