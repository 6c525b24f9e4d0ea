"""Bringing the standing rows of some files up to date with their entries."""

from collections.abc import Collection, Mapping, Sequence

from concours.ledger.draft import Fact
from concours.records.ledger_store import read_many
from concours.records.models import FileHead
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.competition_folds import fold_competition
from concours.selection.fold import fold_candidacy
from concours.services.competitions import binding_edition
from concours.services.sitting_rows import follow
from concours.services.standings import rows_of_candidacy, rows_of_file, write_rows


def refresh(files: Collection[str]) -> None:
    """Fold these files anew and replace their standing rows; a sitting's row follows too.

    An amended competition touches the rows of its candidacies: the caller of an
    amendment refreshes those too.
    """
    codes = sorted(files)
    kinds = dict(FileHead.objects.filter(code__in=codes).values_list("code", "kind"))
    facts = read_many(codes)
    candidacies = {
        code: fold_candidacy(facts[code]) for code in codes if kinds.get(code) == "candidacy"
    }
    found = []
    competitions = competitions_of(candidacies)
    for code in codes:
        if code in candidacies:
            found.append(_candidacy(candidacies[code], competitions))
        elif code in kinds:
            found.append(rows_of_file(kinds[code], facts.get(code, ())))
    write_rows(codes, found)
    follow(
        (file, binding_edition(competitions[file.competition], file))
        for file in candidacies.values()
        if file.competition in competitions
    )


def competitions_of(candidacies: Mapping[str, Candidacy]) -> dict[str, Competition]:
    """The competitions these candidacies belong to, each read once."""
    wanted = sorted({file.competition for file in candidacies.values() if file.competition})
    return {code: fold_competition(facts) for code, facts in read_many(wanted).items()}


def _candidacy(file: Candidacy, competitions: Mapping[str, Competition]) -> dict:  # type: ignore[type-arg]
    competition = competitions.get(file.competition)
    if competition is None:
        return {}
    return rows_of_candidacy(file, binding_edition(competition, file))


def rows_for(
    kind: str, facts: Mapping[str, Sequence[Fact]], competitions: dict[str, Competition]
) -> list:  # type: ignore[type-arg]
    """The rows of many files of one kind; competitions already read are not read again."""
    if kind != "candidacy":
        return [rows_of_file(kind, some) for some in facts.values()]
    folded = {code: fold_candidacy(some) for code, some in facts.items()}
    unknown = {c: f for c, f in folded.items() if f.competition not in competitions}
    competitions.update(competitions_of(unknown))
    return [_candidacy(file, competitions) for file in folded.values()]
