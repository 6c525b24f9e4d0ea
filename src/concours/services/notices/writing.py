"""Writing a letter from what was decided, and sealing it for its person."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from concours.kernel.period import day_of
from concours.ledger.draft import Fact
from concours.policy.edition import Edition
from concours.records import personal
from concours.records.models import Notice
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.opening import Opening
from concours.services.notices.letters import Written, letters, write

GENERIC = "decision"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LOCAL_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) \((.+)\)")


def seal_letter(
    notice: Notice,
    *,
    file: Candidacy,
    edition: Edition,
    competition: Competition,
    about: Fact,
    due_on: datetime | None,
    at: datetime,
) -> None:
    """Write the letter about one entry and put it, sealed, on the notice's row."""
    written = letter_about(
        notice.template,
        language=notice.language,
        file=file,
        edition=edition,
        competition=competition,
        about=about,
        due_on=due_on,
        at=at,
    )
    seal_written(notice, written)


def letter_about(
    template: str,
    *,
    language: str,
    file: Candidacy,
    edition: Edition,
    competition: Competition,
    about: Fact,
    due_on: datetime | None,
    at: datetime,
) -> Written:
    """The letter about one entry in one language; the general one where none has its name."""
    with translation.override(language):
        values = letter_values(file, edition, competition, about, due_on)
    return write(
        template if template in letters() else GENERIC,
        language=language,
        on=day_of(at, edition.zone),
        body=about.body,
        values=values,
    )


def letter_values(
    file: Candidacy,
    edition: Edition,
    competition: Competition,
    about: Fact,
    due_on: datetime | None,
) -> dict[str, str]:
    """What a letter about one entry may name."""
    values = _values(file, edition, competition)
    values.update(_of_entry(about, edition))
    values["due"] = due_text(due_on, edition.zone)
    return values


def seal_reminder(notice: Notice, *, file: Candidacy, opening: Opening, at: datetime) -> None:
    """Write the reminder of a date and put it, sealed, on the notice's row."""
    zone = settings.BOARD_ZONE
    with translation.override(notice.language):
        due = due_text(opening.due_on, zone)
    values = {
        "code": file.file,
        "link": f"{settings.ORIGIN}/candidacy/{file.file}/",
        "due": due,
    }
    written = write(
        "reminder", language=notice.language, on=day_of(at, zone), body={}, values=values
    )
    seal_written(notice, written)


def due_text(due_on: datetime | None, zone: str) -> str:
    """A deadline as people read it, in the language in force: the last whole day, as ends
    are exclusive; "" for none."""
    if due_on is None:
        return ""
    local = due_on.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        last = day_of(due_on, zone).toordinal() - 1
        return _day_text(local.date().fromordinal(last))
    return f"{_day_text(local)}, {local:%H:%M} ({zone})"


def _values(file: Candidacy, edition: Edition, competition: Competition) -> dict[str, str]:
    return {
        "code": file.file,
        "competition": competition.title,
        "track": file.track.replace("_", " "),
        "edition": edition.edition,
        "link": f"{settings.ORIGIN}/candidacy/{file.file}/",
    }


def _of_entry(about: Fact, edition: Edition) -> Mapping[str, str]:
    found = {
        name: read_by_people(str(value))
        for name, value in about.body.items()
        if isinstance(value, str | int | bool)
    }
    rule = edition.rules.get(str(about.body.get("rule", "")))
    found["rule"] = gettext(rule.question) if rule else ""
    found["cite"] = str(rule.cite) if rule else ""
    return found


def _day_text(day: date) -> str:
    return date_format(day, pgettext("date format", "j F Y"))


def read_by_people(value: str) -> str:
    """A day, or a session's local time, in words and the language in force; else as it stands."""
    if _DAY.fullmatch(value):
        return _day_text(date.fromisoformat(value))
    local = _LOCAL_TIME.fullmatch(value)
    if local:
        at = datetime.fromisoformat(local[1])
        return f"{_day_text(at)}, {at:%H:%M} ({local[2]})"
    return value


def seal_written(notice: Notice, written: Written) -> None:
    """Put a written letter, sealed for its person, on the notice's row."""
    Notice.objects.filter(pk=notice.pk).update(
        version=written.version,
        subject=personal.seal_text(notice.person, "notice.subject", written.subject),
        text=personal.seal_text(notice.person, "notice.text", "\n\n".join(written.paragraphs)),
    )
