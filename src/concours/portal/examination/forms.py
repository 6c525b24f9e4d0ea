"""Forms of the candidate's pages of the test."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Choice, Form, SeenField
from concours.services.examination.sessions import SessionRow


class SeatForm(Form):
    """A session with a free seat, and whether the place must be step-free."""

    seen = SeenField()
    session = forms.ChoiceField(
        label=_("Choose a session"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Select a session"),
            "invalid_choice": _("Select one of the sessions shown; the one you chose is full"),
        },
    )
    accessible = forms.ChoiceField(
        label=_("Do you need a step-free place?"),
        widget=forms.RadioSelect,
        choices=[("no", _("No")), ("yes", _("Yes"))],
        initial="no",
    )

    def __init__(self, *args: Any, sessions: tuple[SessionRow, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["session"].choices = [  # type: ignore[attr-defined]
            (row.code, Choice(_title(row), _hint(row)))
            for row in sessions
            if row.free or row.free_accessible
        ]


def _title(row: SessionRow) -> str:
    local = row.starts_at.astimezone(ZoneInfo(row.zone))
    return f"{row.city}, {date_format(local, 'j F Y, H:i')}"


def _hint(row: SessionRow) -> str:
    return _(
        "%(centre)s, room %(room)s. %(free)s free, %(steps)s step-free. Time zone: %(zone)s"
    ) % {
        "centre": row.centre,
        "room": row.room,
        "free": row.free,
        "steps": row.free_accessible,
        "zone": row.zone,
    }


class SeenForm(Form):
    """A decision without questions: only the version the reader saw."""

    seen = SeenField()
