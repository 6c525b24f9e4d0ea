"""Reading a competition and the edition that binds a candidacy of it."""

from concours.policy.edition import Edition, load_edition
from concours.records.ledger_store import read_facts
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition, edition_for
from concours.selection.competition_folds import fold_competition


def read_competition(code: str) -> Competition:
    """The competition of this file as it stands; an empty one for no such file."""
    return fold_competition(read_facts(code))


def binding_edition(competition: Competition, file: Candidacy) -> Edition:
    """The pinned edition, or the latest amendment whose steps this candidacy has not begun."""
    name, _ = edition_for(competition, begun=frozenset(file.steps))
    return load_edition(competition.process, name)
