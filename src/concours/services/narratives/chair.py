"""The chair: themes on which the readers disagree, settled with reasons, blind like the reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concours.ledger.draft import Draft
from concours.policy.scale import Scale
from concours.records import personal
from concours.records.ledger_store import read_facts
from concours.records.models import PanelStanding, RatingSheet
from concours.selection.authority import Actor, require
from concours.selection.fold import fold_candidacy
from concours.selection.narratives_panel import settle_themes, to_chair
from concours.selection.panel import Panel, ratings_of
from concours.services.casefile import OpenFile, decide_on, open_file
from concours.services.competitions import read_competition
from concours.services.files import unknown_file
from concours.services.narratives.desk import edition_of
from concours.services.narratives.reading import BlindFile, blind_file
from concours.services.panels.sheets import REASONS, commitment, write_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """A theme in disagreement: the readers' ratings and their reasons, by seat, not by name."""

    code: str
    title: str
    text: str
    ratings: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairRow:
    """One file that waits for its chair."""

    candidacy: str
    panel: str
    track: str
    themes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairPage:
    """One file in disagreement."""

    candidacy: str
    panel: str
    version: str
    file: BlindFile
    disputed: tuple[Disputed, ...]
    reasons: tuple[str, ...]
    lowest: int
    highest: int


def chair_list(actor: Actor) -> tuple[ChairRow, ...]:
    """The files of this chair's panels that wait to be settled."""
    require(actor, "narratives.adjudicate")
    found: list[ChairRow] = []
    for standing in PanelStanding.objects.filter(chair=actor.code).order_by("file"):
        panel: Panel = open_file(actor, "panel", standing.file, "narratives.adjudicate").state
        edition = edition_of(read_competition(panel.competition))
        if not edition.has(f"{panel.step}.disagreement"):
            continue
        for (code, part), _ in sorted(panel.entered.items()):
            themes = () if part else to_chair(panel, edition, step=panel.step, candidacy=code)
            barred = (actor.code, code) in panel.barred
            if themes and (code, "") not in panel.settled and not barred:
                found.append(
                    ChairRow(
                        candidacy=code, panel=standing.file, track=panel.track, themes=len(themes)
                    )
                )
    return tuple(found)


def _panel_of(actor: Actor, candidacy: str) -> OpenFile:
    """The panel this chair leads that has rated the file; one answer for none and not theirs."""
    require(actor, "narratives.adjudicate")
    for code in PanelStanding.objects.filter(chair=actor.code).values_list("file", flat=True):
        found = open_file(actor, "panel", code, "narratives.adjudicate")
        panel: Panel = found.state
        if (candidacy, "") in panel.entered and (actor.code, candidacy) not in panel.barred:
            return found
    raise unknown_file()


def chair_page(actor: Actor, candidacy: str) -> ChairPage:
    """One file in disagreement, as the chair sees it: no names, readers by seat."""
    found = _panel_of(actor, candidacy)
    panel: Panel = found.state
    edition = edition_of(read_competition(panel.competition))
    file, person = blind_file(candidacy, edition, step=panel.step)
    given = ratings_of(panel, candidacy=candidacy)
    disputed = to_chair(panel, edition, step=panel.step, candidacy=candidacy)
    rows = RatingSheet.objects.filter(candidacy=candidacy, part="", kind="independent")
    scale = edition.value(f"{panel.step}.scale", Scale)
    return ChairPage(
        candidacy=candidacy,
        panel=found.code,
        version=found.version,
        file=file,
        disputed=tuple(
            Disputed(code=item.code, title=item.title, text=text, ratings=given[item.code])
            for item, text in file.narratives
            if item.code in disputed
        ),
        reasons=tuple(
            personal.open_text(person, REASONS, row.reasons) for row in rows.order_by("rater")
        ),
        lowest=scale.lowest,
        highest=scale.highest,
    )


@transaction.atomic
def settle(
    actor: Actor,
    candidacy: str,
    *,
    ratings: Mapping[str, int],
    reasons: str,
    at: datetime,
    seen: str | None = None,
) -> None:
    """Record the chair's ratings of the disputed themes, with the reasons kept and committed to."""
    found = _panel_of(actor, candidacy)

    def command(opened: OpenFile) -> tuple[Draft, ...]:
        panel: Panel = opened.state
        edition = edition_of(read_competition(panel.competition))
        file = fold_candidacy(read_facts(candidacy))
        opened.relies_on[candidacy] = file.seq
        row = write_sheet(
            panel=opened.code,
            candidacy=candidacy,
            person=file.person,
            part="",
            rater=actor.code,
            ratings=ratings,
            reasons=reasons,
            lock=True,
            at=at,
            kind="settled",
        )
        return settle_themes(
            panel,
            file,
            edition,
            step=panel.step,
            at=at,
            chair=actor.code,
            ratings=ratings,
            reasons=commitment(row, file.person) if reasons.strip() else "",
        )

    decide_on(actor, "panel", found.code, "narratives.adjudicate", command, at=at, seen=seen)
