"""What waits for a second person: proposals of others that this actor may decide on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from concours.records.models import Assembly, BulkCorrection, CompetitionStanding, TestItem
from concours.selection.authority import Actor, holds

MOST = 50
"""Of each kind; the desk of each shows them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One act that somebody proposed and another decides. ``file`` is the competition,
    ``code`` the proposal's own, "" for a competition itself; ``since`` None where its file says."""

    what: str
    file: str
    code: str
    title: str
    since: datetime | None


def proposals_for(actor: Actor) -> tuple[Proposal, ...]:
    """Everything proposed by others that this actor may decide on: one query for each kind the
    actor's roles decide."""
    found: list[Proposal] = []
    if holds(actor, "competition.approve"):
        found += _competitions(actor)
    if holds(actor, "examination.decide_key") and holds(actor, "examination.read_marks"):
        found += _key_changes(actor)
    if holds(actor, "forms.lock"):
        found += _forms(actor)
    if holds(actor, "record.approve_bulk") and holds(actor, "record.read_bulk"):
        found += _corrections(actor)
    return tuple(found)


def _competitions(actor: Actor) -> Iterator[Proposal]:
    rows = CompetitionStanding.objects.filter(status="submitted").exclude(drafted_by=actor.code)
    for file, title in rows.order_by("test_starts", "file").values_list("file", "title")[:MOST]:
        yield Proposal(what="competition_approval", file=file, code="", title=title, since=None)


def _key_changes(actor: Actor) -> Iterator[Proposal]:
    rows = CompetitionStanding.objects.filter(key_changes_wait=True).order_by("test_starts", "file")
    for row in rows[:MOST]:
        for code, by in row.key_changes:
            if by != actor.code:
                yield Proposal(
                    what="key_change", file=row.file, code=code, title=row.title, since=None
                )


def _forms(actor: Actor) -> Iterator[Proposal]:
    tests = TestItem.objects.filter(competition=OuterRef("competition"), step=OuterRef("step"))
    rows = Assembly.objects.filter(outcome="found").exclude(by=actor.code).exclude(Exists(tests))
    for row in rows.order_by("at", "code")[:MOST]:
        yield Proposal(
            what="form_lock", file=row.competition, code=row.code, title=row.code, since=row.at
        )


def _corrections(actor: Actor) -> Iterator[Proposal]:
    rows = BulkCorrection.objects.filter(signed_at=None).exclude(proposed_by=actor.code)
    for row in rows.order_by("proposed_at", "code")[:MOST]:
        yield Proposal(
            what="bulk_correction",
            file=row.competition,
            code=row.code,
            title=row.code,
            since=row.proposed_at,
        )
