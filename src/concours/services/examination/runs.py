"""A decision over many candidacies of one competition, made from states read beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.ledger.draft import Draft
from concours.records.ledger_store import read_many
from concours.selection.authority import Actor, role_for
from concours.selection.candidacy import Candidacy
from concours.selection.fold import fold_candidacy
from concours.services.files import new_code
from concours.services.runs import Row, in_run, reached_by, record_rows, unfinished_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run did. ``moved`` files were decided on by others meanwhile and left out."""

    code: str
    decided: int
    entries: int
    moved: tuple[str, ...] = ()


def read_candidacies(codes: Sequence[str]) -> dict[str, Candidacy]:
    """Many candidacies folded, with the same number of queries however many."""
    return {code: fold_candidacy(facts) for code, facts in read_many(list(codes)).items()}


def own_files(actor: Actor, files: Mapping[str, Candidacy]) -> dict[str, str]:
    """The actor's own files among these, with the code why: nobody is staff on them."""
    own = actor.person
    return {code: "own_file" for code, file in files.items() if own and file.person == own}


def waiting_for(
    competition: str, codes: Sequence[str], *, step: str, rule: str, inputs: str | None = None
) -> list[str]:
    """These files without those that an unfinished run of this step and rule has reached.

    Their rows still say that they wait: a run is shown when it is complete.
    """
    run = unfinished_run(competition, step=step, rule=rule, inputs=inputs)
    done = reached_by(run) if run else frozenset()
    return [code for code in codes if code not in done]


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
    same_inputs: bool = True,
) -> Run:
    """Record what was decided on each file, between an opening and a closing entry in the
    competition's file. No page shows it and nobody is told before the closing one.

    A run of this step and rule that was broken off goes on (``same_inputs``: only one
    opened on the same inputs); then ``decisions`` are those of the files it has not
    reached. ``files`` are the candidacies as the decisions saw them: one that has
    moved on since is left out and named.
    """
    again = unfinished_run(
        competition, step=step, rule=rule, inputs=inputs if same_inputs else None
    )
    run = again or new_code()
    rows = [
        Row(file=code, seq=files[code].seq, drafts=tuple(in_run(draft, run) for draft in drafts))
        for code, drafts in decisions.items()
    ]
    done = record_rows(
        actor,
        role_for(actor, action),
        competition,
        rows,
        run=run,
        step=step,
        rule=rule,
        inputs=inputs,
        at=at,
    )
    entries = sum(len(row.drafts) for row in rows if row.file not in set(done.moved))
    return Run(code=run, decided=done.decided, entries=entries, moved=done.moved)
