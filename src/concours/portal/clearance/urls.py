"""Addresses of one's own clearances."""

from django.urls import path

from concours.portal.clearance import views

FILE = "candidacy/<str:code>/clearance/"

urlpatterns = [
    path(FILE, views.page, name="clearance_page"),
    path(f"{FILE}forms/", views.certify, name="clearance_certify_forms"),
    path(f"{FILE}documents/", views.send, name="clearance_send_documents"),
    path(f"{FILE}waiver/", views.waiver, name="clearance_request_waiver"),
    path(f"{FILE}appeal/", views.appeal, name="clearance_appeal_security"),
    path(f"{FILE}<slug:compartment>/upload/", views.upload, name="clearance_upload"),
    path(f"{FILE}<slug:compartment>/<str:document>/", views.document, name="clearance_document"),
]
