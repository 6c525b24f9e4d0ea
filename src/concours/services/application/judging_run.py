"""Eligibility of all that wait in one competition: previewed, signed once, decided as one run.

A run finds eligible whom every rule allows. A refusal is never a run's: such a file,
and one that cannot be judged, is left for a person and keeps no other waiting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft
from concours.policy.edition import load_edition
from concours.records.models import CandidacyStanding, CompetitionStanding
from concours.selection.authority import Actor, require
from concours.services.application.eligibility import claim_of, judging, waiting
from concours.services.application.sections import read_sections_of
from concours.services.case import Case
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.jobs import Running, handler
from concours.services.run_kinds import Ground, RunKind
from concours.services.runs import Command
from concours.services.runs_asked import require_others, run_asked

JUDGE = "application.judge"
JOB = "application.judge_all"
PAGE = 500
"""Applications whose sections are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingIn:
    """A competition with applications that wait for a decision on eligibility."""

    competition: str
    title: str
    count: int


@dataclass(slots=True)
class _Sections:
    """The sections of many applications, read a page at a time in the order they are asked for."""

    codes: Sequence[str]
    _found: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def of(self, code: str) -> Mapping[str, Mapping[str, Any]]:
        if code not in self._found:
            start = self.codes.index(code)
            rows = CandidacyStanding.objects.filter(
                file__any_of=list(self.codes[start : start + PAGE])
            )
            self._found = read_sections_of(dict(rows.values_list("file", "person")))
        return self._found[code]


def waiting_competitions(actor: Actor) -> tuple[WaitingIn, ...]:
    """The competitions with applications that wait, by title."""
    require(actor, JUDGE)
    counts = dict(waiting().order_by().values_list("competition").annotate(n=Count("file")))
    rows = CompetitionStanding.objects.filter(file__in=list(counts)).order_by("title", "file")
    return tuple(
        WaitingIn(competition=row.file, title=row.title, count=counts[row.file]) for row in rows
    )


def _ground(competition: str) -> Ground:
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    edition = load_edition(found.process, found.edition)
    step = next(plan.id for plan in edition.steps if plan.kind == "application")
    return Ground(competition=found, edition=edition, step=step, rule=f"{step}.judging")


def _waits(ground: Ground) -> Sequence[str]:
    rows = waiting().filter(competition=ground.competition.file).order_by("file")
    return list(rows.values_list("file", flat=True))


def _command(actor: Actor, files: Sequence[str], at: datetime) -> Command:
    sections = _Sections(files)

    def command(case: Case) -> tuple[Draft, ...]:
        require_others(actor, case)
        drafts = judging(case, claim_of(case, sections.of(case.code)), at=at)
        if drafts[0].body.get("outcome") != "eligible":
            raise RuleRefused(
                "not_every_rule_allows", remedy="A refusal is looked at by a person: open the file."
            )
        return drafts

    return command


JUDGING = RunKind(job=JOB, action=JUDGE, ground=_ground, waits=_waits, command=_command)


@handler(JOB)
def _judge(arguments: Mapping[str, Any], running: Running) -> None:
    run_asked(arguments, running, JUDGING.decide)
