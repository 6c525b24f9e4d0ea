"""What the register pages show: a candidate's place and chances, the registrar's desks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from concours.kernel.citation import Citation
from concours.kernel.exact import nano
from concours.policy.code_list import CodeList
from concours.policy.deferment import Deferment
from concours.policy.edition import Edition
from concours.policy.language_points import FAILED, LanguagePoints
from concours.policy.points_table import PointsTable
from concours.policy.register_clock import RegisterClock, Stop
from concours.records.models import RegisterPlace
from concours.selection import body as read
from concours.selection.authority import Actor
from concours.selection.grounds import upheld_appeals
from concours.selection.opening import Opening
from concours.selection.register_forecast import Forecast, forecast
from concours.selection.register_offers import offer_due
from concours.selection.register_score import Score, changes, score_on
from concours.selection.register_state import Claim, Offer, Register
from concours.selection.road import openings
from concours.services.case import Case, open_candidacy
from concours.services.compartments import Particulars, particulars
from concours.services.register.acts import step_of
from concours.services.register.offers import offers_made
from concours.services.register.ranks import (
    live_places,
    rank_of,
    today,
)

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What one more result would do to score and rank."""

    claim: str
    detail: str
    score: str
    gain: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRegisterPage:
    """A candidate's place: score part by part, rank, what would change it, days left, chances."""

    code: str
    version: str
    track: str
    placed: bool
    score: Score | None
    rank: int
    of: int
    what_if: tuple[WhatIf, ...]
    ends_on: date | None
    days_left: int
    stops: tuple[Stop, ...]
    forecast: Forecast | None
    do_not_call: bool
    declines: int
    offer: Offer | None
    offer_due: datetime | None
    class_starts: date | None
    claims: tuple[Claim, ...]
    claimable: tuple[tuple[str, str], ...]
    grounds: tuple[tuple[str, str], ...]
    accepted_at: datetime | None
    removed: str
    cites: Mapping[str, Citation]
    commands: frozenset[str]


def own_register_page(actor: Actor, code: str, *, at: datetime) -> OwnRegisterPage:
    """The candidate's own place, up to what they were told."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    shown, step, edition = case.as_shown(), step_of(case), case.edition
    state, on = shown.state(step, Register), today(edition, at)
    legal = {o.command for o in openings(case.candidacy, edition, at=at)}
    mine = {
        o.command
        for o in openings(shown, edition, at=at)
        if o.owner == "candidate" and o.step == step and o.command in legal
    }
    row = RegisterPlace.objects.filter(file=code).first()
    stands = row is not None and row.live and state.placed_at is not None
    if row is not None and stands:
        # What was decided and not yet told moves neither rank nor chances on this page.
        row.score_nano = nano(score_on(state, edition, step=step, on=on).total)
        row.ends_on = state.ends_on
    rank, of = rank_of(row, on=on) if row is not None and stands else (0, 0)
    listed = edition.value(f"{step}.claims_after_placement", CodeList).codes
    return OwnRegisterPage(
        code=code,
        version=case.version,
        track=shown.track,
        placed=state.placed_at is not None,
        score=score_on(state, edition, step=step, on=on) if state.placed_at else None,
        rank=rank,
        of=of,
        what_if=_what_if(state, edition, step, row, on) if row is not None and stands else (),
        ends_on=state.ends_on,
        days_left=max((state.ends_on - on).days, 0) if state.ends_on else 0,
        stops=state.stops,
        forecast=_forecast(row, rank, on, at) if row is not None and stands else None,
        do_not_call=state.do_not_call,
        declines=state.declines,
        offer=state.offer,
        offer_due=offer_due(shown, edition, step=step),
        class_starts=_class_starts(case),
        claims=state.claims,
        claimable=tuple((name, title) for name, title in listed.items()),
        grounds=_grounds(edition, step),
        accepted_at=state.accepted_at,
        removed=state.removed,
        cites={
            name: edition.rule(f"{step}.{name}").cite
            for name in ("clock", "tie_chain", "language_points", "veterans_points", "offer_open")
        },
        commands=frozenset(mine),
    )


def _class_starts(case: Case) -> date | None:
    """The first day of the class of the newest offer the reader may see."""
    for fact in reversed(case.visible):
        if fact.kind == "register.offered":
            return read.day(fact.body, "starts_on")
    return None


def _what_if(
    state: Register, edition: Edition, step: str, row: RegisterPlace, on: date
) -> tuple[WhatIf, ...]:
    """Each further result with the rank it would give today, from one ordered column."""
    better = list(
        live_places(row.process, row.track, on=on)
        .exclude(file=row.file)
        .values_list("score_nano", flat=True)
    )
    return tuple(
        WhatIf(
            claim=change.claim,
            detail=change.detail,
            score=str(change.score),
            gain=str(change.gain),
            rank=sum(other > nano(change.score) for other in better) + 1,
        )
        for change in changes(state, edition, step=step, on=on)
    )


def _forecast(row: RegisterPlace, rank: int, on: date, at: datetime) -> Forecast | None:
    """Chances if the coming months are like the last twelve; nothing once the clock has run out."""
    if row.ends_on is None:
        return None
    since = at - timedelta(days=365)
    above = RegisterPlace.objects.filter(
        process=row.process,
        track=row.track,
        placed_at__gte=since,
        score_nano__gt=row.score_nano,
    ).count()
    return forecast(
        rank=rank,
        offers=offers_made(row.track, since=since),
        arrivals_above=above,
        months_back=MONTHS_BACK,
        on=on,
        ends_on=row.ends_on,
    )


def _grounds(edition: Edition, step: str) -> tuple[tuple[str, str], ...]:
    """The grounds on which the clock may stop, by code and words."""
    if edition.has(f"{step}.deferment"):
        rule = edition.value(f"{step}.deferment", Deferment)
        other = (("other", "Another ground, case by case"),) if rule.other_grounds else ()
        return (*rule.grounds.items(), *other)
    clock = edition.value(f"{step}.clock", RegisterClock)
    return tuple((code, ground.title) for code, ground in clock.grounds.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePage:
    """One place for the registrar: score, clock, claims with evidence, requests, commands."""

    code: str
    version: str
    track: str
    score: Score | None
    rank: int
    of: int
    ends_on: date | None
    stops: tuple[Stop, ...]
    declines: int
    removed: str
    claims: tuple[Claim, ...]
    records: tuple[Particulars, ...]
    grounds: tuple[tuple[str, str], ...]
    appeal_upheld: bool
    preferences: tuple[str, ...]
    tests: tuple[str, ...]
    levels: tuple[str, ...]
    claimable: tuple[tuple[str, str], ...]
    commands: tuple[Opening, ...]
    cites: Mapping[str, Citation]


def place_page(actor: Actor, code: str, action: str, *, at: datetime) -> PlacePage:
    """A place as somebody holding ``action`` may see it; evidence only for who decides on it."""
    case = open_candidacy(actor, code, action, at=at)
    step, edition = step_of(case), case.edition
    state, on = case.candidacy.state(step, Register), today(edition, at)
    row = RegisterPlace.objects.filter(file=code).first()
    rank, of = rank_of(row, on=on) if row is not None and row.live else (0, 0)
    languages = edition.value(f"{step}.language_points", LanguagePoints)
    sees = action in ("register.decide_points", "register.correct_points", "register.stop_clock")
    return PlacePage(
        code=code,
        version=case.version,
        track=case.candidacy.track,
        score=score_on(state, edition, step=step, on=on) if state.placed_at else None,
        rank=rank,
        of=of,
        ends_on=state.ends_on,
        stops=state.stops,
        declines=state.declines,
        removed=state.removed,
        claims=tuple(state.claimed.values()),
        records=particulars(code, compartment="register") if sees else (),
        grounds=_grounds(edition, step),
        appeal_upheld=bool(upheld_appeals(case.candidacy)),
        preferences=tuple(sorted(edition.value(f"{step}.veterans_points", PointsTable).points)),
        tests=tuple(dict.fromkeys(award.test for award in languages.awards)),
        levels=(*dict.fromkeys(award.level for award in languages.awards), FAILED),
        claimable=tuple(edition.value(f"{step}.claims_after_placement", CodeList).codes.items()),
        commands=tuple(o for o in openings(case.candidacy, edition, at=at) if o.step == step),
        cites={
            name: edition.rule(f"{step}.{name}").cite
            for name in ("clock", "language_points", "veterans_points")
        },
    )
