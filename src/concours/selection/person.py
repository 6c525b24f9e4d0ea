"""What outlives a candidacy: retake wait, preference claim, deferment used, declines, time abroad."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from concours.ledger.draft import Draft, Fact
from concours.selection.candidacy import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A retake wait: the window that was sat, and the first window that is open again."""

    candidacy: str
    sat_window: str
    next_window: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The folded person file. ``candidacies`` maps each candidacy's file to its competition."""

    file: str
    seq: int = 0
    opened_at: datetime | None = None
    erased_on: datetime | None = None
    candidacies: Mapping[str, str] = field(default_factory=dict)
    wait: Wait | None = None
    preference: str = ""
    preference_seq: int = 0
    points: Mapping[str, str] = field(default_factory=dict)
    deferments: tuple[int, ...] = ()
    deferred_months: int = 0
    declines: tuple[str, ...] = ()
    accepted: str = ""
    posted_abroad: tuple[tuple[date, date | None], ...] = ()
    hold: bool = False


ApplyPerson = Callable[[Person, Fact], Person]


def open_person(file: str) -> tuple[Draft, ...]:
    """Start a person's file when their account is confirmed."""
    return (Draft(file=file, step="", kind="person.opened", body={}),)


def join_candidacy(person: Person, *, candidacy: str, competition: str) -> Draft:
    """Record in the person's file that an application of theirs exists."""
    body = {"candidacy": candidacy, "competition": competition}
    return Draft(file=person.file, step="", kind="person.candidacy_joined", body=body)


def _opened(person: Person, fact: Fact) -> Person:
    return replace(person, opened_at=fact.on)


def _joined(person: Person, fact: Fact) -> Person:
    code = str(fact.body.get("candidacy", ""))
    return replace(
        person,
        candidacies={**person.candidacies, code: str(fact.body.get("competition", ""))},
    )


def _wait(person: Person, fact: Fact) -> Person:
    """``person.wait_found``: {candidacy, sat_window "2016-10", next_window "2017-10"}; "" lifts it."""
    following = str(fact.body.get("next_window", ""))
    if not following:
        return replace(person, wait=None)
    wait = Wait(
        candidacy=str(fact.body.get("candidacy", "")),
        sat_window=str(fact.body.get("sat_window", "")),
        next_window=following,
        seq=fact.seq,
    )
    return replace(person, wait=wait)


def _preference(person: Person, fact: Fact) -> Person:
    """``person.preference_found``: {preference: "none" | "five_point" | "ten_point"}."""
    return replace(person, preference=str(fact.body.get("preference", "")), preference_seq=fact.seq)


def _deferment(person: Person, fact: Fact) -> Person:
    """``person.deferment_used``: {months}; months 0 gives one back when it was reversed."""
    months = fact.body.get("months", 0)
    whole = months if isinstance(months, int) else 0
    if whole == 0:
        return replace(person, deferments=person.deferments[:-1], deferred_months=0)
    return replace(
        person,
        deferments=(*person.deferments, whole),
        deferred_months=person.deferred_months + whole,
    )


def _declined(person: Person, fact: Fact) -> Person:
    """``person.offer_declined``: {candidacy}."""
    return replace(person, declines=(*person.declines, str(fact.body.get("candidacy", ""))))


def _accepted(person: Person, fact: Fact) -> Person:
    """``person.offer_accepted``: {candidacy}; "" when the service rescinded."""
    return replace(person, accepted=str(fact.body.get("candidacy", "")))


def _posting(person: Person, fact: Fact) -> Person:
    """``person.posting_found``: {from, to}: ISO dates, ``to`` may be missing."""
    start, end = fact.body.get("from"), fact.body.get("to")
    if not isinstance(start, str):
        return person
    span = (date.fromisoformat(start), date.fromisoformat(end) if isinstance(end, str) else None)
    return replace(person, posted_abroad=(*person.posted_abroad, span))


def _posting_reversed(person: Person, fact: Fact) -> Person:
    """``person.posting_reversed``: {from, to} of a posting abroad that was taken back."""
    start, end = str(fact.body.get("from", "")), str(fact.body.get("to", ""))
    spans = list(person.posted_abroad)
    for n in reversed(range(len(spans))):
        if spans[n][0].isoformat() == start and (spans[n][1] or date.min).isoformat() == end:
            del spans[n]
            break
    return replace(person, posted_abroad=tuple(spans))


def _erased(person: Person, fact: Fact) -> Person:
    return replace(person, erased_on=fact.on)


def _hold(person: Person, fact: Fact) -> Person:
    """``person.hold_found``: {held: true | false}: a legal hold keeps data from being erased."""
    return replace(person, hold=bool(fact.body.get("held", False)))


APPLY: Mapping[str, ApplyPerson] = {
    "person.opened": _opened,
    "person.candidacy_joined": _joined,
    "person.wait_found": _wait,
    "person.preference_found": _preference,
    "person.deferment_used": _deferment,
    "person.offer_declined": _declined,
    "person.offer_accepted": _accepted,
    "person.posting_found": _posting,
    "person.posting_reversed": _posting_reversed,
    "person.hold_found": _hold,
    "person.erased": _erased,
}

KINDS: Mapping[str, str] = {
    "person.opened": "A person's file was opened.",
    "person.candidacy_joined": "An application was added to the person's file.",
    "person.wait_found": "A wait before the next test was found, or lifted.",
    "person.preference_found": "The person's veterans' preference was found.",
    "person.deferment_used": "A deferment on the registers was used, or given back.",
    "person.offer_declined": "The person declined an offer.",
    "person.offer_accepted": "The person accepted an offer, or the service took it back.",
    "person.posting_found": "A posting abroad was recorded.",
    "person.posting_reversed": "A posting abroad was taken back; it no longer counts.",
    "person.hold_found": "A hold that keeps the person's data was set or lifted.",
    "person.erasure_proposed": "It was proposed to erase the person's data; another confirms.",
    "person.erasure_withdrawn": "The proposal to erase the person's data was withdrawn.",
    "person.erased": "The person's data was erased; the entries stay.",
}


def fold_person(
    facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
) -> Person:
    """Replay a person's file as known at one instant and in force at another."""
    person = Person(file="")
    for fact in in_force(facts, known_at=known_at, on=on):
        apply = APPLY.get(fact.kind)
        person = apply(person, fact) if apply else person
        person = replace(person, file=fact.file, seq=fact.seq)
    return person
