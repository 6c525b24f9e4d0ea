"""Addresses of the clearance desks."""

from django.urls import path

from concours.board.acts import act_paths
from concours.board.clearance import decisions, file_views, views
from concours.board.clearance.reversals import ACTS

FILE = "file/<str:code>/clearance/"

urlpatterns = [
    path("clearance/", views.home, name="clearance_home"),
    path("clearance/medical/", views.medical, name="clearance_medical"),
    path("clearance/security/", views.security, name="clearance_security"),
    path("clearance/waivers/", views.waivers, name="clearance_waivers"),
    path(f"{FILE}offer/", file_views.offer, name="clearance_offer_conditional"),
    path(f"{FILE}extend/", file_views.extend, name="clearance_extend"),
    path(f"{FILE}medical/", decisions.decide_medical, name="clearance_decide_medical"),
    path(f"{FILE}medical/wait/", decisions.medical_wait, name="clearance_record_medical_wait"),
    path(f"{FILE}security/", decisions.decide_security, name="clearance_decide_security"),
    path(f"{FILE}security/wait/", decisions.security_wait, name="clearance_record_security_wait"),
    path(f"{FILE}waiver/", decisions.decide_waiver, name="clearance_decide_waiver"),
    path(f"{FILE}appeal/", decisions.decide_appeal, name="clearance_decide_security_appeal"),
    *act_paths(FILE, ACTS),
    path(f"{FILE}<slug:compartment>/<str:document>/", views.document, name="clearance_document"),
]
