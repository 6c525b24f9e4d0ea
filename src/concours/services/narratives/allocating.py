"""Planning who reads what, in the worker: the solver is imported here and in no page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import Refusal
from concours.ledger.draft import Draft
from concours.planning.reading import allocate_readers
from concours.policy.panel_shape import PanelShape
from concours.records.ledger_store import read_many
from concours.records.models import ReaderProfile
from concours.selection.authority import Actor
from concours.selection.candidacy import Candidacy
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_panel import allocate_files
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel, declare_conflict, replace_reader
from concours.services.casefile import OpenFile, decide_on
from concours.services.competitions import read_competition
from concours.services.jobs import Running, handler
from concours.services.narratives.desk import ALLOCATE, edition_of, waiting_codes
from concours.services.panels.examiners import computed_conflicts

MOST = 1_000
"""Files allocated in one act."""


def waiting_files(panel: Panel) -> dict[str, Candidacy]:
    """The panel's share of its track's candidacies that were submitted and have no readers yet.

    Where a track has several panels, a file's code says which of them reads it: the
    same whoever plans first.
    """
    codes = waiting_codes(panel)[:MOST]
    files = {code: fold_candidacy(facts) for code, facts in read_many(codes).items()}
    return {
        code: file
        for code, file in files.items()
        if file.closed is None
        and (state := file.state(panel.step, Narratives)).submitted_at is not None
        and state.allocated_at is None
    }


def allocate(actor: Actor, code: str, *, at: datetime) -> int:
    """Find conflicts, plan, and allocate every file that waits; returns how many.

    Files whose readers were recused without a replacement get one too. Raises
    RuleRefused with the reason when no plan exists; then nothing is allocated.
    """
    count = 0

    def command(found: OpenFile) -> Sequence[Draft]:
        nonlocal count
        panel: Panel = found.state
        edition = edition_of(read_competition(panel.competition))
        files = waiting_files(panel)
        each = edition.value(f"{panel.step}.panel", PanelShape).readers
        reading = sorted({c for c, part in panel.readers if (c, part) not in panel.entered})
        conflicts: list[Draft] = []
        barred = set(panel.barred)
        members = (*panel.members, panel.chair)
        for tie in computed_conflicts(members, [*files, *reading]):
            if (tie.member, tie.candidacy) in barred:
                continue
            barred.add((tie.member, tie.candidacy))
            conflicts.extend(
                declare_conflict(
                    panel,
                    edition,
                    member=tie.member,
                    candidacy=tie.candidacy,
                    relation=tie.relation,
                    source="computed",
                )
            )
        aware = replace(panel, barred=frozenset(barred))
        repairs = repaired(aware, reading)
        plan = planned(aware, files, each=each)
        found.relies_on.update({c: file.seq for c, file in files.items()})
        count = len(files)
        if not files:
            return (*conflicts, *repairs)
        given = allocate_files(aware, edition, step=panel.step, at=at, files=files, plan=plan)
        return (*conflicts, *repairs, *given)

    decide_on(actor, "panel", code, "narratives.allocate", command, at=at)
    return count


def limits(panel: Panel) -> dict[str, int]:
    """How many more files each member takes."""
    profiles = ReaderProfile.objects.filter(account__in=panel.members)
    most = {row.account: row.at_most if row.available else 0 for row in profiles}
    loads: dict[str, int] = {}
    for readers in panel.readers.values():
        for reader in readers:
            loads[reader] = loads.get(reader, 0) + 1
    return {m: max(0, most.get(m, 60) - loads.get(m, 0)) for m in panel.members}


def planned(
    panel: Panel, files: Mapping[str, Candidacy], *, each: int
) -> Mapping[str, tuple[str, ...]]:
    """Readers for each file, by the solver."""
    return allocate_readers(
        files=sorted(files),
        readers=panel.members,
        barred=panel.barred,
        each=each,
        at_most=limits(panel),
    ).readers


def repaired(panel: Panel, reading: Sequence[str]) -> list[Draft]:
    """Replace barred readers of files in hand, with the least change, by the solver."""
    broken = {
        code: panel.readers[(code, "")]
        for code in reading
        if any((reader, code) in panel.barred for reader in panel.readers[(code, "")])
    }
    if not broken:
        return []
    plan = allocate_readers(
        files=sorted(broken),
        readers=panel.members,
        barred=panel.barred,
        each=max(len(readers) for readers in broken.values()),
        kept=broken,
    )
    drafts: list[Draft] = []
    for code, readers in sorted(broken.items()):
        gone = sorted(set(readers) - set(plan.readers[code]))
        come = sorted(set(plan.readers[code]) - set(readers))
        for out, into in zip(gone, come, strict=True):
            drafts += replace_reader(panel, candidacy=code, out=out, into=into, reason="conflict")
    return drafts


@handler(ALLOCATE)
def allocate_job(arguments: Mapping[str, Any], running: Running) -> None:
    """The worker's side of asking for a plan; a refusal is the job's result, not its failure."""
    actor = Actor(code=str(arguments["actor"]), roles=frozenset({"scheduler"}))
    try:
        with transaction.atomic():
            count = allocate(
                actor, str(arguments["panel"]), at=datetime.fromisoformat(str(arguments["at"]))
            )
            running.save({"allocated": count})
    except Refusal as refusal:
        running.save({"refused": refusal.code, "remedy": refusal.remedy})
