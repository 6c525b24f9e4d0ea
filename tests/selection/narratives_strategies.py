"""Builders that carry several people from a passed test to the panel's result, with real commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from tests.selection.examination_strategies import EDITION, passed_examination

from concours.ledger.draft import Draft, Fact
from concours.policy.catalogue import Catalogue, codes
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.fold import tell
from concours.selection.narratives import Narrative, submit_narratives
from concours.selection.narratives_panel import allocate_files, enter_sheets, settle_themes
from concours.selection.narratives_result import Results, decide_file, results
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel, Sheet, fold_panel, form_panel
from concours.simulator.world import World

STEP = "narratives"
THEMES = codes(EDITION.value("narratives.themes", Catalogue))
READERS = ("READER-1", "READER-2", "READER-3", "READER-4")
CHAIR = "CHAIR-1"
PANEL = "PANE-0000-0001"
WRITTEN = datetime(2016, 10, 20, 15, tzinfo=UTC)
ALLOCATED = datetime(2016, 11, 5, 15, tzinfo=UTC)
RATED = datetime(2016, 11, 20, 15, tzinfo=UTC)
DECIDED = datetime(2016, 12, 1, 15, tzinfo=UTC)


def narrative(theme: str, text: str = "What I did.", relation: str = "supervisor") -> Narrative:
    """One narrative with a verifier."""
    return Narrative(
        theme=theme, text=text, digest=f"d-{theme}", relation=relation, verifier_digest=f"v-{theme}"
    )


def six(**changes: Narrative) -> tuple[Narrative, ...]:
    """A full set, some of them changed."""
    return tuple(changes.get(theme, narrative(theme)) for theme in THEMES)


def level(rating: int, **themes: int) -> dict[str, int]:
    """The same rating on every theme but those named."""
    return dict.fromkeys(THEMES, rating) | themes


@dataclass
class Field:
    """One world with a panel and several candidates who have passed the test."""

    count: int = 1
    world: World = field(default_factory=World)
    edition: Edition = EDITION

    def __post_init__(self) -> None:
        """Copy the file of somebody who passed the test, once for each candidate."""
        road = passed_examination()
        self.world.facts.update(
            {code: list(facts) for code, facts in road.world.facts.items() if code != road.file}
        )
        self.files = tuple(f"CAND-0000-{n:04}" for n in range(1, self.count + 1))
        for code in self.files:
            self.world.facts[code] = [replace(f, file=code) for f in road.world.facts[road.file]]
        formed = form_panel(
            PANEL,
            competition=road.competition,
            step=STEP,
            track="consular",
            members=READERS,
            chair=CHAIR,
        )
        self.do(formed, ALLOCATED)

    def do(self, drafts: Sequence[Draft], at: datetime) -> tuple[Fact, ...]:
        """Record what a command returned."""
        return self.world.record(drafts, actor="ACTOR", role="system", at=at)

    def file(self, code: str) -> Candidacy:
        """A candidacy folded so far."""
        return self.world.candidacy(code)

    def state(self, code: str) -> Narratives:
        """The step's state of one candidacy."""
        return self.file(code).state(STEP, Narratives)

    @property
    def panel(self) -> Panel:
        """The panel folded so far."""
        return fold_panel(self.world.read(PANEL))

    def submit(self, code: str, at: datetime = WRITTEN) -> "Field":
        """Submit six narratives."""
        drafts = submit_narratives(
            self.file(code), self.edition, step=STEP, at=at, narratives=six()
        )
        self.do(drafts, at)
        return self

    def allocate(self, plan: Mapping[str, Sequence[str]] | None = None) -> "Field":
        """Give every file to the first three readers, or as planned."""
        chosen = plan or dict.fromkeys(self.files, READERS[:3])
        drafts = allocate_files(
            self.panel,
            self.edition,
            step=STEP,
            at=ALLOCATED,
            files={code: self.file(code) for code in chosen},
            plan=chosen,
        )
        self.do(drafts, ALLOCATED)
        return self

    def rate(self, code: str, *ratings: Mapping[str, int]) -> "Field":
        """Enter one sheet for each reader of the file, in order."""
        readers = self.panel.readers[(code, "")]
        sheets = [
            Sheet(rater=reader, ratings=found, reasons="reasons")
            for reader, found in zip(readers, ratings, strict=True)
        ]
        drafts = enter_sheets(
            self.panel, self.file(code), self.edition, step=STEP, at=RATED, sheets=sheets
        )
        self.do(drafts, RATED)
        return self

    def settle(self, code: str, **ratings: int) -> "Field":
        """Let the chair settle themes."""
        drafts = settle_themes(
            self.panel,
            self.file(code),
            self.edition,
            step=STEP,
            at=RATED,
            chair=CHAIR,
            ratings=ratings,
            reasons="reasons",
        )
        self.do(drafts, RATED)
        return self

    def results(self, need: int) -> Results:
        """What a cut by need would give."""
        files = {code: self.file(code) for code in self.files}
        return results(self.panel, self.edition, step=STEP, files=files, need=need)

    def decide(self, need: int) -> "Field":
        """Decide every file and tell everybody."""
        found = self.results(need)
        for code in self.files:
            facts = self.do(
                decide_file(
                    self.file(code), self.edition, step=STEP, at=DECIDED, found=found, run="RUN-1"
                ),
                DECIDED,
            )
            self.do((tell(self.file(code), self.edition, about=facts[0], at=DECIDED),), DECIDED)
        return self


def submitted(count: int = 1) -> Field:
    """People who have submitted their narratives."""
    found = Field(count=count)
    for code in found.files:
        found.submit(code)
    return found


def rated(*levels: int) -> Field:
    """One person for each level, rated alike by every reader."""
    found = submitted(len(levels)).allocate()
    for code, rating in zip(found.files, levels, strict=True):
        found.rate(code, level(rating), level(rating), level(rating))
    return found


def passed_narratives(count: int = 1) -> Field:
    """People who passed the panel and were told so."""
    return rated(*([5] * count)).decide(count)
