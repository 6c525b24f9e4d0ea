"""Inviting all of a competition who wait for it: previewed, signed once, decided as one run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.records.models import CandidacyStanding
from concours.selection.authority import Actor, require, role_for
from concours.selection.competition import Competition
from concours.services.assessment.booking import KIND, inviting
from concours.services.case import Case
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.jobs import Running, handler
from concours.services.narratives.desk import edition_of
from concours.services.narratives.writing import step_of
from concours.services.runs import Command, Progress, RunResult, decide_many, rows_of
from concours.services.runs_asked import (
    Asked,
    ask_for_run,
    not_reached,
    require_others,
    run_asked,
    run_state,
    ticking,
)
from concours.services.runs_preview import RunPreview, preview_of

INVITE = "assessment.invite"
JOB = "assessment.invite_all"


def inviting_preview(actor: Actor, competition: str, *, at: datetime) -> RunPreview:
    """Who would be invited now, and who cannot be."""
    require(actor, INVITE)
    found, edition, step, rule = _where(competition)
    rows = CandidacyStanding.objects.filter(
        competition=competition, step=step, owner="scheduler", closed_on__isnull=True
    )
    codes = list(rows.order_by("file").values_list("file", flat=True))
    files, unfinished = not_reached(competition, codes, step=step, rule=rule)
    decided = rows_of(
        competition,
        files,
        _command(actor, at=at),
        run="",
        role=role_for(actor, INVITE),
        at=at,
    )
    return preview_of(
        list(decided),
        competition=found,
        edition=edition,
        rule=rule,
        unfinished=unfinished,
        state=run_state(JOB, competition),
    )


def ask_to_invite(actor: Actor, competition: str, *, at: datetime, seen: str) -> int:
    """Sign the preview: the worker invites exactly those; returns the job's number."""
    preview = inviting_preview(actor, competition, at=at)
    step = _where(competition)[2]
    return ask_for_run(JOB, actor, INVITE, preview, step=step, at=at, seen=seen)


def invite_many(asked: Asked, running: Running, progress: Progress) -> RunResult:
    """Invite those who were signed for, as one run; a file that moved on meanwhile is left out."""
    _, _, step, rule = _where(asked.competition)
    return decide_many(
        asked.actor,
        INVITE,
        asked.competition,
        asked.files,
        ticking(_command(asked.actor, at=asked.at), running),
        run=asked.run,
        step=step,
        rule=rule,
        at=asked.at,
        progress=progress,
    )


@handler(JOB)
def _invite(arguments: Mapping[str, Any], running: Running) -> None:
    run_asked(arguments, running, invite_many)


def _where(competition: str) -> tuple[Competition, Edition, str, str]:
    """The competition, its edition, its assessment step, and the rule of inviting."""
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    edition = edition_of(found)
    step = step_of(edition, KIND)
    return found, edition, step, f"{step}.invitation"


def _command(actor: Actor, *, at: datetime) -> Command:
    def command(case: Case) -> tuple[Draft, ...]:
        require_others(actor, case)
        return inviting(case, at=at)

    return command
