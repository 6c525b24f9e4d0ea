"""What the entries of the assessment step say, folded: invited, booked, present, rated, decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from concours.kernel.errors import BadInput
from concours.kernel.period import instant
from concours.ledger.draft import Fact
from concours.selection.application import Appeal
from concours.selection.candidacy import Apply, Candidacy
from concours.selection.result_appeal import decided, lodged


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A place on an assessment day: the day's code, where, and when it begins."""

    day: str
    place: str
    starts_at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseResult:
    """One exercise: its exact score and the integrated ratings it is the mean of."""

    score: str
    ratings: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome in force, its numbers as exact text, and the entry that made it."""

    outcome: str
    seq: int
    at: datetime
    rule: str = ""
    score: str = ""
    shown: str = ""
    cut: str = ""
    exercises: Mapping[str, ExerciseResult] = field(default_factory=dict)
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The state of the step. ``rated`` and ``integrated`` name exercises, in order of entry."""

    invited_at: datetime | None = None
    invited_seq: int = 0
    season_ends: date | None = None
    waiting_since: datetime | None = None
    booking: Booking | None = None
    moves: int = 0
    panel: str = ""
    checked_in_at: datetime | None = None
    rated: tuple[str, ...] = ()
    integrated: tuple[str, ...] = ()
    last_rating_at: datetime | None = None
    decision: Outcome | None = None
    appeal: Appeal | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the step was passed; None while it is not decided."""
        return None if self.decision is None else self.decision.outcome == "passed"

    @property
    def decided_seq(self) -> int:
        """The entry of the outcome in force; 0 while there is none."""
        return 0 if self.decision is None else self.decision.seq


def _on(change: Callable[[Assessment, Fact], Assessment]) -> Apply:
    def apply(file: Candidacy, fact: Fact) -> Candidacy:
        return file.with_state(fact.step, change(file.state(fact.step, Assessment), fact))

    return apply


def _invited(now: Assessment, fact: Fact) -> Assessment:
    ends = fact.body.get("season_ends")
    season = date.fromisoformat(ends) if isinstance(ends, str) else None
    return replace(now, invited_at=fact.on, invited_seq=fact.seq, season_ends=season)


def _booking(fact: Fact) -> Booking | None:
    starts = fact.body.get("starts_at")
    try:
        at = instant(starts) if isinstance(starts, str) else None
    except BadInput:
        at = None
    if at is None:
        return None
    day, place = str(fact.body.get("day", "")), str(fact.body.get("place", ""))
    return Booking(day=day, place=place, starts_at=at, seq=fact.seq)


def _booked(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, booking=_booking(fact), waiting_since=None, panel="")


def _moved(now: Assessment, fact: Fact) -> Assessment:
    counted = 1 if fact.body.get("counted") else 0
    return replace(now, booking=_booking(fact), moves=now.moves + counted, panel="")


def _released(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, booking=None, panel="")


def _waiting(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, waiting_since=fact.on)


def _grouped(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, panel=str(fact.body.get("panel", "")))


def _checked_in(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, checked_in_at=fact.on)


def _absence(now: Assessment, fact: Fact) -> Assessment:
    if fact.body.get("consequence") == "new_date":
        return replace(now, booking=None, panel="")
    return replace(now, decision=_outcome(fact, None, outcome="did_not_attend"))


def _rated(now: Assessment, fact: Fact) -> Assessment:
    exercise = str(fact.body.get("exercise", ""))
    return replace(now, rated=(*now.rated, exercise), last_rating_at=fact.on)


def _integrated(now: Assessment, fact: Fact) -> Assessment:
    exercise = str(fact.body.get("exercise", ""))
    return replace(now, integrated=(*now.integrated, exercise), last_rating_at=fact.on)


def _outcome(fact: Fact, before: Outcome | None, *, outcome: str = "") -> Outcome:
    body: Mapping[str, Any] = fact.body
    found: Mapping[str, Any] = body.get("exercises", {})
    exercises = {
        str(code): ExerciseResult(
            score=str(one.get("score", "")),
            ratings={str(d): int(r) for d, r in one.get("ratings", {}).items()},
        )
        for code, one in found.items()
    }
    return Outcome(
        outcome=outcome or str(body.get("outcome", "")),
        seq=fact.seq,
        at=fact.on,
        rule=str(body.get("rule", "")),
        score=str(body.get("score", before.score if before else "")),
        shown=str(body.get("shown", before.shown if before else "")),
        cut=str(body.get("cut", before.cut if before else "")),
        exercises=exercises or (before.exercises if before else {}),
        ground=str(body.get("ground", "")),
    )


def _decided(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, decision=_outcome(fact, None))


def _reversed(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, decision=_outcome(fact, now.decision))


def _readmitted(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, decision=None, booking=None, panel="")


def _appealed(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, appeal=lodged(fact))


def _appeal_decided(now: Assessment, fact: Fact) -> Assessment:
    return replace(now, appeal=decided(fact, now.appeal))


APPLY: Mapping[str, Apply] = {
    "assessment.invited": _on(_invited),
    "assessment.waiting_joined": _on(_waiting),
    "assessment.booked": _on(_booked),
    "assessment.moved": _on(_moved),
    "assessment.place_released": _on(_released),
    "assessment.grouped": _on(_grouped),
    "assessment.checked_in": _on(_checked_in),
    "assessment.absence_judged": _on(_absence),
    "assessment.invitation_checked": _on(_decided),
    "assessment.readmitted": _on(_readmitted),
    "assessment.rated": _on(_rated),
    "assessment.integrated": _on(_integrated),
    "assessment.decided": _on(_decided),
    "assessment.reversed": _on(_reversed),
    "assessment_appeal.lodged": _on(_appealed),
    "assessment_appeal.decided": _on(_appeal_decided),
}

KINDS: Mapping[str, str] = {
    "assessment.invited": "The candidate was invited to the oral assessment.",
    "assessment.waiting_joined": "The candidate joined the waiting list for a place.",
    "assessment.booked": "A place on an assessment day was booked.",
    "assessment.moved": "The place was moved to another assessment day.",
    "assessment.place_released": "The place on an assessment day was given back.",
    "assessment.grouped": "The candidate was placed in a group with its assessors.",
    "assessment.checked_in": "The candidate came to the assessment.",
    "assessment.absence_judged": "The candidate did not come, and what follows was decided.",
    "assessment.invitation_checked": "The invitation was checked at the end of its validity.",
    "assessment.readmitted": "The candidate was admitted to another assessment day.",
    "assessment.rated": "Every assessor had locked a sheet for an exercise; they entered the group's record together.",
    "assessment.integrated": "The assessors integrated their ratings of an exercise.",
    "assessment.decided": "The result of the oral assessment was decided.",
    "assessment.reversed": "The result of the oral assessment was decided again.",
    "assessment_appeal.lodged": "The candidate appealed against the result of the oral assessment.",
    "assessment_appeal.decided": "The appeal against the result of the oral assessment was decided.",
}

TOLD: Mapping[str, str] = {
    "assessment.invited": "assessment.invited",
    "assessment.absence_judged": "assessment.absence_judged",
    "assessment.invitation_checked": "assessment.invitation_checked",
    "assessment.readmitted": "assessment.readmitted",
    "assessment.decided": "assessment.decided",
    "assessment.reversed": "assessment.reversed",
    "assessment_appeal.decided": "assessment_appeal.decided",
}

DEADLINES: Mapping[str, str] = {}

HELD: Mapping[str, str] = {
    "assessment.rated": "assessment.decided",
    "assessment.integrated": "assessment.decided",
}
