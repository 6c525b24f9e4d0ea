"""How the application's sections are laid out for the task list and the check page."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from concours.pages.templatetags.words import day_text
from concours.pages.words import label, spoken
from concours.portal.application.forms import SECTION_FORMS
from concours.services.application.pages import ApplicationPage


def section_title(section: str) -> str:
    """A section's name as the task list says it: verb first."""
    return {
        "identity": _("Say who you are"),
        "contact": _("Give your contact details"),
        "education": _("List your education"),
        "employment": _("List your work"),
        "languages": _("List your languages"),
        "veteran": _("Claim veterans' preference"),
        "declarations": _("Make your declarations"),
        "track": _("Choose your career track"),
        "equality": _("Answer the equality questions"),
    }.get(section, section)


def task_rows(page: ApplicationPage) -> list[dict[str, str]]:
    """The task list's rows."""
    rows = []
    for task in page.tasks:
        href = reverse("portal:application_section", args=[page.code, task.section])
        done = task.complete
        hint = ""
        if task.section == "equality":
            hint = _("For statistics only. Nobody who decides sees your answers.")
        elif task.section == "track":
            hint = _("One choice, once. It is locked when you send the application.")
        elif task.optional:
            hint = _("You may leave this empty.")
        rows.append(
            {
                "title": section_title(task.section),
                "href": href if task.open else "",
                "hint": hint,
                "status": _("Completed")
                if done
                else _("Optional")
                if task.optional
                else _("To do"),
                "tag": "" if done else "grey" if task.optional else "blue",
            }
        )
    return rows


def answer_cards(page: ApplicationPage) -> list[dict[str, Any]]:
    """What was typed, a card for each section, with its way back."""
    cards = []
    for task in page.tasks:
        if task.section == "equality":
            continue
        content = page.content.get(task.section, {})
        href = reverse("portal:application_section", args=[page.code, task.section])
        cards.append(
            {
                "title": section_title(task.section),
                "href": f"{href}?from=check" if task.open else "",
                "rows": _rows(page, task.section, content),
            }
        )
    return cards


def _rows(page: ApplicationPage, section: str, content: Any) -> list[dict[str, Any]]:
    if section == "declarations":
        return [
            {"key": spoken(words), "value": _yes_no(content.get(code))}
            for code, words, _needed in page.declarations
        ]
    if "entries" in content or section in ("education", "employment", "languages"):
        entries = content.get("entries", [])
        asked = getattr(SECTION_FORMS[section], "parts", {})
        return [
            {"key": str(place), "value": ", ".join(label(entry[n]) for n in asked if entry.get(n))}
            for place, entry in enumerate(entries, start=1)
        ] or [{"key": _("Entries"), "value": ""}]
    names = {name: field.label for name, field in SECTION_FORMS[section].base_fields.items()}
    if section == "track":
        return [{"key": _("Career track"), "value": label(content.get("track", ""))}]
    return [{"key": names[name], "value": _value(name, content.get(name, ""))} for name in names]


def _value(name: str, found: Any) -> str:
    if name == "birth_date" and found:
        return day_text(date.fromisoformat(str(found)))
    if isinstance(found, list):
        return ", ".join(str(v) for v in found)
    return label(str(found)) if found in ("none", "five_point", "ten_point") else str(found)


def _yes_no(found: Any) -> str:
    return "" if found is None else _("Yes") if found else _("No")
