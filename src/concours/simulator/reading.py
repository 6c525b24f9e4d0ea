"""Narratives written, read by panels of the track, cut by need."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from concours.policy.catalogue import Catalogue, codes
from concours.selection.competition import close_run, open_run
from concours.selection.examination import Examination
from concours.selection.narratives import Narrative, check_deadline, submit_narratives
from concours.selection.narratives_panel import (
    allocate_files,
    enter_sheets,
    settle_themes,
    to_chair,
)
from concours.selection.narratives_result import decide_file, results
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel, Sheet, fold_panel, form_panel
from concours.simulator.cohort import Cohort, Staff
from concours.simulator.content import digest_of, narrative_of
from concours.simulator.people import TRACKS
from concours.simulator.window import Window

STEP = "narratives"
READERS = 3
MOST_FILES = 60


def themes_of(cohort: Cohort) -> tuple[str, ...]:
    """The themes of the edition."""
    return codes(cohort.edition.value(f"{STEP}.themes", Catalogue))


def write_all(cohort: Cohort, window: Window, told: datetime) -> None:
    """Whoever passed the test writes; a few let the deadline pass."""
    for code in window.codes:
        file = cohort.file(code)
        if file.closed is not None or not file.state("examination", Examination).passed:
            continue
        person = cohort.people[code]
        at = cohort.later(told, least=2, most=19)
        if person.eager < 0.16:
            late = told + timedelta(days=24)
            if cohort.past(late):
                gone = check_deadline(file, cohort.edition, step=STEP, at=late)
                cohort.act(gone, by="system", role="system", at=late)
                cohort.tell_all(code, late + timedelta(hours=2))
            continue
        if not cohort.past(at):
            continue
        narratives = [
            Narrative(
                theme=theme,
                text=narrative_of(person, theme),
                digest=digest_of({"theme": theme, "text": narrative_of(person, theme)}),
                relation="supervisor",
                verifier_digest=digest_of({"verifier": person.employer}),
            )
            for theme in themes_of(cohort)
        ]
        drafts = submit_narratives(file, cohort.edition, step=STEP, at=at, narratives=narratives)
        cohort.act(drafts, by=file.person, role="candidate", at=at)
        cohort.tell_all(code, at + timedelta(minutes=1))


def read_all(
    cohort: Cohort,
    window: Window,
    *,
    allocated: datetime,
    decided: datetime,
    tracks: Sequence[str] = TRACKS,
) -> None:
    """One panel a track: allocation, sheets, themes settled by the chair, the cut by need.

    ``tracks`` are those whose results are decided at ``decided``; the others wait.
    """
    if not cohort.past(allocated):
        return
    panels = [
        (track, _panel(cohort, window, track, files, allocated), files)
        for track in TRACKS
        for files in _portions(_waiting(cohort, window, track))
    ]
    if cohort.past(decided):
        _decide(cohort, window, [one for one in panels if one[0] in tracks], decided)


def _portions(waiting: list[str]) -> list[list[str]]:
    """The files of a track by panel: one panel reads at most so many."""
    return [waiting[n : n + MOST_FILES] for n in range(0, len(waiting), MOST_FILES)]


def _waiting(cohort: Cohort, window: Window, track: str) -> list[str]:
    return [
        code
        for code in window.codes
        if cohort.file(code).track == track
        and cohort.file(code).closed is None
        and cohort.file(code).state(STEP, Narratives).submitted_at is not None
    ]


def _panel(cohort: Cohort, window: Window, track: str, waiting: list[str], at: datetime) -> str:
    scheduler, chair = cohort.staff["scheduler"], cohort.staff["chair"]
    readers = readers_of(cohort, track)
    code = cohort.new_code()
    formed = form_panel(
        code,
        competition=window.competition,
        step=STEP,
        track=track,
        members=tuple(r.code for r in readers),
        chair=chair.code,
    )
    cohort.act(formed, by=scheduler, role="scheduler", at=at)
    plan = {
        file: [readers[(place + n) % len(readers)].code for n in range(READERS)]
        for place, file in enumerate(waiting)
    }
    drafts = allocate_files(
        panel_of(cohort, code),
        cohort.edition,
        step=STEP,
        at=at,
        files={file: cohort.file(file) for file in waiting},
        plan=plan,
    )
    cohort.act(drafts, by=scheduler, role="scheduler", at=at)
    for place, file in enumerate(waiting):
        _rate(cohort, code, file, at + timedelta(days=2, minutes=20 * place))
    return code


def readers_of(cohort: Cohort, track: str) -> tuple[Staff, ...]:
    """The panellists of one track: three of their own for each."""
    place = TRACKS.index(track) * READERS
    return cohort.holding("panellist")[place : place + READERS]


def panel_of(cohort: Cohort, code: str) -> Panel:
    """A panel's file, folded."""
    return cohort.world.folded(code, fold_panel)


def _rate(cohort: Cohort, panel: str, code: str, at: datetime) -> None:
    if not cohort.past(at):
        return
    level = 4.1 + 0.9 * cohort.people[code].narrative
    themes = themes_of(cohort)
    sheets = []
    for reader in panel_of(cohort, panel).readers[(code, "")]:
        severity = (int(digest_of({"reader": reader})[:4], 16) / 65_535 - 0.5) * 0.9
        noise = cohort.chance.normal(0, 0.7, size=len(themes))
        ratings = {
            theme: min(7, max(1, round(level + severity + float(e))))
            for theme, e in zip(themes, noise, strict=True)
        }
        reasons = digest_of({"reader": reader, "file": code})
        sheets.append(Sheet(rater=reader, ratings=ratings, reasons=reasons))
    found = panel_of(cohort, panel)
    drafts = enter_sheets(found, cohort.file(code), cohort.edition, step=STEP, at=at, sheets=sheets)
    cohort.act(drafts, by="system", role="system", at=at)
    _settle(cohort, panel, code, at + timedelta(minutes=5))


def _settle(cohort: Cohort, panel: str, code: str, at: datetime) -> None:
    found, chair = panel_of(cohort, panel), cohort.staff["chair"]
    themes = to_chair(found, cohort.edition, step=STEP, candidacy=code)
    if not themes:
        return
    drafts = settle_themes(
        found,
        cohort.file(code),
        cohort.edition,
        step=STEP,
        at=at,
        chair=chair.code,
        ratings=dict.fromkeys(themes, 4),
        reasons=digest_of({"chair": chair.code, "file": code}),
    )
    cohort.act(drafts, by=chair, role="chair", at=at)


def _decide(
    cohort: Cohort, window: Window, panels: list[tuple[str, str, list[str]]], at: datetime
) -> None:
    """The cut of each track by its need: one run in the competition's file, then every file."""
    registrar = cohort.staff["registrar"]
    competition = cohort.world.competition
    shares = Counter(track for track, _, _ in panels)
    decided = []
    for number, (track, panel, codes_) in enumerate(panels):
        files = {code: cohort.file(code) for code in codes_}
        need = max(1, window.needs[track] * 3 // shares[track])
        found = results(panel_of(cohort, panel), cohort.edition, step=STEP, files=files, need=need)
        run = f"narratives-{track}-{window.calendar.window}-{number}"
        inputs = digest_of({code: str(s.score) for code, s in sorted(found.scores.items())})
        opening = open_run(
            competition(window.competition),
            run=run,
            step=STEP,
            rule=f"{STEP}.cut",
            inputs=inputs,
            count=len(files),
            table=digest_of(dict(sorted(found.places.items()))),
        )
        cohort.act((opening,), by=registrar, role="registrar", at=at)
        for code, file in files.items():
            drafts = decide_file(file, cohort.edition, step=STEP, at=at, found=found, run=run)
            cohort.act(drafts, by=registrar, role="registrar", at=at)
            decided.append(code)
        closing = close_run(competition(window.competition), run=run, step=STEP)
        cohort.act((closing,), by=registrar, role="registrar", at=at)
    for code in decided:
        cohort.tell_all(code, at + timedelta(hours=3))
