"""Score, rank and what would change them: pure functions over places on a register."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from concours.policy.edition import Edition
from concours.policy.language_points import LanguagePoints, Result, language_points
from concours.policy.points_cap import PointsCap, capped
from concours.policy.points_table import PointsTable, points_for
from concours.policy.tie_chain import Contender, TieChain, in_rank_order
from concours.selection.register_state import Register, oral_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A register score, part by part and exact. ``cut_off`` is what the cap took away."""

    oral: Fraction
    veterans: Fraction
    language: Fraction
    experience: Fraction
    points: Fraction
    total: Fraction

    @property
    def cut_off(self) -> Fraction:
        """How much the cap took away."""
        return self.veterans + self.language + self.experience - self.points


def score_of(
    edition: Edition,
    *,
    step: str,
    oral: Fraction,
    preference: str,
    languages: Sequence[Result],
    experience: bool,
    on: date,
) -> Score:
    """Add up a score on a day: the oral mean, then points, capped together where there is a cap."""
    veterans = points_for(
        edition.value(f"{step}.veterans_points", PointsTable), claim=preference, on=on
    )
    language = language_points(
        edition.value(f"{step}.language_points", LanguagePoints), results=languages
    )
    rule = f"{step}.experience_points"
    extra = Fraction(0)
    if experience and edition.has(rule):
        extra = points_for(edition.value(rule, PointsTable), claim="experience", on=on)
    points = capped(
        edition.value(f"{step}.points_cap", PointsCap), points=veterans + language + extra, on=on
    )
    return Score(
        oral=oral,
        veterans=veterans,
        language=language,
        experience=extra,
        points=points,
        total=oral + points,
    )


def score_on(state: Register, edition: Edition, *, step: str, on: date) -> Score:
    """The score of a place as its file stands, under the rules of a day."""
    return score_of(
        edition,
        step=step,
        oral=oral_of(state),
        preference=state.preference,
        languages=state.languages,
        experience=state.experience,
        on=on,
    )


def lot_of(seed: str, *, file: str) -> str:
    """The lot of one file: drawn from a recorded seed, the same whenever it is drawn again."""
    return hashlib.sha256(f"{seed}\n{file}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One place in rank order. ``rank`` counts from 1 in ``of``."""

    file: str
    rank: int
    of: int
    score: Fraction


def ranking(rule: TieChain, *, contenders: Sequence[Contender]) -> tuple[Ranked, ...]:
    """Rank everybody on one register; ranks are 1 to n without gaps, as the chain leaves no tie."""
    ordered = in_rank_order(rule, contenders=contenders)
    return tuple(
        Ranked(file=one.file, rank=rank, of=len(ordered), score=one.score)
        for rank, one in enumerate(ordered, start=1)
    )


def rank_with(
    rule: TieChain, *, contenders: Sequence[Contender], file: str, score: Fraction
) -> int:
    """The rank ``file`` would have with another score, everybody else as they are."""
    changed = [
        Contender(file=c.file, score=score, placed_at=c.placed_at, lot=c.lot)
        if c.file == file
        else c
        for c in contenders
    ]
    return next(r.rank for r in ranking(rule, contenders=changed) if r.file == file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one more result would do: the claim, the score it leads to, the points gained."""

    claim: str
    detail: str
    score: Fraction
    gain: Fraction


def changes(state: Register, edition: Edition, *, step: str, on: date) -> tuple[Change, ...]:
    """What would change a score: each award not yet held, with the score it would lead to."""
    now = score_on(state, edition, step=step, on=on)
    found = []
    if state.preference in ("", "none"):
        table = edition.value(f"{step}.veterans_points", PointsTable)
        for claim in sorted(table.points):
            then = score_of(
                edition,
                step=step,
                oral=now.oral,
                preference=claim,
                languages=state.languages,
                experience=state.experience,
                on=on,
            )
            found.append(("veterans", claim, then))
    rule = edition.value(f"{step}.language_points", LanguagePoints)
    for award in rule.awards:
        language = next(iter(rule.groups.get(award.group, [])), "another")
        result = Result(language=language, test=award.test, level=award.level)
        then = score_of(
            edition,
            step=step,
            oral=now.oral,
            preference=state.preference,
            languages=(*state.languages, result),
            experience=state.experience,
            on=on,
        )
        found.append(("language", f"{award.group}.{award.test}.{award.level}", then))
    if edition.has(f"{step}.experience_points") and not state.experience:
        then = score_of(
            edition,
            step=step,
            oral=now.oral,
            preference=state.preference,
            languages=state.languages,
            experience=True,
            on=on,
        )
        found.append(("experience", "experience", then))
    return tuple(
        Change(claim=claim, detail=detail, score=then.total, gain=then.total - now.total)
        for claim, detail, then in found
        if then.total > now.total
    )
