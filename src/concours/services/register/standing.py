"""Rows of the registers and of classes, from folds alone."""

from collections.abc import Iterable
from datetime import date, datetime

from concours.kernel.exact import nano, text_of
from concours.kernel.period import day_of
from concours.policy.edition import Edition
from concours.policy.points_cap import PointsCap
from concours.policy.points_table import PointsTable
from concours.records.models import ClassPlace, ClassStanding, RegisterPlace
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import ClassPlan
from concours.selection.register_score import score_on
from concours.selection.register_state import Register


def counted_on(edition: Edition, *, step: str, at: datetime) -> date:
    """The day whose point rules a row shows: the entry's, or the first on which every rule holds.

    So a row never changes by time alone; a view as of an earlier day counts anew.
    """
    days = [day_of(at, edition.zone)]
    cap = edition.value(f"{step}.points_cap", PointsCap)
    days.append(cap.since or days[0])
    if edition.has(f"{step}.experience_points"):
        table = edition.value(f"{step}.experience_points", PointsTable)
        days.append(table.since or days[0])
    return max(days)


def rows(file: Candidacy, edition: Edition, at: datetime) -> Iterable[RegisterPlace]:
    """The place of a file, once it was ever placed."""
    for plan in edition.steps:
        if plan.kind != "register":
            continue
        state = file.state(plan.id, Register)
        if state.placed_at is None:
            continue
        score = score_on(state, edition, step=plan.id, on=counted_on(edition, step=plan.id, at=at))
        stop = max(state.stops, key=lambda s: s.until, default=None)
        live = not state.removed and state.accepted_at is None and file.closed is None
        yield RegisterPlace(
            file=file.file,
            process=edition.process,
            competition=file.competition,
            person=file.person,
            track=file.track,
            live=live,
            score=text_of(score.total),
            score_nano=nano(score.total),
            oral=text_of(score.oral),
            points=text_of(score.points),
            placed_at=state.placed_at,
            lot=state.lot,
            ends_on=state.ends_on,
            do_not_call=state.do_not_call,
            stopped_from=stop.start if stop else None,
            stopped_until=stop.until if stop else None,
            declines=state.declines,
            offer_class=state.offer.class_file if state.offer else "",
            accepted_class=state.accepted_class,
            claims_waiting=len(state.claimed),
            stop_waiting=state.stop_asked_at is not None,
        )


def class_rows(plan: ClassPlan) -> Iterable[ClassStanding]:
    """The one row of a class."""
    yield ClassStanding(
        file=plan.file,
        title=plan.title,
        process=plan.process,
        starts_on=plan.starts_on,
        size=sum(plan.sizes.values()),
        offered=sum(1 for place in plan.places if not place.answer),
        accepted=len(plan.accepted),
        sworn_at=plan.sworn_at,
    )


def place_rows(plan: ClassPlan) -> Iterable[ClassPlace]:
    """The places offered in a class."""
    for place in plan.places:
        yield ClassPlace(
            file=plan.file,
            candidacy=place.candidacy,
            track=place.track,
            rank=place.rank,
            score=place.score,
            offered_at=place.at,
            answer=place.answer,
            sworn_in=place.candidacy in plan.sworn_in,
        )
