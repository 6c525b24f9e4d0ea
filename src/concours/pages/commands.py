"""From a command's permanent name to the page it is taken on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from concours.pages.words import spoken
from concours.selection.opening import Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLink:
    """A command as a page offers it; ``href`` is "" where it has no page of its own."""

    command: str
    step: str
    href: str
    owner: str
    awaited: bool
    due_on: datetime | None
    since: datetime


def command_href(face: str, command: str, code: str) -> str:
    """The address of a command's page on a face; "" when the face has none."""
    try:
        return reverse(f"{face}:{command.replace('.', '_')}", args=[code])
    except NoReverseMatch:
        return ""


def command_links(face: str, code: str, openings: tuple[Opening, ...]) -> list[CommandLink]:
    """The commands of a file as links, awaited ones first, then by date."""
    ordered = sorted(
        openings, key=lambda o: (not o.awaited, o.due_on is None, o.due_on or o.since, o.command)
    )
    return [
        CommandLink(
            command=o.command,
            step=o.step,
            href=command_href(face, o.command, code),
            owner=o.owner,
            awaited=o.awaited,
            due_on=o.due_on,
            since=o.since,
        )
        for o in ordered
    ]


def road_steps(
    milestones: Sequence[Any],
    current: str,
    links: list[CommandLink],
    *,
    awaited: Sequence[Opening] = (),
    face: str = "",
    code: str = "",
) -> list[dict[str, object]]:
    """The milestones of a road as its part draws them.

    A step leads to what waits there; with ``face`` and ``code`` one that has
    begun leads to its own page ("<kind>_page") where the face has one. Where several
    acts are ``awaited`` in a step at once, each is named with who owes it by when.
    """

    def href(milestone: Any) -> str:
        waits = next(
            (c.href for c in links if c.step == milestone.step and c.awaited and c.href), ""
        )
        begun = milestone.view.status != "not_started"
        return waits or (
            command_href(face, f"{milestone.kind}.page", code) if begun and code else ""
        )

    def acts(milestone: Any) -> list[Opening]:
        """What is awaited in the step, where that is more than one act."""
        found = [o for o in awaited if o.step == milestone.step]
        return sorted(found, key=lambda o: (o.due_on, o.command)) if len(found) > 1 else []

    return [
        {
            "number": number,
            "title": spoken(m.title),
            "status": m.view.status,
            "since": m.view.since,
            "until": m.view.due_on,
            "owner": m.view.owner if m.view.status == "board" else "",
            "outcome": m.view.outcome,
            "current": m.step == current,
            "href": href(m),
            "acts": acts(m),
        }
        for number, m in enumerate(milestones, start=1)
    ]
