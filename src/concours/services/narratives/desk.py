"""The scheduler's desk: files waiting for readers by track, panels formed, plans asked for."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from concours.kernel.errors import BadInput
from concours.policy.edition import Edition, load_edition
from concours.policy.panel_shape import PanelShape
from concours.records.models import (
    CandidacyStanding,
    CompetitionStanding,
    Job,
    PanelMember,
    PanelReading,
    PanelStanding,
    ReaderProfile,
)
from concours.selection.authority import Actor, holds, require
from concours.selection.competition import Competition
from concours.selection.panel import Panel, form_panel
from concours.services.casefile import open_file, record
from concours.services.competitions import read_competition
from concours.services.files import new_code, unknown_file
from concours.services.jobs import enqueue
from concours.services.narratives.writing import step_of
from concours.services.panels.examiners import Examiner, examiners, holders_of

ALLOCATE = "narratives.allocate"
OVERVIEW = (
    "narratives.allocate",
    "narratives.decide",
    "competition.set_cut",
    "narratives.run_without",
)
"""Whoever may do one of these sees where the tracks stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRow:
    """One track of one competition: where its files stand, and its panels, none or several."""

    competition: str
    title: str
    track: str
    waiting: int
    reading: int
    chair: int
    results: int
    panels: tuple[str, ...]
    need: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStatus:
    """How the last plan asked for came out; ``code`` and ``remedy`` where it was refused."""

    state: str
    asked_at: datetime
    allocated: int
    code: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPage:
    """One panel as the scheduler sees it, all in codes."""

    code: str
    version: str
    competition: str
    track: str
    chair: str
    members: tuple[tuple[str, int, int], ...]
    waiting: int
    readings: int
    entered: int
    conflicts: int
    uncovered: tuple[str, ...]
    plan: PlanStatus | None


def edition_of(competition: Competition) -> Edition:
    """The edition a competition pins."""
    return load_edition(competition.process, competition.edition)


def track_rows(actor: Actor) -> tuple[TrackRow, ...]:
    """Every track with files in the step, of every competition that is not put away; counts only."""
    if not any(holds(actor, action) for action in OVERVIEW):
        require(actor, "narratives.allocate")
    found: list[TrackRow] = []
    live = CompetitionStanding.objects.filter(status__in=("published", "closed"))
    for head in live.order_by("-test_starts", "file"):
        competition = read_competition(head.file)
        step = step_of(edition_of(competition))
        counts: dict[tuple[str, str], int] = {}
        rows = CandidacyStanding.objects.filter(competition=head.file, step=step, status="board")
        for track, owner, count in (
            rows.values_list("track", "owner").annotate(n=Count("pk")).order_by()
        ):
            counts[(track, owner)] = count
        panels: dict[str, list[str]] = {}
        formed = PanelStanding.objects.filter(competition=head.file, step=step).order_by("file")
        for track, code in formed.values_list("track", "file"):
            panels.setdefault(track, []).append(code)
        for track in sorted({track for track, _ in counts} | set(panels)):
            found.append(
                TrackRow(
                    competition=head.file,
                    title=head.title,
                    track=track,
                    waiting=counts.get((track, "scheduler"), 0),
                    reading=counts.get((track, "panellist"), 0),
                    chair=counts.get((track, "chair"), 0),
                    results=counts.get((track, "registrar"), 0),
                    panels=tuple(panels.get(track, ())),
                    need=competition.cuts.get(f"{step}.{track}", ""),
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormingPage:
    """Who may serve on a new panel of a track."""

    competition: str
    title: str
    track: str
    readers: tuple[Examiner, ...]
    chairs: tuple[str, ...]
    needed: int


def forming_page(actor: Actor, *, competition: str, track: str) -> FormingPage:
    """Readers of the track who are available, and those who may chair."""
    require(actor, "narratives.allocate")
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    step = step_of(edition_of(found))
    shape = edition_of(found).value(f"{step}.panel", PanelShape)
    serving = [
        e for e in examiners(actor) if e.available and (not shape.own_track or e.track == track)
    ]
    return FormingPage(
        competition=competition,
        title=found.title,
        track=track,
        readers=tuple(serving),
        chairs=holders_of("chair"),
        needed=shape.readers,
    )


def form(
    actor: Actor, *, competition: str, track: str, members: Sequence[str], chair: str, at: datetime
) -> str:
    """Form a panel of a track; returns its code. Members must serve in the track, on one panel.

    A large track has several panels: files not yet allocated are shared among them.
    """
    page = forming_page(actor, competition=competition, track=track)
    step = step_of(edition_of(read_competition(competition)))
    if len(set(members)) < page.needed:
        raise BadInput(
            "too_few_members",
            remedy=f"A panel needs at least {page.needed} readers.",
            field="members",
        )
    known = {e.account for e in page.readers}
    if not set(members) <= known:
        raise BadInput(
            "reader_of_another_track",
            remedy="Choose available readers of this track.",
            field="members",
        )
    serving = PanelMember.objects.filter(
        file__in=PanelStanding.objects.filter(
            competition=competition, step=step, track=track
        ).values("file")
    )
    if set(members) & set(serving.values_list("member", flat=True)):
        raise BadInput(
            "reader_of_another_panel",
            remedy="Choose readers who do not sit on another panel of this track.",
            field="members",
        )
    if chair not in page.chairs:
        raise BadInput("not_a_chair", remedy="Choose somebody who may chair.", field="chair")
    code = new_code()
    drafts = form_panel(
        code, competition=competition, step=step, track=track, members=list(members), chair=chair
    )
    record(actor, "narratives.allocate", drafts, at=at)
    return code


def share_of(code: str, panels: Sequence[str]) -> str:
    """Which of a track's panels reads a file."""
    place = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8])
    return panels[place % len(panels)] if panels else ""


def waiting_codes(panel: Panel) -> list[str]:
    """The panel's share of its track's files that wait for readers, in the order of their codes."""
    here = {"competition": panel.competition, "step": panel.step, "track": panel.track}
    panels = list(
        PanelStanding.objects.filter(**here).order_by("file").values_list("file", flat=True)
    )
    waits = CandidacyStanding.objects.filter(**here, owner="scheduler").order_by("file")
    return [c for c in waits.values_list("file", flat=True) if share_of(c, panels) == panel.file]


def panel_page(actor: Actor, code: str) -> PanelPage:
    """One panel: its members' loads, what waits, conflicts, and how the last plan came out."""
    found = open_file(actor, "panel", code, "narratives.allocate")
    panel: Panel = found.state
    limits = dict(
        ReaderProfile.objects.filter(account__in=panel.members).values_list("account", "at_most")
    )
    loads = dict.fromkeys(panel.members, 0)
    for readers in panel.readers.values():
        for reader in readers:
            loads[reader] = loads.get(reader, 0) + 1
    uncovered = PanelReading.objects.filter(file=code, barred=True, entered=False)
    return PanelPage(
        code=code,
        version=found.version,
        competition=panel.competition,
        track=panel.track,
        chair=panel.chair,
        members=tuple((m, loads.get(m, 0), limits.get(m, 60)) for m in panel.members),
        waiting=len(waiting_codes(panel)),
        readings=len(panel.readers),
        entered=len(panel.entered),
        conflicts=len(panel.barred),
        uncovered=tuple(
            uncovered.order_by("candidacy").values_list("candidacy", flat=True).distinct()
        ),
        plan=plan_status(code),
    )


def ask_for_plan(actor: Actor, code: str, *, at: datetime) -> int:
    """Let the worker plan and allocate what waits: the solver never runs in a page."""
    open_file(actor, "panel", code, "narratives.allocate")
    arguments = {"panel": code, "actor": actor.code, "at": at.isoformat()}
    return enqueue(ALLOCATE, arguments, asked_by=actor.code)


def plan_status(code: str) -> PlanStatus | None:
    """The last plan asked for on a panel."""
    job = Job.objects.filter(name=ALLOCATE, arguments__panel=code).order_by("-pk").first()
    if job is None:
        return None
    return PlanStatus(
        state=job.state,
        asked_at=job.queued_at,
        allocated=int(job.progress.get("allocated", 0)),
        code=str(job.progress.get("refused", "")),
        remedy=str(job.progress.get("remedy", "")),
    )


def where_of(actor: Actor, code: str, action: str) -> tuple[str, str, str]:
    """The competition, track and panel ("" while none is formed) a candidacy belongs to."""
    require(actor, action)
    row = CandidacyStanding.objects.filter(pk=code).first()
    if row is None or not row.track:
        raise unknown_file()
    step = step_of(edition_of(read_competition(row.competition)))
    panels = PanelStanding.objects.filter(
        competition=row.competition, step=step, track=row.track
    ).order_by("file")
    codes = list(panels.values_list("file", flat=True))
    reads = PanelReading.objects.filter(file__in=codes, candidacy=code).first()
    return row.competition, row.track, reads.file if reads else next(iter(codes), "")
