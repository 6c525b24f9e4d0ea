"""The oral assessment: invitation, booking, one move, waiting list, presence and absence.

Ratings, integration and the result are in assessment_result.py.
"""

from dataclasses import dataclass
from datetime import date, datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import day_end, day_of, day_start, instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.attendance import Attendance, consequence
from concours.policy.edition import Edition
from concours.policy.moves import Moves, may_move
from concours.policy.place_claim import Claim, PlaceClaim, claim, lapses_on
from concours.selection.assessment_state import Assessment
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.grounds import require_true_ground, upheld_appeals
from concours.selection.reached import require_reached
from concours.selection.reversal import require_authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A free place on an assessment day, as the service found it."""

    day: str
    place: str
    starts_at: datetime


REMEDIES = {
    "moves_used_up": "The one move has been used. If you are seriously ill or deployed, write to the scheduler.",
    "first_exercise_begun": "The first exercise has begun; the date can no longer be moved.",
}


def lapse_of(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """The instant at which the invitation is worth nothing; None until it was told."""
    told = file.told.get(file.state(step, Assessment).invited_seq)
    if told is None:
        return None
    rule = edition.value(f"{step}.invitation", PlaceClaim)
    return day_start(lapses_on(rule, told_on=day_of(told.at, edition.zone)), edition.zone)


def claim_of(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> Claim:
    """What the invitation gives now: a certain place, the waiting list, or nothing."""
    state = file.state(step, Assessment)
    told = file.told.get(state.invited_seq)
    if told is None or state.season_ends is None:
        return "lapsed"
    return claim(
        edition.value(f"{step}.invitation", PlaceClaim),
        told_on=day_of(told.at, edition.zone),
        season_ends=state.season_ends,
        on=day_of(at, edition.zone),
    )


def invite(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, season_ends: date
) -> tuple[Draft, ...]:
    """Invite to the oral assessment, with the last day on which a place is certain."""
    require_open(file)
    require_reached(file, edition, step=step)
    if file.state(step, Assessment).invited_at is not None:
        raise RuleRefused("already_invited", remedy="This candidate has been invited.")
    if season_ends < day_of(at, edition.zone):
        raise BadInput(
            "season_is_over", remedy="Give a season that has not ended.", field="season_ends"
        )
    body = {"season_ends": season_ends.isoformat(), "rule": f"{step}.invitation"}
    return (Draft(file=file.file, step=step, kind="assessment.invited", body=body),)


def _require_free_to_book(file: Candidacy, *, step: str) -> Assessment:
    require_open(file)
    state = file.state(step, Assessment)
    if state.invited_at is None or state.invited_seq not in file.told:
        raise RuleRefused(
            "not_invited", remedy="A place can be booked once the invitation has come."
        )
    if state.decision is not None or state.checked_in_at is not None:
        raise RuleRefused("already_assessed", remedy="The assessment has taken place.")
    return state


def _require_good(
    file: Candidacy, edition: Edition, place: Place, *, step: str, at: datetime
) -> None:
    lapse = lapse_of(file, edition, step=step)
    if lapse is None or at >= lapse or place.starts_at >= lapse:
        raise edition.refusal(
            f"{step}.invitation",
            "invitation_lapsed",
            remedy="The invitation must still be good on the day of the assessment. Choose an earlier day.",
            field="day",
            lapses=instant_text(lapse) if lapse else "",
            day=instant_text(place.starts_at),
        )
    if place.starts_at <= at:
        raise BadInput("day_has_begun", remedy="Choose a day that has not begun.", field="day")


def _booked_body(place: Place, step: str) -> dict[str, Json]:
    return {
        "day": place.day,
        "place": place.place,
        "starts_at": instant_text(place.starts_at),
        "rule": f"{step}.invitation",
    }


def book(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    place: Place,
    offered: bool = False,
) -> tuple[Draft, ...]:
    """Take a place. After the season only one that the scheduler ``offered`` from the waiting list."""
    state = _require_free_to_book(file, step=step)
    if state.booking is not None:
        raise RuleRefused("already_booked", remedy="You have a place. You may move it once.")
    _require_good(file, edition, place, step=step, at=at)
    if claim_of(file, edition, step=step, at=at) == "waiting_list" and not offered:
        raise edition.refusal(
            f"{step}.invitation",
            "waiting_list_only",
            remedy="The season's dates are over. Join the waiting list; you are told when a place is free.",
            field="day",
        )
    body = _booked_body(place, step)
    return (Draft(file=file.file, step=step, kind="assessment.booked", body=body),)


def join_waiting_list(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Wait for a place: after the season, or while the season's days are full."""
    state = _require_free_to_book(file, step=step)
    if state.booking is not None or state.waiting_since is not None:
        raise RuleRefused("already_waiting", remedy="You have a place, or are on the list already.")
    if claim_of(file, edition, step=step, at=at) == "lapsed":
        raise edition.refusal(
            f"{step}.invitation", "invitation_lapsed", remedy="The invitation is no longer good."
        )
    body = {"rule": f"{step}.invitation"}
    return (Draft(file=file.file, step=step, kind="assessment.waiting_joined", body=body),)


def move(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    place: Place,
    by_board: bool = False,
) -> tuple[Draft, ...]:
    """Move to another day: once at the candidate's wish; at the board's as often as a plan needs it."""
    state = _require_free_to_book(file, step=step)
    if state.booking is None:
        raise RuleRefused("nothing_booked", remedy="Book a place first.")
    if state.booking.day == place.day:
        raise BadInput("same_day", remedy="Choose another day than the one you have.", field="day")
    begun = at >= state.booking.starts_at
    used = 0 if by_board else state.moves
    against = may_move(edition.value(f"{step}.moves", Moves), used=used, begun=begun)
    if against:
        raise edition.refusal(
            f"{step}.moves", against, remedy=REMEDIES[against], field="day", used=str(state.moves)
        )
    _require_good(file, edition, place, step=step, at=at)
    body = _booked_body(place, step)
    body |= {"from": state.booking.day, "counted": not by_board, "rule": f"{step}.moves"}
    return (Draft(file=file.file, step=step, kind="assessment.moved", body=body),)


def check_in(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Draft, ...]:
    """Record that the candidate came on the day."""
    require_open(file)
    state = file.state(step, Assessment)
    if state.booking is None or state.checked_in_at is not None or state.decision is not None:
        raise RuleRefused(
            "not_expected", remedy="This candidate is not expected, or is here already."
        )
    if day_of(at, edition.zone) < day_of(state.booking.starts_at, edition.zone):
        raise RuleRefused("not_today", remedy="This candidate is expected on another day.")
    body = {"day": state.booking.day}
    return (Draft(file=file.file, step=step, kind="assessment.checked_in", body=body),)


def judge_absence(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, excuse: str
) -> tuple[Draft, ...]:
    """Say what follows when the candidate did not come. An accepted excuse gives a new date."""
    require_open(file)
    state = file.state(step, Assessment)
    if state.booking is None or state.checked_in_at is not None or state.decision is not None:
        raise RuleRefused("not_expected", remedy="This candidate was not expected, or came.")
    if at < state.booking.starts_at:
        raise RuleRefused("not_begun", remedy="The assessment has not begun yet.")
    follows = consequence(edition.value(f"{step}.attendance", Attendance), excuse=excuse)
    body = {
        "day": state.booking.day,
        "excuse": excuse,
        "consequence": follows,
        "rule": f"{step}.attendance",
    }
    judged = Draft(file=file.file, step=step, kind="assessment.absence_judged", body=body)
    if follows == "new_date":
        return (judged,)
    return (judged, close(file, step=step, reason="assessment_not_attended"))


def check_invitation(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """End a candidacy whose invitation ran out unused: in force from that day, whenever recorded."""
    require_open(file)
    state = file.state(step, Assessment)
    lapse = lapse_of(file, edition, step=step)
    used = (
        state.booking is not None or state.checked_in_at is not None or state.decision is not None
    )
    if used or lapse is None or at < lapse:
        raise RuleRefused("invitation_good", remedy="The invitation of this file has not lapsed.")
    body = {"outcome": "lapsed", "lapsed": instant_text(lapse), "rule": f"{step}.invitation"}
    return (
        Draft(file=file.file, step=step, kind="assessment.invitation_checked", body=body, on=lapse),
        close(file, step=step, reason="invitation_lapsed", on=lapse),
    )


def readmit(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, ground: str, authority: str
) -> tuple[Draft, ...]:
    """Undo the end of a candidacy for absence: open it again and let the candidate book anew."""
    require_authority(authority)
    state = file.state(step, Assessment)
    if file.closed is None or state.decision is None or state.decision.outcome != "did_not_attend":
        raise RuleRefused("not_absent", remedy="This candidacy did not end for absence.")
    lapse = lapse_of(file, edition, step=step)
    if lapse is None or at >= lapse:
        raise edition.refusal(
            f"{step}.invitation", "invitation_lapsed", remedy="The invitation is no longer good."
        )
    require_true_ground(ground, upheld=bool(upheld_appeals(file)))
    body = {"ground": ground, "authority": authority, "rule": f"{step}.attendance"}
    return (
        Draft(
            file=file.file, step=step, kind="candidacy.reopened", body={"reason": "absence_excused"}
        ),
        Draft(file=file.file, step=step, kind="assessment.readmitted", body=body),
    )


def release_place(file: Candidacy, *, step: str, reason: str) -> tuple[Draft, ...]:
    """Give a booked place back, as part of withdrawing; nothing when none is held to come."""
    state = file.state(step, Assessment)
    if state.booking is None or state.checked_in_at is not None or state.decision is not None:
        return ()
    body = {"day": state.booking.day, "reason": reason}
    return (Draft(file=file.file, step=step, kind="assessment.place_released", body=body),)


def attendance_due(state: Assessment, edition: Edition) -> datetime | None:
    """By when presence or absence should be recorded: the end of the booked day."""
    if state.booking is None:
        return None
    return day_end(day_of(state.booking.starts_at, edition.zone), edition.zone)
