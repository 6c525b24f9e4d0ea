"""Results of a track: preview of the cut, one decision over many, and a panel run again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from concours.kernel.citation import Citation
from concours.kernel.errors import RuleRefused
from concours.kernel.exact import fraction, text_of
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.policy.catalogue import Catalogue
from concours.policy.mean_score import MeanScore, shown
from concours.records.ledger_store import read_facts, read_many
from concours.records.models import CandidacyStanding, PanelStanding
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition, set_cut
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_result import (
    Change,
    Results,
    decide_file,
    record_run_without,
    results,
    run_without,
)
from concours.selection.narratives_state import Decision, Narratives
from concours.selection.panel import Panel, fold_panel
from concours.services.appeals import appeal_state, open_until
from concours.services.case import Case, moved_on, open_candidacy
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.files import new_code, unknown_file
from concours.services.narratives.desk import edition_of
from concours.services.narratives.writing import step_of
from concours.services.runs import decide_many


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One file in the preview: its place, exact score, and whether it would be in."""

    candidacy: str
    place: int
    score: Fraction
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """What the cut of a track gives. ``waiting`` files are not ready; then there are no rows."""

    competition: str
    title: str
    track: str
    panel: str
    version: str
    need: int | None
    waiting: int
    files: int
    inside: int
    lowest: Fraction | None
    tied: int
    rows: tuple[ScoreRow, ...]
    rule: str
    cite: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeScore:
    """One theme's score as the candidate reads it: exact text, and with the published places."""

    code: str
    title: str
    score: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePage:
    """The panel's result as its candidate reads it: numbers compared, rule, and what comes next."""

    code: str
    passed: bool
    outcome: str
    decided_at: datetime
    score: str
    shown: str
    cut: str
    cut_shown: str
    rank: int
    of: int
    need: int
    themes: tuple[ThemeScore, ...]
    ground: str
    rule: str
    cite: Citation
    edition: str
    version: str
    appeal_until: datetime | None
    appealed: str


def _track_files(competition: str, step: str, track: str) -> tuple[dict[str, Candidacy], int]:
    """The files of a track that the panel holds and are not decided; and how many are not ready."""
    rows = CandidacyStanding.objects.filter(
        competition=competition, step=step, track=track, status="board", closed_on__isnull=True
    )
    codes = list(rows.order_by("file").values_list("file", flat=True))
    files = {code: fold_candidacy(facts) for code, facts in read_many(codes).items()}
    held = {
        code: file
        for code, file in files.items()
        if file.state(step, Narratives).submitted_at is not None
        and file.state(step, Narratives).decision is None
    }
    waiting = sum(file.state(step, Narratives).awaits != "results" for file in held.values())
    return held, waiting


def need_of(competition: Competition, *, step: str, track: str) -> int | None:
    """How many the appointing authority said are needed; None while it has not."""
    text = competition.cuts.get(f"{step}.{track}", "")
    return int(text) if text.isdigit() else None


def _found(actor: Actor, competition: str, track: str, action: str) -> tuple[Competition, str, str]:
    """The competition, its step and the track's panel; one answer for anything else."""
    require(actor, action)
    found = read_competition(competition)
    if not found.edition:
        raise unknown_file()
    step = step_of(edition_of(found))
    panel = PanelStanding.objects.filter(competition=competition, step=step, track=track).first()
    if panel is None:
        raise unknown_file()
    return found, step, panel.file


def _panels(competition: str, step: str, track: str) -> Panel:
    """All panels of a track read as one: a large track has several, and each file one of them."""
    codes = PanelStanding.objects.filter(competition=competition, step=step, track=track)
    found = [
        fold_panel(read_facts(c)) for c in codes.order_by("file").values_list("file", flat=True)
    ]
    entered = {key: sheets for panel in found for key, sheets in panel.entered.items()}
    settled = {key: one for panel in found for key, one in panel.settled.items()}
    return replace(found[0], entered=entered, settled=settled)


def preview_page(actor: Actor, *, competition: str, track: str) -> PreviewPage:
    """Who would be in at the need that was set, before anything is decided."""
    found, step, code = _found(actor, competition, track, "narratives.decide")
    edition = edition_of(found)
    opened = open_file(actor, "competition", competition, "narratives.decide")
    files, waiting = _track_files(competition, step, track)
    need = need_of(found, step=step, track=track)
    rows: tuple[ScoreRow, ...] = ()
    lowest: Fraction | None = None
    tied = 0
    if need is not None and files and not waiting:
        panel = _panels(competition, step, track)
        drawn = results(panel, edition, step=step, files=files, need=need)
        rows = tuple(
            ScoreRow(
                candidacy=c,
                place=drawn.places[c],
                score=drawn.scores[c].score,
                inside=c in drawn.cut.inside,
            )
            for c in sorted(drawn.scores, key=lambda c: (drawn.places[c], c))
        )
        lowest = drawn.cut.lowest
        tied = max(0, len(drawn.cut.inside) - need)
    rule = edition.rule(f"{step}.cut")
    return PreviewPage(
        competition=competition,
        title=found.title,
        track=track,
        panel=code,
        version=opened.version,
        need=need,
        waiting=waiting,
        files=len(files),
        inside=sum(row.inside for row in rows),
        lowest=lowest,
        tied=tied,
        rows=rows,
        rule=rule.id,
        cite=rule.cite,
    )


def set_need(
    actor: Actor, *, competition: str, track: str, need: int, at: datetime, seen: str | None = None
) -> None:
    """The appointing authority says how many of a track are wanted, before results are known."""

    def command(found: OpenFile) -> Sequence[Draft]:
        state: Competition = found.state
        step = step_of(edition_of(state))
        return set_cut(state, step=step, track=track, cut=str(need))

    decide_on(actor, "competition", competition, "competition.set_cut", command, at=at, seen=seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedPage:
    """The need of a track as the appointing authority sees it: no score is on this page."""

    competition: str
    title: str
    track: str
    version: str
    need: int | None
    files: int
    rule: str
    cite: Citation


def need_page(actor: Actor, *, competition: str, track: str) -> NeedPage:
    """How many files of a track the panel holds, and the need that was set."""
    opened = open_file(actor, "competition", competition, "competition.set_cut")
    state: Competition = opened.state
    edition = edition_of(state)
    step = step_of(edition)
    files = CandidacyStanding.objects.filter(
        competition=competition, step=step, track=track, closed_on__isnull=True
    )
    rule = edition.rule(f"{step}.cut")
    return NeedPage(
        competition=competition,
        title=state.title,
        track=track,
        version=opened.version,
        need=need_of(state, step=step, track=track),
        files=files.count(),
        rule=rule.id,
        cite=rule.cite,
    )


def _digest(value: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()  # type: ignore[arg-type]


def decide_track(
    actor: Actor, *, competition: str, track: str, at: datetime, seen: str | None = None
) -> str:
    """Decide every file of a track by its cut: one entry in the competition's file, then one in each.

    Nobody is told and no page shows a result before the run is complete. Returns
    the run's code. Refused while the need is not set or a file is not ready.
    """
    _, step, _ = _found(actor, competition, track, "narratives.decide")
    opened = open_file(actor, "competition", competition, "narratives.decide")
    if seen is not None and seen != opened.version:
        raise moved_on()
    state: Competition = opened.state
    edition = edition_of(state)
    need = need_of(state, step=step, track=track)
    if need is None:
        raise edition.refusal(
            f"{step}.cut",
            "need_not_set",
            remedy="The appointing authority sets the need of the track first.",
        )
    files, _ = _track_files(competition, step, track)
    if not files:
        raise RuleRefused("nothing_to_decide", remedy="No file of this track waits for a result.")
    drawn = results(_panels(competition, step, track), edition, step=step, files=files, need=need)
    run = new_code()

    def command(case: Case) -> Sequence[Draft]:
        return decide_file(case.candidacy, case.edition, step=step, at=at, found=drawn, run=run)

    decide_many(
        actor,
        "narratives.decide",
        competition,
        sorted(files),
        command,
        run=run,
        step=step,
        rule=f"{step}.cut",
        at=at,
    )
    return run


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
    return results(panel, edition, step=panel.step, files=files, need=need)


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


def record_without(actor: Actor, panel: str, *, member: str, ground: str, at: datetime) -> None:
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
            state, step=state.step, member=member, changes=changes, table=table, ground=ground
        )

    decide_on(actor, "panel", panel, "narratives.run_without", command, at=at)


def _shown(rule: MeanScore, exact: str) -> str:
    """An exact score with the published places; "" for none."""
    return str(shown(rule, fraction(exact))) if exact else ""


def outcome_page(actor: Actor, code: str, *, at: datetime) -> OutcomePage:
    """The candidate's own result with its reasons, once told."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    step = step_of(case.edition)
    state = case.as_shown().state(step, Narratives)
    decision: Decision | None = state.decision
    if decision is None:
        raise unknown_file()
    catalogue = case.edition.value(f"{step}.themes", Catalogue)
    places = case.edition.value(f"{step}.score", MeanScore)
    rule = case.edition.rule(decision.rule or f"{step}.cut")
    return OutcomePage(
        code=code,
        passed=decision.outcome == "passed",
        outcome=decision.outcome,
        decided_at=decision.at,
        score=decision.score,
        shown=_shown(places, decision.score),
        cut=decision.cut,
        cut_shown=_shown(places, decision.cut),
        rank=decision.rank,
        of=decision.of,
        need=decision.need,
        themes=tuple(
            ThemeScore(
                code=item.code,
                title=item.title,
                score=decision.themes[item.code],
                shown=_shown(places, decision.themes[item.code]),
            )
            for item in catalogue.items
            if item.code in decision.themes
        ),
        ground=decision.ground,
        rule=rule.id,
        cite=rule.cite,
        edition=case.edition.edition,
        version=case.version,
        appeal_until=open_until(case.as_shown(), case.edition, state, step=step, at=at),
        appealed=appeal_state(state),
    )
