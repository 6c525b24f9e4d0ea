"""What the entries of the narratives step say, folded: submitted, allocated, rated, decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from concours.kernel.errors import BadInput
from concours.kernel.period import instant
from concours.ledger.draft import Fact
from concours.selection.application import Appeal
from concours.selection.candidacy import Apply, Candidacy
from concours.selection.result_appeal import decided, lodged


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome in force, its numbers as exact text, and the entry that made it."""

    outcome: str
    seq: int
    at: datetime
    rule: str = ""
    score: str = ""
    cut: str = ""
    rank: int = 0
    of: int = 0
    need: int = 0
    themes: Mapping[str, str] = field(default_factory=dict)
    adjustment: str = ""
    run: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narratives:
    """The state of the step. ``awaits`` is who acts next once rated: "chair" or "results"."""

    submitted_at: datetime | None = None
    submitted_seq: int = 0
    characters: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    extended_to: datetime | None = None
    panel: str = ""
    allocated_at: datetime | None = None
    rated_at: datetime | None = None
    awaits: str = ""
    settled_at: datetime | None = None
    decision: Decision | None = None
    appeal: Appeal | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the step was passed; None while it is not decided."""
        return None if self.decision is None else self.decision.outcome == "passed"

    @property
    def decided_seq(self) -> int:
        """The entry of the outcome in force; 0 while there is none."""
        return 0 if self.decision is None else self.decision.seq


def _on(change: Callable[[Narratives, Fact], Narratives]) -> Apply:
    def apply(file: Candidacy, fact: Fact) -> Candidacy:
        return file.with_state(fact.step, change(file.state(fact.step, Narratives), fact))

    return apply


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return instant(text)
    except BadInput:
        return None


def _submitted(now: Narratives, fact: Fact) -> Narratives:
    themes: Any = fact.body.get("themes", {})
    return replace(
        now,
        submitted_at=fact.on,
        submitted_seq=fact.seq,
        characters={str(t): int(found.get("characters", 0)) for t, found in themes.items()},
        digests={str(t): str(found.get("digest", "")) for t, found in themes.items()},
    )


def _extended(now: Narratives, fact: Fact) -> Narratives:
    until = _instant(fact.body.get("until")) or now.extended_to
    lapsed = now.decision is not None and now.decision.outcome == "not_submitted"
    return replace(now, extended_to=until, decision=None if lapsed else now.decision)


def _allocated(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, panel=str(fact.body.get("panel", "")), allocated_at=fact.on)


def _rated(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, rated_at=fact.on, awaits=str(fact.body.get("awaits", "results")))


def _settled(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, settled_at=fact.on, awaits="results")


def _decision(fact: Fact, before: Decision | None) -> Decision:
    body: Mapping[str, Any] = fact.body
    themes: Mapping[str, Any] = body.get("themes", before.themes if before else {})
    return Decision(
        outcome=str(body.get("outcome", "")),
        seq=fact.seq,
        at=fact.on,
        rule=str(body.get("rule", "")),
        score=str(body.get("score", before.score if before else "")),
        cut=str(body.get("cut", before.cut if before else "")),
        rank=int(body.get("rank", before.rank if before else 0)),
        of=int(body.get("of", before.of if before else 0)),
        need=int(body.get("need", before.need if before else 0)),
        themes={str(theme): str(score) for theme, score in themes.items()},
        adjustment=str(body.get("adjustment", before.adjustment if before else "")),
        run=str(body.get("run", "")),
        ground=str(body.get("ground", "")),
    )


def _decided(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, decision=_decision(fact, None))


def _reversed(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, decision=_decision(fact, now.decision))


def _appealed(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, appeal=lodged(fact))


def _appeal_decided(now: Narratives, fact: Fact) -> Narratives:
    return replace(now, appeal=decided(fact, now.appeal))


APPLY: Mapping[str, Apply] = {
    "narratives.submitted": _on(_submitted),
    "narratives.deadline_extended": _on(_extended),
    "narratives.deadline_checked": _on(_decided),
    "narratives.allocated": _on(_allocated),
    "narratives.rated": _on(_rated),
    "narratives.settled": _on(_settled),
    "narratives.decided": _on(_decided),
    "narratives.reversed": _on(_reversed),
    "narratives_appeal.lodged": _on(_appealed),
    "narratives_appeal.decided": _on(_appeal_decided),
}

KINDS: Mapping[str, str] = {
    "narratives.submitted": "The narratives were submitted and locked.",
    "narratives.deadline_extended": "A later deadline for the narratives was granted.",
    "narratives.deadline_checked": "The deadline for the narratives was checked when it came.",
    "narratives.allocated": "The file was given to the readers of a panel.",
    "narratives.rated": "Every reader had locked a sheet; the ratings entered the panel's record together.",
    "narratives.settled": "The chair settled the themes on which the readers disagreed.",
    "narratives.decided": "The panel's result was decided by the cut of the track.",
    "narratives.reversed": "The panel's result was decided again.",
    "narratives_appeal.lodged": "The candidate appealed against the panel's result.",
    "narratives_appeal.decided": "The appeal against the panel's result was decided.",
}

TOLD: Mapping[str, str] = {
    "narratives.deadline_extended": "narratives.deadline_extended",
    "narratives.deadline_checked": "narratives.deadline_checked",
    "narratives.decided": "narratives.decided",
    "narratives.reversed": "narratives.reversed",
    "narratives_appeal.decided": "narratives_appeal.decided",
}

DEADLINES: Mapping[str, str] = {}

HELD: Mapping[str, str] = {
    "narratives.rated": "narratives.decided",
    "narratives.settled": "narratives.decided",
}
