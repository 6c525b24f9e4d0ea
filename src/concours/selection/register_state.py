"""A place on the register as a value: score, points, clock, offers, acceptance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from concours.ledger.draft import Fact
from concours.policy.language_points import Result
from concours.policy.register_clock import Stop
from concours.selection import body as read
from concours.selection.candidacy import Apply, Candidacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim for points. ``outcome`` is "" until decided, then "granted" or "refused"."""

    seq: int
    what: str
    at: datetime
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer of a place in a class. ``answer`` is "" while it is open."""

    seq: int
    class_file: str
    at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The step's state. ``ends_on`` is the day at whose start the clock has run out."""

    placed_at: datetime | None = None
    placed_seq: int = 0
    placed_on: date | None = None
    oral: str = ""
    lot: str = ""
    ends_on: date | None = None
    preference: str = ""
    languages: tuple[Result, ...] = ()
    experience: bool = False
    claims: tuple[Claim, ...] = ()
    stops: tuple[Stop, ...] = ()
    not_counted: int = 0
    do_not_call: bool = False
    stop_asked_at: datetime | None = None
    declines: int = 0
    offers: tuple[Offer, ...] = ()
    removed: str = ""
    removed_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_seq: int = 0
    accepted_class: str = ""
    class_starts_on: date | None = None

    @property
    def passed(self) -> bool | None:
        """Accepting an offer passes the step; removal fails it."""
        if self.accepted_at is not None:
            return True
        return False if self.removed else None

    @property
    def decided_seq(self) -> int:
        """The entry that accepted the offer; 0 while none did."""
        return self.accepted_seq

    @property
    def offer(self) -> Offer | None:
        """The offer that is open, if there is one."""
        found = self.offers[-1] if self.offers else None
        return found if found is not None and not found.answer else None

    @property
    def claimed(self) -> Mapping[str, Claim]:
        """The claims that wait for a decision, by what they claim."""
        return {claim.what: claim for claim in self.claims if not claim.outcome}


def stopped_on(state: Register, *, day: date) -> bool:
    """Whether the clock stands still on ``day``."""
    return any(stop.start <= day < stop.until for stop in state.stops)


def callable_on(state: Register, *, day: date) -> str:
    """ "" when an offer may be made on ``day``, or the code of what stands against it."""
    if state.placed_at is None or state.removed or state.ends_on is None:
        return "not_on_register"
    if state.accepted_at is not None:
        return "has_accepted"
    if state.offer is not None:
        return "offer_open"
    if day >= state.ends_on:
        return "clock_run_out"
    if state.do_not_call:
        return "do_not_call"
    if stopped_on(state, day=day):
        return "clock_stopped"
    return ""


def _state(file: Candidacy, fact: Fact) -> Register:
    return file.state(fact.step, Register)


def _placed(file: Candidacy, fact: Fact) -> Candidacy:
    state = Register(
        placed_at=fact.on,
        placed_seq=fact.seq,
        declines=_state(file, fact).declines,
        placed_on=read.day(fact.body, "placed_on"),
        oral=read.text(fact.body, "oral"),
        lot=read.text(fact.body, "lot"),
        ends_on=read.day(fact.body, "ends_on"),
        preference=read.text(fact.body, "preference"),
    )
    return file.with_state(fact.step, state)


def _claimed(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    claim = Claim(seq=fact.seq, what=read.text(fact.body, "claim"), at=fact.on)
    return file.with_state(fact.step, replace(state, claims=(*state.claims, claim)))


def _points(file: Candidacy, fact: Fact) -> Candidacy:
    state, what = _state(file, fact), read.text(fact.body, "claim")
    granted = fact.body.get("granted") is True
    outcome = "granted" if granted else "refused"
    about = read.whole(fact.body, "about")
    claims = tuple(
        replace(c, outcome=outcome) if c.seq == about and not c.outcome else c for c in state.claims
    )
    state = replace(state, claims=claims)
    if what == "language":
        result = Result(
            language=read.text(fact.body, "language"),
            test=read.text(fact.body, "test"),
            level=read.text(fact.body, "level"),
        )
        if granted or result.level == "failed":
            state = replace(state, languages=(*state.languages, result))
        elif read.text(fact.body, "ground"):
            kept = tuple(one for one in state.languages if one != result)
            state = replace(state, languages=kept)
    elif what == "veterans":
        state = replace(state, preference=read.text(fact.body, "preference") if granted else "none")
    elif what == "experience":
        state = replace(state, experience=granted)
    return file.with_state(fact.step, state)


def _stop_asked(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(fact.step, replace(_state(file, fact), stop_asked_at=fact.on))


def _stopped(file: Candidacy, fact: Fact) -> Candidacy:
    state, start = _state(file, fact), read.day(fact.body, "start")
    if start is None:
        return file
    stop = Stop(start=start, months=read.whole(fact.body, "months"), end=read.day(fact.body, "end"))
    ends_on = read.day(fact.body, "ends_on") or state.ends_on
    kept = tuple(one for one in state.stops if one.start != start)
    state = replace(state, stops=(*kept, stop), ends_on=ends_on, stop_asked_at=None)
    return file.with_state(fact.step, state)


def _stop_refused(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(fact.step, replace(_state(file, fact), stop_asked_at=None))


def _do_not_call(file: Candidacy, fact: Fact) -> Candidacy:
    chosen = fact.body.get("chosen") is True
    return file.with_state(fact.step, replace(_state(file, fact), do_not_call=chosen))


def _offered(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    offer = Offer(seq=fact.seq, class_file=read.text(fact.body, "class"), at=fact.on)
    return file.with_state(fact.step, replace(state, offers=(*state.offers, offer)))


def _answered(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    if not state.offers:
        return file
    answer = read.text(fact.body, "answer") or "declined"
    last = replace(state.offers[-1], answer=answer, answered_at=fact.on)
    state = replace(state, offers=(*state.offers[:-1], last))
    if answer == "accepted":
        state = replace(
            state,
            accepted_at=fact.on,
            accepted_seq=fact.seq,
            accepted_class=last.class_file,
            class_starts_on=read.day(fact.body, "starts_on"),
        )
    elif answer == "withdrawn":
        state = replace(
            state, accepted_at=None, accepted_seq=0, accepted_class="", class_starts_on=None
        )
    else:
        state = replace(state, declines=state.declines + 1)
    return file.with_state(fact.step, state)


def _offer_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    """The place as before the call: no offer is open, and no decline is counted."""
    state = _state(file, fact)
    if not state.offers:
        return file
    last = replace(state.offers[-1], answer="taken_back", answered_at=fact.on)
    return file.with_state(fact.step, replace(state, offers=(*state.offers[:-1], last)))


def _rescinded(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    if state.offers:
        last = replace(state.offers[-1], answer="rescinded", answered_at=fact.on)
        state = replace(state, offers=(*state.offers[:-1], last))
    return file.with_state(
        fact.step,
        replace(
            state,
            accepted_at=None,
            accepted_seq=0,
            accepted_class="",
            class_starts_on=None,
            ends_on=read.day(fact.body, "ends_on") or state.ends_on,
            not_counted=state.not_counted + read.whole(fact.body, "days"),
        ),
    )


def _time_restored(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    return file.with_state(
        fact.step,
        replace(
            state,
            ends_on=read.day(fact.body, "ends_on") or state.ends_on,
            not_counted=state.not_counted + read.whole(fact.body, "days"),
        ),
    )


def _removed(file: Candidacy, fact: Fact) -> Candidacy:
    reason = read.text(fact.body, "reason") or "removed"
    state = replace(_state(file, fact), removed=reason, removed_at=fact.on)
    return file.with_state(fact.step, state)


def _restored(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    ends_on = read.day(fact.body, "ends_on") or state.ends_on
    given = (ends_on - state.ends_on).days if ends_on and state.ends_on else 0
    declines = 0 if state.removed == "second_decline" else state.declines
    return file.with_state(
        fact.step,
        replace(
            state,
            removed="",
            removed_at=None,
            ends_on=ends_on,
            not_counted=state.not_counted + given,
            declines=declines,
        ),
    )


def _placement_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(fact.step, Register(declines=_state(file, fact).declines))


APPLY: Mapping[str, Apply] = {
    "register.placed": _placed,
    "register.points_claimed": _claimed,
    "register.points_decided": _points,
    "register.stop_requested": _stop_asked,
    "register.stop_refused": _stop_refused,
    "register.clock_stopped": _stopped,
    "register.clock_resumed": _stopped,
    "register.do_not_call_set": _do_not_call,
    "register.offered": _offered,
    "register.offer_answered": _answered,
    "register.offer_reversed": _offer_reversed,
    "register.rescinded": _rescinded,
    "register.time_restored": _time_restored,
    "register.removed": _removed,
    "register.restored": _restored,
    "register.placement_reversed": _placement_reversed,
}

KINDS: Mapping[str, str] = {
    "register.placed": "The candidate was placed on the register of their track.",
    "register.points_claimed": "Points were claimed, with evidence.",
    "register.points_decided": "A claim for points was decided.",
    "register.stop_requested": "A stop of the register clock was asked for.",
    "register.stop_refused": "The stop of the register clock was not granted.",
    "register.clock_stopped": "The register clock was stopped for a time.",
    "register.clock_resumed": "The register clock was started again, earlier than granted.",
    "register.do_not_call_set": "The candidate asked not to be called for now, or to be called again.",
    "register.offered": "A place in a class was offered.",
    "register.offer_answered": "The offer was answered, or its last day passed.",
    "register.offer_reversed": "An offer that nobody had answered was taken back.",
    "register.rescinded": "The service took its offer back.",
    "register.time_restored": "Time during which the candidacy was closed was given back.",
    "register.removed": "The candidate was taken off the register.",
    "register.restored": "The candidate was put back on the register.",
    "register.placement_reversed": "The place on the register was taken back.",
}

TOLD: Mapping[str, str] = {
    "register.placed": "register.placed",
    "register.points_decided": "register.points_decided",
    "register.stop_refused": "register.stop_refused",
    "register.clock_stopped": "register.clock_stopped",
    "register.clock_resumed": "register.clock_resumed",
    "register.offered": "register.offered",
    "register.offer_reversed": "register.offer_reversed",
    "register.rescinded": "register.rescinded",
    "register.time_restored": "register.time_restored",
    "register.removed": "register.removed",
    "register.restored": "register.restored",
    "register.placement_reversed": "register.placement_reversed",
}

DEADLINES: Mapping[str, str] = {"register.offered": "register.offer_open"}


def oral_of(state: Register) -> Fraction:
    """The exact oral mean carried to the register; nothing where the body is gone."""
    try:
        return Fraction(state.oral or "0")
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
