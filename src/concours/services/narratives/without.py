"""A panel run again without one of its members: who would move, and the entry that it was done."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.exact import text_of
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.records.ledger_store import read_many
from concours.selection.authority import Actor
from concours.selection.competition import Competition
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_result import (
    Change,
    Results,
    record_run_without,
    results,
    run_without,
)
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.narratives.desk import edition_of
from concours.services.narratives.results import need_of


def _digest(value: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()  # type: ignore[arg-type]


def _decided_results(panel: Panel, competition: Competition) -> Results:
    """The results of a panel whose files are decided, drawn again at the need that held."""
    edition = edition_of(competition)
    codes = sorted(c for c, part in panel.entered if not part)
    files = {code: fold_candidacy(facts) for code, facts in read_many(codes).items()}
    needs = {
        file.state(panel.step, Narratives).decision.need  # type: ignore[union-attr]
        for file in files.values()
        if file.state(panel.step, Narratives).decision is not None
    }
    need = max(needs) if needs else need_of(competition, step=panel.step, track=panel.track) or 0
    added = {
        code: decision.adjustment
        for code, file in files.items()
        if (decision := file.state(panel.step, Narratives).decision) is not None
    }
    return results(panel, edition, step=panel.step, files=files, need=need, added=added)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutPage:
    """A panel as whoever runs it again sees it."""

    code: str
    track: str
    members: tuple[str, ...]
    entered: int


def without_page(actor: Actor, panel: str) -> WithoutPage:
    """The members one of whom may be left out."""
    state: Panel = open_file(actor, "panel", panel, "narratives.run_without").state
    return WithoutPage(
        code=panel,
        track=state.track,
        members=(*state.members, state.chair),
        entered=len(state.entered),
    )


def without_member(actor: Actor, panel: str, *, member: str) -> tuple[Change, ...]:
    """What the results of a panel would be without one member, same need."""
    state: Panel = open_file(actor, "panel", panel, "narratives.run_without").state
    competition = read_competition(state.competition)
    drawn = _decided_results(state, competition)
    return run_without(state, edition_of(competition), step=state.step, found=drawn, member=member)


def record_without(
    actor: Actor, panel: str, *, member: str, ground: str, authority: str, at: datetime
) -> None:
    """Record that a panel was run again without a member. Outcomes change by reversal, file by file."""

    def command(opened: OpenFile) -> Sequence[Draft]:
        state: Panel = opened.state
        competition = read_competition(state.competition)
        drawn = _decided_results(state, competition)
        changes = run_without(
            state, edition_of(competition), step=state.step, found=drawn, member=member
        )
        table = _digest({c.candidacy: text_of(c.after) for c in changes})
        return record_run_without(
            state,
            step=state.step,
            member=member,
            changes=changes,
            table=table,
            ground=ground,
            authority=authority,
        )

    decide_on(actor, "panel", panel, "narratives.run_without", command, at=at)
