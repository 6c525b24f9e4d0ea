"""The sentences the room's scripts say, in the reader's language and all its plural forms."""

from collections.abc import Mapping

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from concours.pages.fields import PLURALS

Said = str | Mapping[str, str]


def speech() -> Mapping[str, Said]:
    """Every sentence by name. ``{n}``, ``{time}``, ``{code}`` and ``{name}`` are filled in by the script."""
    return {**_time(), **_receipt(), **_states(), **_questions(), **_device()}


def _samples() -> Mapping[str, int]:
    return PLURALS.get((get_language() or "en").split("-")[0], PLURALS["en"])


def _time() -> Mapping[str, Said]:
    return {
        "left": {
            c: ngettext("{n} minute left", "{n} minutes left", n) for c, n in _samples().items()
        },
        "last_minutes": _("{time} left"),
        "about": _("about {time}"),
        "warning": {
            c: ngettext(
                "{n} minute is left in this section.",
                "{n} minutes are left in this section.",
                n,
            )
            for c, n in _samples().items()
        },
        "break_warning": {
            c: ngettext(
                "{n} minute of your break is left.", "{n} minutes of your break are left.", n
            )
            for c, n in _samples().items()
        },
        "break_over_title": _("The break is over"),
        "break_over": _("The time of the next section runs now. Go on when you are back."),
        "untimed": _("No time limit"),
        "paused_clock": _("Paused"),
        "over": _("Time is over"),
        "hide": _("Hide the time"),
        "show": _("Show the time"),
        "hidden": _("Time hidden"),
    }


def _receipt() -> Mapping[str, Said]:
    return {
        "saved": _("Saved {time}, receipt {code}"),
        "waiting": {
            c: ngettext("{n} answer waiting to be sent", "{n} answers waiting to be sent", n)
            for c, n in _samples().items()
        },
        "refused": {
            c: ngettext("{n} answer was not taken", "{n} answers were not taken", n)
            for c, n in _samples().items()
        },
        "typing": _("Typing…"),
        "too_long": _("Too long to be saved: shorten the text"),
    }


def _states() -> Mapping[str, Said]:
    return {
        "offline_title": _("The connection is lost. Keep answering."),
        "offline": _(
            "Your answers are kept on this device and are sent as soon as the connection is back."
            " Your time does not change. Leave this window open if you can."
        ),
        "offline_long": _(
            "The connection has been lost for more than a minute. Keep answering and tell the proctor."
        ),
        "paused_title": _("Your sitting is paused"),
        "paused": _("Your time does not run. You can go on when the proctor lets you."),
        "fenced_title": _("Another device has taken over this sitting"),
        "fenced": _(
            "What you answer here is no longer taken. Go on at the other device, or take the sitting back to this one."
        ),
        "take_back": _("Go on at this device"),
        "signed_out_title": _("Sign in again"),
        "signed_out": _(
            "Your sign-in has expired. Your answers are kept on this device and are sent once you have signed in."
        ),
        "sign_in": _("Sign in and come back"),
        "no_storage_title": _("This browser cannot keep answers"),
        "no_storage": _(
            "Each answer must go out at once: wait for “Saved” before you close or reload the page, and do not work without a connection."
        ),
        "second_tab_title": _("The room is open in another tab"),
        "second_tab": _("Answer there, or go on here: then the other tab stops."),
        "use_this_tab": _("Go on in this tab"),
        "over_title": _("The time of this section is over"),
        "over_text": _("What you answered in time is kept. Go on when all your answers are saved."),
        "go_on": _("Go on"),
        "refused_title": _("Not every answer was taken"),
        "refused_text": _(
            "The service answered that it does not take these answers any more. Save them in a hand-over file and give it to the proctor."
        ),
        "hand_over": _("Save a hand-over file for the proctor"),
        "not_yet": {
            c: ngettext(
                "{n} answer has not been sent yet. You can leave when it has arrived; tell the proctor if that takes long.",
                "{n} answers have not been sent yet. You can leave when they have arrived; tell the proctor if that takes long.",
                n,
            )
            for c, n in _samples().items()
        },
        "sign_out_now": {
            c: ngettext(
                "{n} answer has not been sent. Signing out erases it from this device. Sign out all the same?",
                "{n} answers have not been sent. Signing out erases them from this device. Sign out all the same?",
                n,
            )
            for c, n in _samples().items()
        },
        "not_open_title": _("The service takes no answers here"),
        "not_open": _("Go on to your sections."),
        "erase": _("Erase the answers from this device"),
        "erased": _("Nothing of this sitting is left on this device."),
    }


def _questions() -> Mapping[str, Said]:
    return {
        "answered": _("answered"),
        "not_answered": _("not answered"),
        "flagged": _("flagged"),
        "count": _("{n} of {of} answered"),
        "flag": _("Flag to come back to"),
        "unflag": _("Remove the flag"),
        "nothing_here": _("No question is in this state."),
        "strike": _("Cross out {name}"),
        "unstrike": _("Take {name} back"),
        "uncover": _("Show option {name}"),
        "covered": _("Option {name}, covered"),
        "shown": {
            c: ngettext("{n} question shown", "{n} questions shown", n)
            for c, n in _samples().items()
        },
    }


def _device() -> Mapping[str, Said]:
    return {
        "storage_good": _("This browser keeps answers, also when the page is closed."),
        "storage_poor": _("This browser cannot keep answers: each one must go out at once."),
        "worker_good": _("The page opens again without a connection."),
        "worker_poor": _("Without a connection the page cannot be reloaded. Leave it open."),
        "clock_good": _("This device's clock agrees with the service's."),
        "clock_poor": _(
            "This device's clock is {n} seconds off. Your time is counted by the service, so you lose nothing."
        ),
        "network_good": _("The service answers in {n} milliseconds."),
        "network_poor": _("The service does not answer, or only slowly ({n} milliseconds)."),
        "sealing_good": _("This browser can make an encrypted hand-over file."),
        "sealing_poor": _("This browser cannot make an encrypted hand-over file."),
        "tabs_good": _("A second tab would be noticed."),
        "tabs_poor": _("A second tab would not be noticed: open the room only once."),
        "cut_off": _("Cut the connection"),
        "restore": _("Restore the connection"),
    }
