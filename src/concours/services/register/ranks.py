"""Rank on a register: by the index now, by replay as of any other day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from concours.kernel.exact import fraction
from concours.kernel.period import day_end, day_of
from concours.policy.edition import Edition
from concours.policy.tie_chain import Contender, TieChain
from concours.records.ledger_store import read_many
from concours.records.models import RegisterPlace
from concours.selection.candidacy import Candidacy
from concours.selection.fold import fold_candidacy
from concours.selection.register_score import Ranked, ranking, score_on
from concours.selection.register_state import Register
from concours.services.competitions import binding_edition
from concours.services.refresh import competitions_of

ORDER = ("-score_nano", "placed_at", "lot", "file")


def live_places(process: str, track: str, *, on: date) -> QuerySet[RegisterPlace]:
    """The places of one register that count on a day, best first."""
    rows = RegisterPlace.objects.filter(process=process, track=track, live=True, ends_on__gt=on)
    return rows.order_by(*ORDER)


def rank_of(place: RegisterPlace, *, on: date) -> tuple[int, int]:
    """(rank, of): how many stand before this place, and how many stand on its register at all."""
    rows = live_places(place.process, place.track, on=on)
    before = rows.exclude(file=place.file).filter(
        Q(score_nano__gt=place.score_nano)
        | Q(score_nano=place.score_nano, placed_at__lt=place.placed_at)
        | Q(score_nano=place.score_nano, placed_at=place.placed_at, lot__lt=place.lot)
        | Q(
            score_nano=place.score_nano,
            placed_at=place.placed_at,
            lot=place.lot,
            file__lt=place.file,
        )
    )
    return before.count() + 1, rows.count()


def contender(row: RegisterPlace) -> Contender:
    """A place as the ranking function takes it."""
    return Contender(file=row.file, score=fraction(row.score), placed_at=row.placed_at, lot=row.lot)


def ranked_now(
    edition: Edition, *, step: str, process: str, track: str, on: date
) -> tuple[Ranked, ...]:
    """The whole register of a track on a day, by the published chain."""
    chain = edition.value(f"{step}.tie_chain", TieChain)
    rows = live_places(process, track, on=on)
    return ranking(chain, contenders=[contender(row) for row in rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One place as of a day: rank, exact score, and what stood then."""

    rank: int
    file: str
    score: str
    oral: str
    points: str
    placed_at: datetime
    ends_on: date | None
    state: str


def register_as_of(
    process: str, track: str, *, on: date, zone: str, known_at: datetime | None = None
) -> tuple[Entry, ...]:
    """A register as it stood at the end of a day, replayed from the ledger.

    ``known_at`` None gives what was known then; a later instant gives that day
    as corrected since. Files placed later, or gone by then, are not in it.
    """
    end = day_end(on, zone)
    codes = list(
        RegisterPlace.objects.filter(process=process, track=track).values_list("file", flat=True)
    )
    facts = read_many(codes)
    files = {code: fold_candidacy(facts[code]) for code in codes}
    competitions = competitions_of(files)
    found: list[tuple[Contender, Register, Edition, str]] = []
    for code, whole in files.items():
        edition = binding_edition(competitions[whole.competition], whole)
        then = fold_candidacy(facts[code], known_at=known_at or end, on=end)
        found += _standing(then, edition, on)
    chain = next((e.value(f"{s}.tie_chain", TieChain) for _, _, e, s in found), None)
    if chain is None:
        return ()
    states = {c.file: (c.placed_at, state, e, s) for c, state, e, s in found}
    return tuple(
        _entry(ranked, *states[ranked.file], on)
        for ranked in ranking(chain, contenders=[c for c, *_ in found])
    )


def _standing(
    then: Candidacy, edition: Edition, on: date
) -> Iterable[tuple[Contender, Register, Edition, str]]:
    for plan in edition.steps:
        state = then.state(plan.id, Register) if plan.kind == "register" else Register()
        if state.placed_at is None or state.removed or state.accepted_at or then.closed:
            continue
        if state.ends_on is not None and on >= state.ends_on:
            continue
        score = score_on(state, edition, step=plan.id, on=on)
        yield (
            Contender(file=then.file, score=score.total, placed_at=state.placed_at, lot=state.lot),
            state,
            edition,
            plan.id,
        )


def _entry(
    ranked: Ranked, placed_at: datetime, state: Register, edition: Edition, step: str, on: date
) -> Entry:
    score = score_on(state, edition, step=step, on=on)
    stands = "offer_open" if state.offer else "do_not_call" if state.do_not_call else "on_register"
    if any(stop.start <= on < stop.until for stop in state.stops):
        stands = "clock_stopped"
    return Entry(
        rank=ranked.rank,
        file=ranked.file,
        score=str(score.total),
        oral=str(score.oral),
        points=str(score.points),
        placed_at=placed_at,
        ends_on=state.ends_on,
        state=stands,
    )


def today(edition: Edition, at: datetime) -> date:
    """The day it is on the board's clock."""
    return day_of(at, edition.zone)
