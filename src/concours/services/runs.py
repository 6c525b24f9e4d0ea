"""A decision over many files: computed first, recorded as one entry, then written by the batch.

The run's opening entry in the competition's file holds the digest of the inputs
and of the whole table of results. The files follow in batches that resume where
they stopped. Nobody is told and no page shows it before the closing entry.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from concours.kernel.errors import Refusal
from concours.kernel.period import instant, instant_text
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.bulk import BATCH, append_many
from concours.records.ledger_store import (
    Recorded,
    append,
    by_file,
    heads,
    lock_heads,
    read_many,
)
from concours.records.models import Notice, RunFile
from concours.selection.authority import Actor, require, role_for
from concours.selection.competition import close_run, open_run
from concours.selection.fold import fold_candidacy, untold
from concours.selection.steps import TOLD
from concours.services.case import Case, shown_to
from concours.services.competitions import binding_edition, read_competition
from concours.services.jobs import Running, enqueue, handler
from concours.services.notices.queue import queue_told
from concours.services.refresh import refresh

PUBLISH = "run.publish"
Command = Callable[[Case], Sequence[Draft]]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a run decides for one candidacy: its drafts, or the code of the refusal."""

    file: str
    seq: int
    drafts: tuple[Draft, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run did. ``moved`` files were decided on by others meanwhile and left out."""

    run: str
    decided: int
    refused: tuple[tuple[str, str], ...]
    moved: tuple[str, ...]
    inputs: str
    table: str


def decide_many(
    actor: Actor,
    action: str,
    competition: str,
    files: Sequence[str],
    command: Command,
    *,
    run: str,
    step: str,
    rule: str,
    at: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Run a command on many candidacies of one competition as one decision.

    ``run`` names the decision: started again under its name it goes on where it
    stopped. A file whose command refuses is left as it is and reported. With
    ``dry_run`` everything is computed and nothing is written.
    """
    require(actor, action)
    role = role_for(actor, action)
    rows = list(rows_of(competition, files, command, run=run, role=role, at=at))
    if dry_run:
        return _result(run, rows, inputs=_inputs_digest(rows))
    return record_rows(
        actor,
        role,
        competition,
        rows,
        run=run,
        step=step,
        rule=rule,
        inputs=_inputs_digest(rows),
        at=at,
        progress=progress,
    )


def record_rows(
    actor: Actor,
    role: str,
    competition: str,
    rows: Sequence[Row],
    *,
    run: str,
    step: str,
    rule: str,
    inputs: str,
    at: datetime,
    progress: Progress | None = None,
) -> RunResult:
    """Record what was decided for each file: opening entry, files in batches, closing entry, telling.

    A run of this name that was broken off goes on: its opening entry stands, files
    it has reached are passed over. One that is closed is only published again.
    """
    result = _result(run, rows, inputs=inputs)
    opened = read_competition(competition).runs.get(run)
    if opened is not None and opened.get("closed"):
        publish_run(run, at=at)
        return result
    if opened is None:
        opening = open_run(
            read_competition(competition),
            run=run,
            step=step,
            rule=rule,
            inputs=result.inputs,
            count=result.decided,
            table=result.table,
        )
        _append_as(actor, role, opening, at=at)
    moved = _write(rows, run=run, actor=actor.code, role=role, at=at, progress=progress)
    with transaction.atomic():
        _append_as(actor, role, close_run(read_competition(competition), run=run, step=step), at=at)
        # Should this process be stopped now, the worker still tells everybody.
        enqueue(PUBLISH, {"run": run, "at": instant_text(at)}, key=f"{PUBLISH}/{run}")
    publish_run(run, at=at)
    return replace(result, decided=result.decided - len(moved), moved=tuple(moved))


def unfinished_run(competition: str, *, step: str, rule: str, inputs: str | None = None) -> str:
    """The name of a run of this step and rule that was opened and never closed; "" for none.

    With ``inputs`` it must have been opened on the same ones.
    """
    for name, state in read_competition(competition).runs.items():
        same = inputs is None or state.get("inputs") == inputs
        if (
            not state.get("closed")
            and (state.get("step"), state.get("rule")) == (step, rule)
            and same
        ):
            return name
    return ""


def reached_by(run: str) -> frozenset[str]:
    """The files a run has reached."""
    return frozenset(RunFile.objects.filter(run=run).values_list("file", flat=True))


@handler(PUBLISH)
def _publish(arguments: Mapping[str, Any], running: Running) -> None:
    publish_run(str(arguments["run"]), at=instant(str(arguments["at"])))


def _result(run: str, rows: Sequence[Row], *, inputs: str) -> RunResult:
    return RunResult(
        run=run,
        decided=sum(bool(row.drafts) for row in rows),
        refused=tuple((row.file, row.refused) for row in rows if row.refused),
        moved=(),
        inputs=inputs,
        table=table_digest(rows),
    )


def rows_of(
    competition: str,
    files: Sequence[str],
    command: Command,
    *,
    run: str,
    role: str,
    at: datetime,
) -> Iterator[Row]:
    """What the command decides for each file not yet reached by this run."""
    found = read_competition(competition)
    for start in range(0, len(files), BATCH):
        codes = files[start : start + BATCH]
        done = set(RunFile.objects.filter(run=run, file__in=codes).values_list("file", flat=True))
        facts = read_many([code for code in codes if code not in done])
        for code in codes:
            if code not in facts:
                continue
            candidacy = fold_candidacy(facts[code])
            if candidacy.competition != competition:
                yield Row(file=code, seq=candidacy.seq, drafts=(), refused="other_competition")
                continue
            case = Case(
                candidacy=candidacy,
                edition=binding_edition(found, candidacy),
                competition=found,
                facts=facts[code],
                visible=shown_to(role, facts[code], found),
                version="",
                role=role,
            )
            try:
                drafts = tuple(in_run(draft, run) for draft in command(case))
            except Refusal as refusal:
                yield Row(file=code, seq=candidacy.seq, drafts=(), refused=refusal.code)
            else:
                yield Row(file=code, seq=candidacy.seq, drafts=drafts)


def publish_run(run: str, *, at: datetime) -> None:
    """After a run was closed: bring its files' rows up to date and queue what must be told.

    Safe to repeat: nothing is told twice.
    """
    codes = list(RunFile.objects.filter(run=run).order_by("file").values_list("file", flat=True))
    for start in range(0, len(codes), BATCH):
        part = codes[start : start + BATCH]
        with transaction.atomic():
            refresh(part)
            _tell(run, part, at=at)


def _write(
    rows: Sequence[Row],
    *,
    run: str,
    actor: str,
    role: str,
    at: datetime,
    progress: Progress | None,
) -> list[str]:
    moved: list[str] = []
    todo = [row for row in rows if row.drafts]
    for start in range(0, len(todo), BATCH):
        part = todo[start : start + BATCH]
        with transaction.atomic():
            now = lock_heads({d.file for row in part for d in row.drafts} | {r.file for r in part})
            still = [row for row in part if now[row.file].seq == row.seq]
            moved += [row.file for row in part if now[row.file].seq != row.seq]
            grouped = by_file(draft for row in still for draft in row.drafts)
            append_many(
                run,
                [
                    (
                        file,
                        [Recorded(draft=d, at=at, actor=actor, role=role) for d in drafts],
                    )
                    for file, drafts in grouped.items()
                ],
                batch=len(grouped) or 1,
            )
        if progress is not None:
            progress(len(part))
    return moved


def _tell(run: str, codes: Sequence[str], *, at: datetime) -> None:
    facts = read_many(codes)
    about = [
        fact
        for some in facts.values()
        for fact in some
        if fact.kind in TOLD and fact.body.get("run") == run
    ]
    keys = {f"told/{fact.file}/{fact.seq}" for fact in about}
    queued = set(Notice.objects.filter(idempotency_key__in=keys).values_list("file", "seq"))
    open_still = {(fact.file, fact.seq) for some in facts.values() for fact in untold(some)}
    fresh = [fact for fact in about if (fact.file, fact.seq) in open_still - queued]
    candidacies = {code: fold_candidacy(facts[code]) for code in {f.file for f in fresh}}
    queue_told(fresh, candidacies=candidacies, at=at)


@transaction.atomic
def _append_as(actor: Actor, role: str, draft: Draft, *, at: datetime) -> None:
    append([draft], actor=actor.code, role=role, at=at)
    refresh({draft.file})


def in_run(draft: Draft, run: str) -> Draft:
    """The draft with its run in the body: until the run is closed no page shows it."""
    return replace(draft, body={**draft.body, "run": run})


def _inputs_digest(rows: Sequence[Row]) -> str:
    """SHA-256 over the files and the digests of their heads, in file order."""
    found = heads([row.file for row in rows])
    lines = sorted(f"{code} {head.digest}\n" for code, head in found.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def table_digest(rows: Sequence[Row]) -> str:
    """SHA-256 over every result in file order: kind, step and canonical body."""
    lines = [
        f"{draft.file} {draft.step} {draft.kind} {canonical(draft.body)}\n"
        for row in sorted(rows, key=lambda row: row.file)
        for draft in row.drafts
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
