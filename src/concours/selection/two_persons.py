"""Acts that nobody can undo: one person proposes, another confirms, and nothing happens before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft, Fact, Json
from concours.selection import body as read
from concours.selection.second_reader import require_no_part

DESTRUCTION = "record.destruction"
ERASURE = "person.erasure"
DONE: Mapping[str, str] = {DESTRUCTION: "record.body_destroyed", ERASURE: "person.erased"}
"""The kind of entry that says the act was done, by what was proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal that stands: for which entry (0: the person), by whom, why and under which order."""

    about: int
    by: str
    role: str
    at: datetime
    reason: str
    authority: str


def standing_proposals(facts: Iterable[Fact], act: str) -> Mapping[int, Proposal]:
    """The proposals of an act that were neither withdrawn nor carried out, by what they are about."""
    found: dict[int, Proposal] = {}
    for fact in facts:
        about = read.whole(fact.body, "about")
        if fact.kind == f"{act}_proposed":
            found[about] = Proposal(
                about=about,
                by=fact.actor,
                role=fact.role,
                at=fact.on,
                reason=read.text(fact.body, "reason"),
                authority=read.text(fact.body, "authority"),
            )
        elif fact.kind in (f"{act}_withdrawn", DONE[act]):
            found.pop(about, None)
    return found


def propose(
    file: str, facts: Iterable[Fact], act: str, *, about: int, reason: str, authority: str
) -> Draft:
    """Propose the act; the proposal stands until somebody else confirms it or it is withdrawn."""
    if about in standing_proposals(facts, act):
        raise RuleRefused(
            "already_proposed",
            remedy="A proposal stands already: somebody else confirms it, or it is withdrawn.",
        )
    body: dict[str, Json] = {"about": about, "reason": reason, "authority": authority}
    return Draft(file=file, step="", kind=f"{act}_proposed", body=body)


def withdraw(file: str, facts: Iterable[Fact], act: str, *, about: int) -> Draft:
    """Withdraw a proposal, by whoever made it or whoever might have confirmed it."""
    _standing(facts, act, about)
    return Draft(file=file, step="", kind=f"{act}_withdrawn", body={"about": about})


def confirm(file: str, facts: Iterable[Fact], act: str, *, about: int, by: str) -> Draft:
    """The entry of the act itself, on the reason and authority proposed; never by who proposed it."""
    found = _standing(facts, act, about)
    require_no_part(by, had_part={found.by})
    body: dict[str, Json] = {"reason": found.reason, "authority": found.authority}
    if about:
        body["about"] = about
    return Draft(file=file, step="", kind=DONE[act], body=body)


def _standing(facts: Iterable[Fact], act: str, about: int) -> Proposal:
    found = standing_proposals(facts, act).get(about)
    if found is None:
        raise RuleRefused(
            "nothing_proposed", remedy="Nothing is proposed, or it was withdrawn or done already."
        )
    return found
