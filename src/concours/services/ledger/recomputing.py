"""Each decision made again by its rule from its inputs, and compared with what was recorded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Fact, Json
from concours.policy.edition import Edition, load_edition
from concours.records.ledger_store import all_files, read_facts, read_many
from concours.selection.application_eligibility import Claim
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.fold import step_forward
from concours.selection.narratives_result import severity_adjustments
from concours.selection.panel import Panel, fold_panel
from concours.selection.person import Person
from concours.services.application.eligibility import claim_of
from concours.services.case import Case
from concours.services.competitions import binding_edition, read_competition
from concours.services.ledger.again import AGAIN, Again, InputErased, Made
from concours.services.persons import read_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """One decision made again.

    ``result`` is same, differs, input_erased, or refused when the edition has no
    answer; ``differences`` gives recorded and remade by part of the body.
    """

    file: str
    entry: int
    kind: str
    edition: str
    result: str
    why: str = ""
    differences: Mapping[str, tuple[Json, Json]] | None = None


def recompute(
    files: Sequence[str] | None = None, *, edition: str = ""
) -> Iterator[tuple[int, list[Remade]]]:
    """Make every decision of these candidacies again (of all, when None is given).

    With ``edition`` the rules are those of another edition of the process: what
    differs is what it would have decided. Yields candidacies done, with the
    decisions remade in them.
    """
    panels = Panels()
    for codes in [list(files)] if files is not None else all_files("candidacy"):
        facts = read_many(codes)
        for code in codes:
            yield 1, list(_file(facts.get(code, ()), edition, panels))


class Panels:
    """Panels as they were known when a decision was made, each read and measured once in a run.

    What was rated after a decision is no input of it.
    """

    def __init__(self) -> None:
        self.at = lru_cache(maxsize=64)(self._at)
        self._added: dict[tuple[str, datetime, str, str], Mapping[str, str]] = {}

    @staticmethod
    def _at(code: str, known_at: datetime) -> Panel:
        return fold_panel(read_facts(code), known_at=known_at)

    def added(
        self, code: str, *, edition: Edition, step: str, known_at: datetime
    ) -> Mapping[str, str]:
        """What each file of a panel was given for its readers' severity."""
        key = (code, known_at, edition.digest, step)
        if key not in self._added:
            panel = self.at(code, known_at)
            self._added[key] = severity_adjustments(panel, edition, step=step)
        return self._added[key]


def _file(facts: Sequence[Fact], edition: str, panels: Panels) -> Iterator[Remade]:
    file = Candidacy(file="")
    competition = Competition(file="")
    person = Person(file="")
    for fact in facts:
        before, file = file, step_forward(file, fact)
        if file.competition and not competition.file:
            competition, person = read_competition(file.competition), read_person(file.person)
        again = AGAIN.get(fact.kind)
        if again is None or not fact.body:
            continue
        rules = _edition(competition, before, edition)
        made = Made(
            before=before,
            fact=fact,
            edition=rules,
            competition=competition,
            person=person,
            panel=partial(panels.at, known_at=fact.at),
            added=partial(panels.added, edition=rules, step=fact.step, known_at=fact.at),
            kinds=[earlier.kind for earlier in facts[: fact.seq]],
            claim=partial(_claim, before, rules, competition),
        )
        yield _compare(made, again)


def _compare(made: Made, again: Again) -> Remade:
    fact = made.fact
    plain = Remade(
        file=fact.file,
        entry=fact.seq,
        kind=fact.kind,
        edition=made.edition.edition,
        result="same",
    )
    try:
        remade = again(made)
    except InputErased as erased:
        when = erased.on.date().isoformat() if erased.on else "an unknown day"
        return replace(plain, result="input_erased", why=f"input erased on {when}")
    except (RuleRefused, BadInput) as refusal:
        return replace(plain, result="refused", why=refusal.code)
    differences = {
        name: (fact.body.get(name), value)
        for name, value in remade.items()
        if canonical(fact.body.get(name)) != canonical(value)
    }
    return replace(plain, result="differs", differences=differences) if differences else plain


def _edition(competition: Competition, file: Candidacy, edition: str) -> Edition:
    if edition:
        return load_edition(competition.process, edition)
    return binding_edition(competition, file)


def _claim(file: Candidacy, edition: Edition, competition: Competition) -> Claim:
    """What the applicant declared, from the application's own tables."""
    return claim_of(
        Case(
            candidacy=file,
            edition=edition,
            competition=competition,
            facts=(),
            visible=(),
            version="",
            role="auditor",
        )
    )
