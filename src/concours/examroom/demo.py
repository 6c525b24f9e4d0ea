"""The questions of the rehearsal room: about the room itself, nobody's secret, marked by nobody."""

from django.utils.translation import gettext as _

from concours.services.examination.sittings import ItemView

MINUTES = 10
FACTORS = ("1", "5/4", "3/2", "2", "3")
"""Extra time a candidate may have been granted, by factor."""


def demo_items() -> tuple[ItemView, ...]:
    """Five questions to try the room with, in the reader's language."""
    asked = (
        (
            _("Which way of going to another question does not need the mouse?"),
            (
                _("The keys N and P"),
                _("Waiting until the time is over"),
                _("Closing the window"),
                _("There is none"),
            ),
        ),
        (
            _("You are unsure of an answer. What can you do?"),
            (
                _("Flag the question and come back to it"),
                _("Nothing: each question is shown once"),
                _("Leave the section and open it again"),
                _("Ask your neighbour"),
            ),
        ),
        (
            _("The connection is lost while you answer. What happens to your answer?"),
            (
                _("It is kept on this device and sent later"),
                _("It is lost"),
                _("It is printed"),
                _("It counts as wrong"),
            ),
        ),
        (
            _("When does the line at the top say “Saved”?"),
            (
                _("When the service has acknowledged your answer"),
                _("When you press a key"),
                _("At the end of the section"),
                _("Always"),
            ),
        ),
        (
            _("What happens when you leave a section?"),
            (
                _("It is closed for good"),
                _("It starts again"),
                _("Your answers are erased"),
                _("The next section gets its time"),
            ),
        ),
    )
    return tuple(
        ItemView(
            number=n,
            stem=stem,
            options=tuple(zip("ABCD", options, strict=True)),
            choice="",
            text="",
        )
        for n, (stem, options) in enumerate(asked, start=1)
    )
