"""A decision over many candidacies of one competition: opened, made in batches, closed, then told."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from django.db import transaction

from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.ledger.entry import Sealed
from concours.records.ledger_store import append, read_many
from concours.selection.authority import Actor, role_for
from concours.selection.candidacy import Candidacy
from concours.selection.competition import close_run, open_run
from concours.selection.fold import fold_candidacy
from concours.services.competitions import read_competition
from concours.services.files import new_code
from concours.services.refresh import refresh
from concours.services.telling import tell_of

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run did."""

    code: str
    decided: int
    entries: int


def read_candidacies(codes: Sequence[str]) -> dict[str, Candidacy]:
    """Many candidacies folded, with the same number of queries however many."""
    return {code: fold_candidacy(facts) for code, facts in read_many(list(codes)).items()}


def decide_over_many(
    actor: Actor,
    action: str,
    *,
    competition: str,
    step: str,
    rule: str,
    files: Mapping[str, Candidacy],
    decisions: Mapping[str, Sequence[Draft]],
    inputs: str,
    at: datetime,
) -> Run:
    """Record what was decided on each file, between an opening and a closing entry in the
    competition's file. No page shows it and nobody is told before the closing one.

    ``files`` are the candidacies as the decisions saw them; one that has moved on since
    stops its batch before anything of it is written.
    """
    role = role_for(actor, action)
    run = new_code()
    state = read_competition(competition)
    table = hashlib.sha256(
        canonical({f: [dict(d.body) for d in drafts] for f, drafts in decisions.items()}).encode()
    ).hexdigest()
    opened = open_run(
        state, run=run, step=step, rule=rule, inputs=inputs, count=len(decisions), table=table
    )
    told: list[Sealed] = []
    entries = 0
    with transaction.atomic():
        append([opened], actor=actor.code, role=role, at=at)
        refresh({competition})
    stream = iter(decisions.items())
    while batch := list(islice(stream, BATCH)):
        drafts = [_in_run(draft, run) for _, found in batch for draft in found]
        with transaction.atomic():
            expected = {code: files[code].seq for code, _ in batch}
            sealed = append(drafts, actor=actor.code, role=role, at=at, expected=expected)
            refresh({entry.entry.file for entry in sealed})
        told += sealed
        entries += len(sealed)
    with transaction.atomic():
        append([close_run(state, run=run, step=step)], actor=actor.code, role=role, at=at)
        refresh({competition})
        tell_of(told, at=at)
    return Run(code=run, decided=len(decisions), entries=entries)


def _in_run(draft: Draft, run: str) -> Draft:
    return replace(draft, body={**draft.body, "run": run})
