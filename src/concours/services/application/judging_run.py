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
from concours.policy.edition import Edition, load_edition
from concours.records.models import CandidacyStanding, CompetitionStanding
from concours.selection.authority import Actor, require, role_for
from concours.selection.competition import Competition
from concours.services.application.eligibility import claim_of, judging, waiting
from concours.services.application.sections import read_sections_of
from concours.services.case import Case
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.jobs import Running, handler
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


def judging_preview(actor: Actor, competition: str, *, at: datetime) -> RunPreview:
    """Who would be found eligible now, and who is left for a person."""
    require(actor, JUDGE)
    found, edition, step, rule = _where(competition)
    rows = waiting().filter(competition=competition).order_by("file")
    codes = list(rows.values_list("file", flat=True))
    files, unfinished = not_reached(competition, codes, step=step, rule=rule)
    decided = rows_of(
        competition,
        files,
        _command(actor, files, at=at),
        run="",
        role=role_for(actor, JUDGE),
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


def ask_to_judge(actor: Actor, competition: str, *, at: datetime, seen: str) -> int:
    """Sign the preview: the worker decides exactly those files; returns the job's number."""
    preview = judging_preview(actor, competition, at=at)
    step = _where(competition)[2]
    return ask_for_run(JOB, actor, JUDGE, preview, step=step, at=at, seen=seen)


def judge_many(asked: Asked, running: Running, progress: Progress) -> RunResult:
    """Decide what was signed, as one run; a file that moved on meanwhile is left out."""
    _, _, step, rule = _where(asked.competition)
    command = _command(asked.actor, asked.files, at=asked.at)
    return decide_many(
        asked.actor,
        JUDGE,
        asked.competition,
        asked.files,
        ticking(command, running),
        run=asked.run,
        step=step,
        rule=rule,
        at=asked.at,
        progress=progress,
    )


@handler(JOB)
def _judge(arguments: Mapping[str, Any], running: Running) -> None:
    run_asked(arguments, running, judge_many)


def _where(competition: str) -> tuple[Competition, Edition, str, str]:
    """The competition, its edition, its application step, and the rule a run of judging goes by."""
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    edition = load_edition(found.process, found.edition)
    step = next(plan.id for plan in edition.steps if plan.kind == "application")
    return found, edition, step, f"{step}.judging"


def _command(actor: Actor, files: Sequence[str], *, at: datetime) -> Command:
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
