"""Results of a track: preview of the cut, one decision over many, and a panel run again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from concours.kernel.citation import Citation
from concours.kernel.errors import RuleRefused
from concours.kernel.exact import rounded
from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.policy.severity import Severity, severities
from concours.records.ledger_store import read_facts, read_many
from concours.records.models import CandidacyStanding, PanelStanding
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition, set_cut
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_result import (
    decide_file,
    given_by,
    results,
    severity_adjustments,
)
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel, fold_panel
from concours.services.case import Case, moved_on
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
    added: str
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRow:
    """One reader beside the others: how many files, and how far below them on the same files."""

    reader: str
    files: int
    severity: str


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
    readers: tuple[ReaderRow, ...]
    severity: str
    rule: str
    cite: Citation


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


def _panels(
    competition: str, edition: Edition, step: str, track: str
) -> tuple[Panel, Mapping[str, str]]:
    """All panels of a track read as one, and what each file is given for its readers' severity.

    A large track has several panels, and each file one of them; readers are
    compared within their panel.
    """
    codes = PanelStanding.objects.filter(competition=competition, step=step, track=track)
    found = [
        fold_panel(read_facts(c)) for c in codes.order_by("file").values_list("file", flat=True)
    ]
    entered = {key: sheets for panel in found for key, sheets in panel.entered.items()}
    settled = {key: one for panel in found for key, one in panel.settled.items()}
    added = {
        code: one
        for panel in found
        for code, one in severity_adjustments(panel, edition, step=step).items()
    }
    return replace(found[0], entered=entered, settled=settled), added


def _readers(panel: Panel) -> tuple[ReaderRow, ...]:
    """Each reader's severity on the panel's files, in two decimals."""
    given = given_by(panel)
    read = Counter(reader for ratings in given.values() for reader in ratings)
    return tuple(
        ReaderRow(reader=reader, files=read[reader], severity=str(rounded(found, 2)))
        for reader, found in sorted(severities(given).items())
    )


def severity_of(edition: Edition, *, step: str) -> str:
    """What the edition makes of a reader's severity: adjusted, measured, or "" without a rule."""
    if not edition.has(f"{step}.severity"):
        return ""
    rule = edition.value(f"{step}.severity", Severity)
    return "severity_adjusted" if rule.adjust else "severity_measured"


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
    readers: tuple[ReaderRow, ...] = ()
    if need is not None and files and not waiting:
        panel, added = _panels(competition, edition, step, track)
        drawn = results(panel, edition, step=step, files=files, need=need, added=added)
        readers = _readers(panel)
        rows = tuple(
            ScoreRow(
                candidacy=c,
                place=drawn.places[c],
                score=drawn.scores[c].score,
                added=drawn.scores[c].adjustment,
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
        readers=readers,
        severity=severity_of(edition, step=step),
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
    panel, added = _panels(competition, edition, step, track)
    drawn = results(panel, edition, step=step, files=files, need=need, added=added)
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
