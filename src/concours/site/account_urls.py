"""Addresses of signing in that are ours; the library's follow.

Those of the rehearsal answer as pages that do not exist outside one.
"""

from django.urls import path

from concours.site import rehearsal, sign_in

urlpatterns = [
    path("logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path("after/", sign_in.after_sign_in, name="after_sign_in"),
    path("rehearsal/", rehearsal.rehearsal, name="rehearsal"),
    path("rehearsal/clock/", rehearsal.clock, name="rehearsal_clock"),
    path("rehearsal/as/<str:code>/", rehearsal.sign_in, name="rehearsal_sign_in"),
]
