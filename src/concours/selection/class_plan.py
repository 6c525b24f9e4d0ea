"""A class as a value: its size for each track, its places offered in rank order, who was sworn in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Fact, Json
from concours.selection import body as read
from concours.selection.candidacy import in_force
from concours.selection.register_score import Ranked

TAKEN_BACK = "taken_back"
"""The answer of a place whose offer was taken back unanswered: as if it had not been offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place offered. ``answer`` is "" while the offer is open."""

    candidacy: str
    track: str
    rank: int
    score: str
    at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """The folded class file. ``starts_on`` is the first day of training."""

    file: str
    seq: int = 0
    title: str = ""
    process: str = ""
    starts_on: date | None = None
    appointment: str = "career"
    sizes: Mapping[str, int] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    sworn_in: tuple[str, ...] = ()
    sworn_at: datetime | None = None
    postings_run: str = ""

    def taken(self, track: str) -> int:
        """Places accepted, or offered and still open."""
        return sum(
            1 for place in self.places if place.track == track and place.answer in ("", "accepted")
        )

    @property
    def asked(self) -> frozenset[str]:
        """Who has had an offer of this class that was not taken back before it was answered."""
        return frozenset(one.candidacy for one in self.places if one.answer != TAKEN_BACK)

    def free(self, track: str) -> int:
        """Places that may be offered now; a decline gives one back, so offers roll down."""
        return max(0, self.sizes.get(track, 0) - self.taken(track))

    @property
    def accepted(self) -> tuple[Place, ...]:
        """The places accepted, in the order they were offered."""
        return tuple(place for place in self.places if place.answer == "accepted")


def plan_class(
    file: str,
    *,
    title: str,
    process: str,
    starts_on: date,
    sizes: Mapping[str, int],
    appointment: str,
) -> tuple[Draft, ...]:
    """Plan a class: its first day, and how many places each track has."""
    if not sizes or any(size < 0 for size in sizes.values()) or not sum(sizes.values()):
        raise BadInput(
            "class_without_places", remedy="Give each track a number of places.", field="sizes"
        )
    body: dict[str, Json] = {
        "title": title,
        "process": process,
        "starts_on": starts_on.isoformat(),
        "sizes": dict(sorted(sizes.items())),
        "appointment": appointment,
    }
    return (Draft(file=file, step="", kind="class.planned", body=body),)


def resize_class(plan: ClassPlan, *, sizes: Mapping[str, int]) -> tuple[Draft, ...]:
    """Change the number of places; never below those already taken."""
    _require_planned(plan)
    for track, size in sorted(sizes.items()):
        if size < plan.taken(track):
            raise RuleRefused(
                "size_below_places_taken",
                remedy="Places accepted or on offer cannot be taken away here; rescind them one by one.",
                field="sizes",
                numbers={"track": track, "size": str(size), "taken": str(plan.taken(track))},
            )
    body: dict[str, Json] = {"sizes": {**plan.sizes, **sizes}}
    return (Draft(file=plan.file, step="", kind="class.resized", body=body),)


def _require_planned(plan: ClassPlan) -> None:
    if plan.starts_on is None:
        raise RuleRefused("class_not_planned", remedy="Plan the class first.")
    if plan.sworn_at is not None:
        raise RuleRefused("class_sworn_in", remedy="This class has been sworn in; plan another.")


def next_offers(
    plan: ClassPlan, *, track: str, ranked: Sequence[Ranked], barred: Mapping[str, str]
) -> tuple[Ranked, ...]:
    """Whom to offer the free places of a track: the best ranked who may be called, no one twice.

    ``barred`` gives for a file the reason it may not be called now; those are
    passed over and keep their rank. Declines free places, so that a further
    call rolls down the register.
    """
    _require_planned(plan)
    waiting = [one for one in ranked if one.file not in plan.asked and not barred.get(one.file)]
    return tuple(waiting[: plan.free(track)])


def place_offered(plan: ClassPlan, *, candidacy: str, track: str, rank: int, score: str) -> Draft:
    """The class's own entry of an offer made. Refused when the track has no place left."""
    _require_planned(plan)
    if plan.free(track) < 1:
        raise RuleRefused(
            "no_place_left",
            remedy="All places of this track are accepted or on offer.",
            numbers={
                "track": track,
                "size": str(plan.sizes.get(track, 0)),
                "taken": str(plan.taken(track)),
            },
        )
    if candidacy in plan.asked:
        raise RuleRefused("already_asked", remedy="This candidate has had an offer for this class.")
    body: dict[str, Json] = {"candidacy": candidacy, "track": track, "rank": rank, "score": score}
    return Draft(file=plan.file, step="", kind="class.offer_found", body=body)


def place_answered(plan: ClassPlan, *, candidacy: str, answer: str) -> Draft:
    """The class's own entry of an answer: accepted, declined, lapsed or rescinded."""
    body: dict[str, Json] = {"candidacy": candidacy, "answer": answer}
    return Draft(file=plan.file, step="", kind="class.place_answered", body=body)


def swear_in(plan: ClassPlan, *, present: Sequence[str], on: date) -> tuple[Draft, ...]:
    """Record who of the class took the oath, on or after its first day; latecomers in a later act."""
    if plan.starts_on is None:
        raise RuleRefused("class_not_planned", remedy="Plan the class first.")
    if on < plan.starts_on:
        raise RuleRefused(
            "class_not_begun",
            remedy="A class is sworn in on its first day of training or later.",
            numbers={"starts_on": plan.starts_on.isoformat()},
        )
    accepted = {place.candidacy for place in plan.accepted}
    strangers = sorted(set(present) - accepted)
    if strangers or not present:
        raise BadInput(
            "not_of_this_class",
            remedy="Name only people who accepted a place in this class, and at least one.",
            field="present",
        )
    if set(present) & set(plan.sworn_in):
        raise RuleRefused(
            "already_sworn_in",
            remedy="Name only people who have not been sworn in with this class.",
            field="present",
        )
    body: dict[str, Json] = {"sworn_in": sorted(set(present)), "count": len(set(present))}
    return (Draft(file=plan.file, step="", kind="class.sworn_in", body=body),)


ApplyClass = Callable[[ClassPlan, Fact], ClassPlan]


def _sizes(fact: Fact) -> dict[str, int]:
    found = read.table(fact.body, "sizes")
    return {track: size for track, size in found.items() if isinstance(size, int)}


def _planned(plan: ClassPlan, fact: Fact) -> ClassPlan:
    return replace(
        plan,
        title=read.text(fact.body, "title"),
        process=read.text(fact.body, "process"),
        starts_on=read.day(fact.body, "starts_on"),
        appointment=read.text(fact.body, "appointment") or "career",
        sizes=_sizes(fact),
    )


def _resized(plan: ClassPlan, fact: Fact) -> ClassPlan:
    return replace(plan, sizes=_sizes(fact) or plan.sizes)


def _offer(plan: ClassPlan, fact: Fact) -> ClassPlan:
    place = Place(
        candidacy=read.text(fact.body, "candidacy"),
        track=read.text(fact.body, "track"),
        rank=read.whole(fact.body, "rank"),
        score=read.text(fact.body, "score"),
        at=fact.on,
    )
    kept = tuple(
        one for one in plan.places if one.candidacy != place.candidacy or one.answer != TAKEN_BACK
    )
    return replace(plan, places=(*kept, place))


def _answered(plan: ClassPlan, fact: Fact) -> ClassPlan:
    who, answer = read.text(fact.body, "candidacy"), read.text(fact.body, "answer")
    places = tuple(
        replace(place, answer=answer) if place.candidacy == who else place for place in plan.places
    )
    return replace(plan, places=places)


def _sworn(plan: ClassPlan, fact: Fact) -> ClassPlan:
    sworn = (*plan.sworn_in, *read.texts(fact.body, "sworn_in"))
    return replace(plan, sworn_in=sworn, sworn_at=plan.sworn_at or fact.on)


def _sworn_reversed(plan: ClassPlan, fact: Fact) -> ClassPlan:
    """Without anybody left who was sworn in, the class is as it was before."""
    taken_back = set(read.texts(fact.body, "who"))
    kept = tuple(one for one in plan.sworn_in if one not in taken_back)
    return replace(plan, sworn_in=kept, sworn_at=plan.sworn_at if kept else None)


def _postings(plan: ClassPlan, fact: Fact) -> ClassPlan:
    return replace(plan, postings_run=read.text(fact.body, "run"))


def _postings_reversed(plan: ClassPlan, fact: Fact) -> ClassPlan:
    return replace(plan, postings_run="")


APPLY: Mapping[str, ApplyClass] = {
    "class.planned": _planned,
    "class.resized": _resized,
    "class.offer_found": _offer,
    "class.place_answered": _answered,
    "class.sworn_in": _sworn,
    "class.swearing_in_reversed": _sworn_reversed,
    "class.postings_found": _postings,
    "class.postings_reversed": _postings_reversed,
}

KINDS: Mapping[str, str] = {
    "class.planned": "A class was planned with its first day and its places for each track.",
    "class.resized": "The number of places was changed.",
    "class.offer_found": "A place was offered to the next in rank.",
    "class.place_answered": "An offered place was accepted, declined, let lapse or taken back.",
    "class.sworn_in": "The class was sworn in.",
    "class.swearing_in_reversed": "The oath of officers of the class was taken back.",
    "class.postings_found": "First postings were found for the class from preferences and needs.",
    "class.postings_reversed": "The first postings found for the class were taken back.",
}


def fold_class(
    facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
) -> ClassPlan:
    """Replay a class file as known at one instant and in force at another."""
    plan = ClassPlan(file="")
    for fact in in_force(facts, known_at=known_at, on=on):
        apply = APPLY.get(fact.kind)
        plan = apply(plan, fact) if apply else plan
        plan = replace(plan, file=fact.file, seq=fact.seq)
    return plan
