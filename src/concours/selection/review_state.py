"""The final review as a value: its panel, oaths, votes, notice of intent, decision and appeal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from concours.ledger.draft import Body, Fact
from concours.selection import body as read
from concours.selection.candidacy import Apply, Candidacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One member's vote; ``factors`` are those on which somebody is found unsuitable."""

    member: str
    suitable: bool
    factors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The step's state. ``round`` is 1 before the candidate is heard and 2 after.

    ``sat`` is everybody who was ever on a panel of this file, also one set aside
    or one they stood back from: none of them looks at the file a second time.
    """

    opened_at: datetime | None = None
    members: tuple[str, ...] = ()
    oaths: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    round: int = 1
    turn_at: datetime | None = None
    votes: tuple[Vote, ...] = ()
    intent_seq: int = 0
    intent_at: datetime | None = None
    replied_at: datetime | None = None
    heard: bool = False
    passed: bool | None = None
    decided_at: datetime | None = None
    decided_seq: int = 0
    appeal: str = ""
    appeal_at: datetime | None = None
    sat: frozenset[str] = frozenset()

    @property
    def seated(self) -> tuple[str, ...]:
        """The members who may vote: not recused."""
        return tuple(member for member in self.members if member not in self.recused)


def _state(file: Candidacy, fact: Fact) -> Review:
    return file.state(fact.step, Review)


def _opened(file: Candidacy, fact: Fact) -> Candidacy:
    before, members = _state(file, fact), read.texts(fact.body, "members")
    state = Review(
        opened_at=before.opened_at or fact.on,
        members=members,
        sat=before.sat | frozenset(members),
        turn_at=fact.on,
        appeal=before.appeal,
        appeal_at=before.appeal_at,
    )
    return file.with_state(fact.step, state)


def _oath(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    sworn = state.oaths | {read.text(fact.body, "member")}
    return file.with_state(fact.step, replace(state, oaths=sworn))


def _recused(file: Candidacy, fact: Fact) -> Candidacy:
    """A recusal after voting voids the vote: the round is open again."""
    state = _state(file, fact)
    state = replace(
        state,
        recused=state.recused | {read.text(fact.body, "member")},
        votes=(),
        turn_at=fact.on,
    )
    if state.round == 1:
        state = replace(state, intent_seq=0, intent_at=None)
    return file.with_state(fact.step, state)


def _replaced(file: Candidacy, fact: Fact) -> Candidacy:
    state = _state(file, fact)
    out, into = read.text(fact.body, "out"), read.text(fact.body, "into")
    members = tuple(into if member == out else member for member in state.members)
    state = replace(
        state,
        members=members,
        sat=state.sat | {into},
        recused=state.recused - {out},
        oaths=state.oaths - {out},
        turn_at=fact.on,
    )
    return file.with_state(fact.step, state)


def _vote(row: Body) -> Vote:
    return Vote(
        member=read.text(row, "member"),
        suitable=row.get("suitable") is True,
        factors=read.texts(row, "factors"),
    )


def _voted(file: Candidacy, fact: Fact) -> Candidacy:
    votes = tuple(_vote(row) for row in read.rows(fact.body, "votes"))
    return file.with_state(fact.step, replace(_state(file, fact), votes=votes))


def _intent(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(_state(file, fact), intent_seq=fact.seq, intent_at=fact.on, turn_at=fact.on)
    return file.with_state(fact.step, state)


def _replied(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(
        _state(file, fact),
        replied_at=fact.on if fact.kind == "review.replied" else None,
        heard=True,
        round=2,
        votes=(),
        turn_at=fact.on,
    )
    return file.with_state(fact.step, state)


def _decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = replace(
        _state(file, fact),
        passed=read.text(fact.body, "outcome") == "suitable",
        decided_at=fact.on,
        decided_seq=fact.seq,
    )
    return file.with_state(fact.step, state)


def _appealed(file: Candidacy, fact: Fact) -> Candidacy:
    return file.with_state(
        fact.step, replace(_state(file, fact), appeal="lodged", appeal_at=fact.on)
    )


def _appeal(file: Candidacy, fact: Fact) -> Candidacy:
    state, outcome = _state(file, fact), read.text(fact.body, "outcome")
    state = replace(state, appeal=outcome, appeal_at=fact.on)
    if outcome == "reversed":
        state = replace(state, passed=True, decided_at=fact.on, decided_seq=fact.seq)
    if outcome == "new_panel":
        state = Review(appeal=outcome, appeal_at=fact.on, sat=state.sat)
    return file.with_state(fact.step, state)


def _set_aside(file: Candidacy, fact: Fact) -> Candidacy:
    """As if no panel had sat; the next one is of others."""
    return file.with_state(fact.step, Review(sat=_state(file, fact).sat))


APPLY: Mapping[str, Apply] = {
    "review.opened": _opened,
    "review.oath_taken": _oath,
    "review.recused": _recused,
    "review.member_replaced": _replaced,
    "review.voted": _voted,
    "review.intent_found": _intent,
    "review.replied": _replied,
    "review.reply_lapsed": _replied,
    "review.decided": _decided,
    "review.appealed": _appealed,
    "review.appeal_decided": _appeal,
    "review.reversed": _set_aside,
}

KINDS: Mapping[str, str] = {
    "review.opened": "The final review was opened with its panel.",
    "review.oath_taken": "A member of the panel signed the oath.",
    "review.recused": "A member of the panel stood back; a vote already taken is void.",
    "review.member_replaced": "A member of the panel was replaced.",
    "review.voted": "The members voted, each alone, and the votes were put together.",
    "review.intent_found": "The panel gave notice of what it means to decide.",
    "review.replied": "The candidate replied to the notice.",
    "review.reply_lapsed": "The time to reply to the notice passed.",
    "review.decided": "The final review was decided.",
    "review.appealed": "The decision of the final review was appealed.",
    "review.appeal_decided": "The appeal against the final review was decided.",
    "review.reversed": "The final review was set aside; a panel of others reads the file again.",
}

TOLD: Mapping[str, str] = {
    "review.intent_found": "review.intent_found",
    "review.decided": "review.decided",
    "review.appeal_decided": "review.appeal_decided",
    "review.reversed": "review.reversed",
}

#: Who sits and how each voted: the board's own; the candidate gets the outcome and its factors.
WITHHELD = frozenset(
    {
        "review.opened",
        "review.oath_taken",
        "review.recused",
        "review.member_replaced",
        "review.voted",
    }
)

DEADLINES: Mapping[str, str] = {
    "review.intent_found": "review.notice",
    "review.decided": "review.appeal",
}
