"""Time left in a section: base + granted + incident - used, worked out from the record alone.

Used time does not run while the sitting is paused. The fold keeps the same thing
as one instant (`SectionSat.ends_at`); a law holds that both always agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from concours.ledger.draft import Fact

NONE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionClock:
    """The four parts of a section's time. ``granted`` is the extra time granted beforehand,
    ``incident`` what was given on the day."""

    base: timedelta
    granted: timedelta
    incident: timedelta
    used: timedelta
    paused: bool = False

    @property
    def left(self) -> timedelta:
        """What is left, never less than nothing."""
        return max(NONE, self.base + self.granted + self.incident - self.used)


def section_clock(
    facts: Iterable[Fact], *, step: str, section: str, at: datetime
) -> SectionClock | None:
    """The clock of a section of the last sitting at an instant; None when it was not opened.

    Facts recorded or in force after ``at`` are passed over.
    """
    base = granted = incident = used = NONE
    minutes: Mapping[str, Any] = {}
    plain: Mapping[str, Any] = {}
    runs_since: datetime | None = None
    opened = paused = False
    for fact in facts:
        if fact.step != step or fact.on > at:
            continue
        here = fact.body.get("section") == section
        if fact.kind == "sitting.opened":
            minutes, plain = _mapping(fact, "minutes"), _mapping(fact, "base")
            opened = paused = False
            incident = used = NONE
            runs_since = None
        elif fact.kind == "section.opened" and here:
            whole = _minutes(minutes.get(section, 0))
            base = _minutes(plain.get(section, minutes.get(section, 0)))
            granted, opened, runs_since = whole - base, True, fact.on
        elif fact.kind == "minutes.added" and here and opened:
            incident += _minutes(fact.body.get("minutes", 0))
        elif fact.kind in STOPS and (here or fact.kind == "sitting.submitted"):
            if runs_since is not None:
                used += fact.on - runs_since
            runs_since, paused = None, fact.kind == "sitting.paused"
        elif fact.kind == "sitting.resumed" and here and opened:
            runs_since, paused = fact.on, False
    if not opened:
        return None
    if runs_since is not None:
        used += at - runs_since
    return SectionClock(base=base, granted=granted, incident=incident, used=used, paused=paused)


def break_clock(
    facts: Iterable[Fact], *, step: str, section: str, at: datetime
) -> SectionClock | None:
    """The clock of the break after a section of the last sitting; None when none is recorded.

    A break has its minutes, those of incidents, and pauses, but no extra time. It runs until the
    next section is opened, also where its candidate has ended it early; what comes later
    changes nothing in it.
    """
    found: SectionClock | None = None
    runs_since: datetime | None = None
    over = False
    for fact in facts:
        if fact.step != step or fact.on > at:
            continue
        here = fact.body.get("break") == section
        if fact.kind == "sitting.opened":
            found = runs_since = None
            over = False
        elif fact.kind == "break.begun" and fact.body.get("section") == section:
            base = _minutes(fact.body.get("minutes", 0))
            found = SectionClock(base=base, granted=NONE, incident=NONE, used=NONE)
            runs_since = fact.on
        elif found is None or over:
            continue
        elif fact.kind == "minutes.added" and here:
            given = _minutes(fact.body.get("minutes", 0))
            found = replace(found, incident=found.incident + given)
        elif fact.kind in ENDS_OF_BREAKS or (fact.kind == "sitting.paused" and here):
            used = found.used + (fact.on - runs_since if runs_since else NONE)
            over = fact.kind in ENDS_OF_BREAKS
            found, runs_since = replace(found, used=used, paused=not over), None
        elif fact.kind == "sitting.resumed" and here:
            found, runs_since = replace(found, paused=False), fact.on
    if found is not None and runs_since is not None:
        found = replace(found, used=found.used + (at - runs_since))
    return found


ENDS_OF_BREAKS = frozenset({"section.opened", "sitting.submitted"})
STOPS = frozenset({"sitting.paused", "section.locked", "sitting.submitted"})


def _mapping(fact: Fact, name: str) -> Mapping[str, Any]:
    found = fact.body.get(name)
    return found if isinstance(found, Mapping) else {}


def _minutes(found: Any) -> timedelta:
    return timedelta(minutes=found) if isinstance(found, int) else NONE
