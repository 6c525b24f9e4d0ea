"""Service as a value: appointment, training, wishes, first posting."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from concours.ledger.draft import Fact
from concours.selection import body as read
from concours.selection.candidacy import Apply, Candidacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A post and the days there, half-open; ``abroad`` counts towards the limit.

    ``run`` is the optimisation it came from; "" for an assignment by hand.
    """

    post: str
    start: date
    end: date
    abroad: bool
    wish: str
    seq: int
    run: str = ""
    assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The step's state."""

    appointed_at: datetime | None = None
    appointed_seq: int = 0
    appointed_on: date | None = None
    class_file: str = ""
    grade: str = ""
    grade_step: int = 0
    table: str = ""
    education: str = ""
    years: int = 0
    results: tuple[tuple[str, str], ...] = ()
    last_result_at: datetime | None = None
    result_seqs: tuple[int, ...] = ()
    result_ats: tuple[datetime, ...] = ()
    trained_at: datetime | None = None
    wishes: Mapping[str, str] = field(default_factory=dict)
    wished_at: datetime | None = None
    postings: tuple[Posting, ...] = ()
    passed: bool | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0
    handed_over_at: datetime | None = None
    handed_over_seq: int = 0

    @property
    def last_result_seq(self) -> int:
        """The entry of the newest training result that stands; 0 without one."""
        return self.result_seqs[-1] if self.result_seqs else 0


def _state(file: Candidacy, fact: Fact) -> Service:
    return file.state(fact.step, Service)


def _appointed(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(
        _state(file, fact),
        appointed_at=fact.on,
        appointed_seq=fact.seq,
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
    state = replace(
        state,
        results=(*state.results, found),
        result_seqs=(*state.result_seqs, fact.seq),
        result_ats=(*state.result_ats, fact.on),
        last_result_at=fact.on,
    )
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
        run=read.text(fact.body, "run"),
        assigned_at=fact.on,
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
    state = replace(_state(file, fact), handed_over_at=fact.on, handed_over_seq=fact.seq)
    return file.with_state(fact.step, state)


def _hand_over_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(_state(file, fact), handed_over_at=None, handed_over_seq=0)
    return file.with_state(fact.step, state)


def _posting_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    """The posting the entry names is gone; the step is undecided again when it was the only one."""
    state, about = _state(file, fact), read.whole(fact.body, "about")
    state = replace(state, postings=tuple(one for one in state.postings if one.seq != about))
    if not state.postings:
        state = replace(state, passed=None, decided_at=None, decided_seq=0)
    return file.with_state(fact.step, state)


def _training_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    state = replace(
        state,
        results=state.results[:-1],
        result_seqs=state.result_seqs[:-1],
        result_ats=state.result_ats[:-1],
        last_result_at=fact.on,
        trained_at=None,
        passed=None,
        decided_at=None,
        decided_seq=0,
    )
    return file.with_state(fact.step, state)


def _appointment_reversed(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(fact.step, Service())


APPLY: Mapping[str, Apply] = {
    "service.appointed": _appointed,
    "service.training_found": _result,
    "service.training_decided": _trained,
    "service.preferences_ranked": _wished,
    "service.assigned": _posted,
    "service.handed_over": _handed_over,
    "service.hand_over_reversed": _hand_over_reversed,
    "service.posting_reversed": _posting_reversed,
    "service.training_reversed": _training_reversed,
    "service.appointment_reversed": _appointment_reversed,
}

KINDS: Mapping[str, str] = {
    "service.appointed": "The officer was appointed, with entry class and step.",
    "service.training_found": "The result of a training module was recorded.",
    "service.training_decided": "The training as a whole was decided.",
    "service.preferences_ranked": "The officer said which posts they wish for.",
    "service.assigned": "A posting was assigned.",
    "service.handed_over": "The file was handed over to personnel.",
    "service.hand_over_reversed": "The hand-over to personnel was taken back.",
    "service.posting_reversed": "A posting was taken back.",
    "service.training_reversed": "The newest training result was taken back.",
    "service.appointment_reversed": "The appointment was taken back.",
}

TOLD: Mapping[str, str] = {
    "service.appointed": "service.appointed",
    "service.training_found": "service.training_found",
    "service.training_decided": "service.training_decided",
    "service.assigned": "service.assigned",
    "service.hand_over_reversed": "service.hand_over_reversed",
    "service.posting_reversed": "service.posting_reversed",
    "service.training_reversed": "service.training_reversed",
    "service.appointment_reversed": "service.appointment_reversed",
}

DEADLINES: Mapping[str, str] = {}
