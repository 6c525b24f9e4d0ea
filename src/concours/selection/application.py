"""The application: its state, its folds, starting it, submitting it, and the one choice of track."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from concours.kernel.errors import BadInput
from concours.kernel.period import day_start, instant, instant_text
from concours.ledger.draft import Draft, Fact
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.policy.form_sections import FormSections, missing_sections
from concours.policy.tracks import Tracks, may_choose, track_ids
from concours.policy.wait import month_of
from concours.selection.candidacy import Apply, Candidacy, close, open_candidacy, require_open
from concours.selection.competition import Calendar, Competition
from concours.selection.person import Person, join_candidacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether the applicant was found eligible, and the rules that said no."""

    eligible: bool
    failed: tuple[str, ...]
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An appeal against a decision: when lodged, by when decided, and how it came out."""

    seq: int
    lodged_at: datetime
    due_on: datetime | None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The folded application of one candidacy. Answers stand in sources; here are digests."""

    started_at: datetime | None = None
    due_on: datetime | None = None
    submitted_at: datetime | None = None
    digest: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    judge_by: datetime | None = None
    finding: Finding | None = None
    track_at: datetime | None = None
    extended_to: datetime | None = None
    late_code: str = ""
    late_until: datetime | None = None
    reopened: Mapping[str, datetime] = field(default_factory=dict)
    appeal: Appeal | None = None
    withdrawals: int = 0

    @property
    def submit_by(self) -> datetime | None:
        """The instant at which it is too late to submit, extensions and late entry counted."""
        dates = [d for d in (self.due_on, self.extended_to, self.late_until) if d is not None]
        return max(dates) if dates else None

    @property
    def passed(self) -> bool | None:
        """Whether the step was passed; None while it is not decided."""
        return None if self.finding is None else self.finding.eligible

    @property
    def decided_seq(self) -> int:
        """The entry that decided it, as reversed since; 0 while undecided."""
        return 0 if self.finding is None else self.finding.seq


def closes_at(calendar: Calendar, zone: str) -> datetime:
    """When a window takes no more applications: the first instant of its first day."""
    return day_start(calendar.test_starts, zone)


def start_application(
    file: str,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    competition: Competition,
    person: Person,
) -> tuple[Draft, ...]:
    """Open a candidacy in a published competition, once for each person.

    Refused before registration opens or after it closes, while a retake wait
    runs, and when the person already has an application in this window.
    """
    rule = f"{step}.windows"
    calendar = competition.calendar
    if competition.status != "published" or calendar is None:
        raise edition.refusal(
            rule, "window_not_open", remedy="Wait until this window is published."
        )
    opens = day_start(calendar.registration_opens, edition.zone)
    ends = closes_at(calendar, edition.zone)
    if not opens <= at < ends:
        raise edition.refusal(
            rule,
            "registration_not_open",
            remedy="Apply while registration is open, or in a later window.",
            opens=instant_text(opens),
            closes=instant_text(ends),
        )
    require_no_wait(edition, person=person, window=calendar.window)
    if competition.file in person.candidacies.values():
        raise edition.refusal(
            rule,
            "already_applied",
            remedy="You have one application in this window: go on with that one.",
        )
    return (
        *open_candidacy(
            file,
            competition=competition.file,
            person=person.file,
            edition=edition.edition,
            edition_digest=edition.digest,
        ),
        Draft(
            file=file,
            step=step,
            kind="application.started",
            body={"rule": rule, "window": calendar.window, "due_on": instant_text(ends)},
        ),
        join_candidacy(person, candidacy=file, competition=competition.file),
    )


def require_no_wait(edition: Edition, *, person: Person, window: str) -> None:
    """Refuse a window that falls in the person's retake wait, naming the first that does not."""
    wait = person.wait
    if wait is None or not wait.next_window or month_of(window) >= month_of(wait.next_window):
        return
    rule = next((r for r in edition.rules if r.endswith(".retake")), "")
    raise edition.refusal(
        rule,
        "retake_wait",
        remedy=f"You may sit the test again from the window of {wait.next_window}.",
        sat=wait.sat_window,
        window=window,
        next_window=wait.next_window,
    )


def submit_application(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    digest: str,
    sections: Mapping[str, str],
    track: str,
    late_code: str = "",
) -> tuple[Draft, ...]:
    """Freeze the application as it stands, with the one choice of track.

    ``digest`` is that of the whole snapshot, ``sections`` of each complete
    section; ``late_code`` the digest of a late entry code typed by the candidate.
    Refused when a needed section is missing, the window has closed, or it was
    submitted before.
    """
    require_open(file)
    state = file.state(step, Application)
    rule = f"{step}.sections"
    if state.submitted_at is not None:
        raise edition.refusal(rule, "already_submitted", remedy="An application is submitted once.")
    _require_in_time(state, edition, step=step, at=at, late_code=late_code)
    complete = frozenset(sections) | ({"track"} if track else frozenset())
    missing = missing_sections(edition.value(rule, FormSections), complete=complete)
    if missing:
        raise edition.refusal(
            rule,
            "sections_missing",
            remedy=f"Complete these sections first: {', '.join(missing)}.",
            field=missing[0],
            missing=", ".join(missing),
        )
    by = lapses_at(edition.value(f"{step}.judging", Deadline), told_at=at, zone=edition.zone)
    submitted = Draft(
        file=file.file,
        step=step,
        kind="application.submitted",
        body={
            "rule": rule,
            "snapshot": digest,
            "sections": dict(sorted(sections.items())),
            "late": bool(late_code),
            "judge_by": instant_text(by),
        },
    )
    return (submitted, *choose_track(file, edition, step=step, at=at, track=track))


def _require_in_time(
    state: Application, edition: Edition, *, step: str, at: datetime, late_code: str
) -> None:
    last = state.extended_to or state.due_on
    if last is not None and at < max(last, state.due_on or last):
        return
    rule = f"{step}.windows"
    if late_code:
        if late_code != state.late_code:
            raise edition.refusal(
                rule,
                "late_code_unknown",
                remedy="Type the late entry code as the registrar gave it to you.",
                field="late_code",
            )
        if state.late_until is not None and at < state.late_until:
            return
    raise edition.refusal(
        rule,
        "window_closed",
        remedy="Apply in the next window, or ask the registrar for a late entry code.",
        closed=instant_text(state.submit_by) if state.submit_by else "",
        at=instant_text(at),
    )


def choose_track(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, track: str
) -> tuple[Draft, ...]:
    """Choose the career track, once and for good; nobody corrects it afterwards.

    Another choice needs a new application in a later window.
    """
    require_open(file)
    rule = f"{step}.tracks"
    tracks = edition.value(rule, Tracks)
    chosen = 1 if file.track else 0
    if track not in track_ids(tracks):
        raise edition.refusal(
            rule,
            "no_such_track",
            remedy=f"Choose one of: {', '.join(track_ids(tracks))}.",
            field="track",
        )
    if not may_choose(tracks, track=track, chosen=chosen):
        raise edition.refusal(
            rule,
            "track_locked",
            remedy="Your track is locked. Another choice needs a new application in a later window.",
            field="track",
            chosen=file.track,
        )
    body = {"rule": rule, "track": track, "at": instant_text(at)}
    return (Draft(file=file.file, step=step, kind="track.chosen", body=body),)


def lapse_draft(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """Close a candidacy that was never submitted, in force from the day it was due."""
    require_open(file)
    state = file.state(step, Application)
    last = state.submit_by
    if state.submitted_at is not None or last is None or at < last:
        raise edition.refusal(
            f"{step}.windows", "not_lapsed", remedy="It lapses only when its window has closed."
        )
    return (close(file, step=step, reason="not_submitted", on=last),)


def require_code(code: str, known: frozenset[str], *, field: str) -> None:
    """Refuse a code that is not in the list it must come from."""
    if code not in known:
        raise BadInput(
            f"unknown_{field}", remedy=f"Choose one of: {', '.join(sorted(known))}.", field=field
        )


def moment(body: Mapping[str, Any], name: str) -> datetime | None:
    """An instant from a body; None where it is missing or was destroyed."""
    found = body.get(name)
    return instant(found) if isinstance(found, str) and found else None


def texts(body: Mapping[str, Any], name: str) -> dict[str, str]:
    """A mapping of texts from a body; empty where it is missing or was destroyed."""
    found = body.get(name)
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def _set(file: Candidacy, fact: Fact, **changes: Any) -> Candidacy:
    return file.with_state(fact.step, replace(file.state(fact.step, Application), **changes))


def _started(file: Candidacy, fact: Fact) -> Candidacy:
    return _set(file, fact, started_at=fact.on, due_on=moment(fact.body, "due_on"))


def _submitted(file: Candidacy, fact: Fact) -> Candidacy:
    return _set(
        file,
        fact,
        submitted_at=fact.on,
        digest=str(fact.body.get("snapshot", "")),
        sections=texts(fact.body, "sections"),
        judge_by=moment(fact.body, "judge_by"),
        late_code="",
        reopened={},
    )


def _track(file: Candidacy, fact: Fact) -> Candidacy:
    chosen = file.track or str(fact.body.get("track", ""))
    return replace(_set(file, fact, track_at=fact.on), track=chosen)


APPLY: Mapping[str, Apply] = {
    "application.started": _started,
    "application.submitted": _submitted,
    "track.chosen": _track,
}
