"""Inviting all of a competition who wait for it: previewed, signed once, decided as one run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from concours.ledger.draft import Draft
from concours.records.models import CandidacyStanding
from concours.selection.authority import Actor
from concours.services.assessment.booking import KIND, inviting
from concours.services.case import Case
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.jobs import Running, handler
from concours.services.narratives.desk import edition_of
from concours.services.narratives.writing import step_of
from concours.services.run_kinds import Ground, RunKind
from concours.services.runs import Command
from concours.services.runs_asked import require_others, run_asked

INVITE = "assessment.invite"
JOB = "assessment.invite_all"


def _ground(competition: str) -> Ground:
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    edition = edition_of(found)
    step = step_of(edition, KIND)
    return Ground(competition=found, edition=edition, step=step, rule=f"{step}.invitation")


def _waits(ground: Ground) -> Sequence[str]:
    rows = CandidacyStanding.objects.filter(
        competition=ground.competition.file,
        step=ground.step,
        owner="scheduler",
        closed_on__isnull=True,
    )
    return list(rows.order_by("file").values_list("file", flat=True))


def _command(actor: Actor, files: Sequence[str], at: datetime) -> Command:
    def command(case: Case) -> tuple[Draft, ...]:
        require_others(actor, case)
        return inviting(case, at=at)

    return command


INVITING = RunKind(job=JOB, action=INVITE, ground=_ground, waits=_waits, command=_command)


@handler(JOB)
def _invite(arguments: Mapping[str, Any], running: Running) -> None:
    run_asked(arguments, running, INVITING.decide)
