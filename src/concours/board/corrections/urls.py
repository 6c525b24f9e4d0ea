"""Addresses of bulk corrections."""

from django.urls import path

from concours.board.corrections import views

urlpatterns = [
    path("", views.corrections, name="corrections"),
    path("new/", views.new, name="correction_new"),
    path("<str:code>/", views.correction, name="correction"),
    path("<str:code>/sign/", views.sign_correction, name="correction_sign"),
]
