"""Forms of the candidate's pages of the test."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from concours.pages.forms import Choice, Form, SeenField
from concours.pages.templatetags.words import day_text, time_text
from concours.pages.words import spoken
from concours.services.examination.lottery import WishesPage
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
    return f"{spoken(row.city)}, {day_text(local)}, {time_text(local)}"


def _hint(row: SessionRow) -> str:
    return _(
        "%(centre)s, room %(room)s. %(free)s free, %(steps)s step-free. Time zone: %(zone)s"
    ) % {
        "centre": spoken(row.centre),
        "room": row.room,
        "free": row.free,
        "steps": row.free_accessible,
        "zone": row.zone,
    }


class WaitForm(Form):
    """A full session to wait for; the buttons beside it act on lists one stands on already."""

    seen = SeenField()
    session = forms.ChoiceField(
        label=_("Choose a session to wait for"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Select one of the sessions shown")},
    )
    accessible = forms.ChoiceField(
        label=_("Do you need a step-free place?"),
        widget=forms.RadioSelect,
        choices=[("no", _("No")), ("yes", _("Yes"))],
        initial="no",
        required=False,
    )

    def __init__(self, *args: Any, sessions: tuple[SessionRow, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["session"].choices = [  # type: ignore[attr-defined]
            (row.code, Choice(_title(row), _hint(row))) for row in sessions
        ]

    def clean(self) -> dict[str, Any]:
        """Joining needs a session."""
        found = super().clean() or {}
        if not self.data.get("do") and not found.get("session") and "session" not in self.errors:
            self.add_error("session", _("Select a session"))
        return found


class WishesForm(Form):
    """The sessions wished for, the best first; later ones may stay empty."""

    seen = SeenField()

    def __init__(self, *args: Any, page: WishesPage, **options: Any) -> None:
        options["initial"] = {
            "seen": page.version,
            "accessible": "yes" if page.accessible else "no",
            **{f"wish_{n}": wish for n, wish in enumerate(page.wishes, start=1)},
        }
        super().__init__(*args, **options)
        choices = [("", _("No wish")), *((row.code, _title(row)) for row in page.sessions)]
        for number in range(1, page.most + 1):
            self.fields[f"wish_{number}"] = forms.ChoiceField(
                label=_("Wish %(number)s") % {"number": number},
                choices=choices if number > 1 else choices[1:],
                required=number == 1,
            )
        self.fields["accessible"] = forms.ChoiceField(
            label=_("Do you need a step-free place?"),
            widget=forms.RadioSelect,
            choices=[("no", _("No")), ("yes", _("Yes"))],
        )

    def wishes(self) -> tuple[str, ...]:
        """Those given, in their order."""
        named = sorted(name for name in self.cleaned_data if name.startswith("wish_"))
        return tuple(self.cleaned_data[name] for name in named if self.cleaned_data[name])


class SeenForm(Form):
    """A decision without questions: only the version the reader saw."""

    seen = SeenField()
