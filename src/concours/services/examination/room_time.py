"""The time of a whole room in one act: minutes for everybody, a pause of everybody, and its end.

A fire alarm stops everybody's clock at the same instant, in one transaction over all files.
"""

from collections.abc import Iterator
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.records.ledger_store import lock_heads, read_many
from concours.records.models import ExaminationStanding
from concours.selection import session as rules
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy
from concours.selection.examination import Examination
from concours.selection.examination_breaks import running_time
from concours.selection.examination_proctor import pause_sitting, resume_sitting
from concours.selection.examination_sitting import room_minutes
from concours.selection.fold import fold_candidacy
from concours.services.casefile import OpenFile, decide_on
from concours.services.competitions import read_competition
from concours.services.examination.sessions import edition_of

PAUSED = "sitting.paused"


def record_incident(
    actor: Actor, code: str, *, incident: str, minutes: int, at: datetime, seen: str | None = None
) -> OpenFile:
    """Record what disturbed the room; everybody whose time runs gets the minutes by the same act.

    On a break, or before the next section is opened, the time of that section begins later.
    """

    def command(found: OpenFile) -> tuple[Draft, ...]:
        drafts = [*rules.record_incident(found.state, code=incident, minutes=minutes)]
        edition, step = _edition(found), found.state.step
        for file, _ in _sitting_now(code, step):
            if minutes:
                drafts += room_minutes(
                    file, edition, step=step, at=at, minutes=minutes, reason=incident
                )
        return tuple(drafts)

    return decide_on(actor, "session", code, "examination.add_minutes", command, at=at, seen=seen)


def pause_room(
    actor: Actor, code: str, *, reason: str, at: datetime, seen: str | None = None
) -> OpenFile:
    """Stop the clock of everybody in the room whose time runs, and record why.

    Whoever is paused already, or has no time running, stays as they are. Refused when that is
    everybody.
    """

    def command(found: OpenFile) -> tuple[Draft, ...]:
        edition, step = _edition(found), found.state.step
        noted = rules.record_incident(found.state, code=reason, minutes=0)
        drafts = [
            draft
            for file, _ in _sitting_now(code, step)
            if _runs(file, edition, step, at)
            for draft in pause_sitting(file, edition, step=step, at=at, reason=reason)
        ]
        if not drafts:
            raise RuleRefused(
                "no_time_running", remedy="Nobody's time is running in this room now."
            )
        return (*noted, *drafts)

    action = "examination.pause_sitting"
    return decide_on(actor, "session", code, action, command, at=at, seen=seen)


def resume_room(
    actor: Actor, code: str, *, reason: str, at: datetime, seen: str | None = None
) -> OpenFile:
    """Let everybody go on who is paused for this reason; other pauses are not touched."""

    def command(found: OpenFile) -> tuple[Draft, ...]:
        edition, step = _edition(found), found.state.step
        if reason not in rules.INCIDENTS:
            raise BadInput("unknown_incident", remedy="Choose what happened.", field="reason")
        drafts = [
            draft
            for file, paused_for in _sitting_now(code, step)
            if paused_for == reason
            for draft in resume_sitting(file, edition, step=step, at=at)
        ]
        if not drafts:
            raise RuleRefused("not_paused", remedy="Nobody in this room is paused for this reason.")
        return tuple(drafts)

    action = "examination.resume_sitting"
    return decide_on(actor, "session", code, action, command, at=at, seen=seen)


def _edition(found: OpenFile) -> Edition:
    return edition_of(read_competition(found.state.competition))


def _sitting_now(session: str, step: str) -> Iterator[tuple[Candidacy, str]]:
    """Everybody whose sitting is open, with what it is paused for, "" while it is not.

    The files are locked first: nobody submits between what is read here and what is recorded.
    """
    rows = ExaminationStanding.objects.filter(session=session, sitting="open").order_by("file")
    codes = list(rows.values_list("file", flat=True))
    lock_heads(codes)
    files = read_many(codes)
    for code in codes:
        file = fold_candidacy(files[code])
        sitting = file.state(step, Examination).sitting
        if sitting is None or sitting.submitted_at is not None:
            continue
        reasons = [fact.body.get("reason") for fact in files[code] if fact.kind == PAUSED]
        yield file, str(reasons[-1]) if sitting.paused_at is not None else ""


def _runs(file: Candidacy, edition: Edition, step: str, at: datetime) -> bool:
    sitting = file.state(step, Examination).sitting
    return sitting is not None and bool(running_time(sitting, edition, step=step, at=at))
