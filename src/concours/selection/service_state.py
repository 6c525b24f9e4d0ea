"""Service as a value: appointment, training, wishes, first posting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from concours.ledger.draft import Fact
from concours.selection import body as read
from concours.selection.candidacy import Apply, Candidacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A post and the days there, half-open; ``abroad`` counts towards the limit."""

    post: str
    start: date
    end: date
    abroad: bool
    wish: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The step's state."""

    appointed_at: datetime | None = None
    appointed_on: date | None = None
    class_file: str = ""
    grade: str = ""
    grade_step: int = 0
    table: str = ""
    education: str = ""
    years: int = 0
    results: tuple[tuple[str, str], ...] = ()
    last_result_at: datetime | None = None
    trained_at: datetime | None = None
    wishes: Mapping[str, str] = field(default_factory=dict)
    wished_at: datetime | None = None
    postings: tuple[Posting, ...] = ()
    passed: bool | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0
    handed_over_at: datetime | None = None


def _state(file: Candidacy, fact: Fact) -> Service:
    return file.state(fact.step, Service)


def _appointed(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(
        _state(file, fact),
        appointed_at=fact.on,
        appointed_on=read.day(fact.body, "appointed_on"),
        class_file=read.text(fact.body, "class"),
        grade=read.text(fact.body, "grade"),
        grade_step=read.whole(fact.body, "grade_step"),
        table=read.text(fact.body, "table"),
        education=read.text(fact.body, "education"),
        years=read.whole(fact.body, "years"),
    )
    return file.with_state(fact.step, state)


def _result(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    found = (read.text(fact.body, "module"), read.text(fact.body, "result"))
    state = replace(state, results=(*state.results, found), last_result_at=fact.on)
    return file.with_state(fact.step, state)


def _trained(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    if read.text(fact.body, "outcome") == "passed":
        return file.with_state(fact.step, replace(state, trained_at=fact.on))
    state = replace(state, passed=False, decided_at=fact.on, decided_seq=fact.seq)
    return file.with_state(fact.step, state)


def _wished(file: Candidacy, fact: Fact) -> Candidacy:
    wishes = {
        post: wish
        for post, wish in read.table(fact.body, "wishes").items()
        if isinstance(wish, str)
    }
    return file.with_state(fact.step, replace(_state(file, fact), wishes=wishes, wished_at=fact.on))


def _posted(file: Candidacy, fact: Fact) -> Candidacy:
    start, end = read.day(fact.body, "from"), read.day(fact.body, "to")
    if start is None or end is None:
        return file
    posting = Posting(
        post=read.text(fact.body, "post"),
        start=start,
        end=end,
        abroad=fact.body.get("abroad") is True,
        wish=read.text(fact.body, "wish"),
        seq=fact.seq,
    )
    state = _state(file, fact)
    state = replace(
        state,
        postings=(*state.postings, posting),
        passed=True,
        decided_at=state.decided_at or fact.on,
        decided_seq=state.decided_seq or fact.seq,
    )
    return file.with_state(fact.step, state)


def _handed_over(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(fact.step, replace(_state(file, fact), handed_over_at=fact.on))


APPLY: Mapping[str, Apply] = {
    "service.appointed": _appointed,
    "service.training_found": _result,
    "service.training_decided": _trained,
    "service.preferences_ranked": _wished,
    "service.assigned": _posted,
    "service.handed_over": _handed_over,
}

KINDS: Mapping[str, str] = {
    "service.appointed": "The officer was appointed, with entry class and step.",
    "service.training_found": "The result of a training module was recorded.",
    "service.training_decided": "The training as a whole was decided.",
    "service.preferences_ranked": "The officer said which posts they wish for.",
    "service.assigned": "A posting was assigned.",
    "service.handed_over": "The file was handed over to personnel.",
}

TOLD: Mapping[str, str] = {
    "service.appointed": "service.appointed",
    "service.training_found": "service.training_found",
    "service.training_decided": "service.training_decided",
    "service.assigned": "service.assigned",
}

DEADLINES: Mapping[str, str] = {}
