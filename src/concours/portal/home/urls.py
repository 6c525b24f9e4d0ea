"""Addresses of the candidate's own pages."""

from django.urls import path

from concours.portal.home import views

urlpatterns = [
    path("candidacies/", views.candidate_home, name="candidate_home"),
    path("candidacy/<str:code>/", views.candidacy, name="candidacy"),
    path("candidacy/<str:code>/record.json", views.record, name="record"),
    path("messages/", views.messages, name="messages"),
    path("messages/<int:message_id>/", views.message, name="message"),
    path("my-data.json", views.data_copy, name="data_copy"),
]
