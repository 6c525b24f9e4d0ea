"""A panel's file: who reads whose file, conflicts, sheets locked together, what was settled after.

A panel serves one track of one competition (narratives) or one group of one
day (oral assessment). Members are account codes. A sheet is kept outside until
the last independent one is locked; then all enter this chain in one act, so
that nobody rates with another's numbers before their eyes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.edition import Edition
from concours.policy.relation_bar import RelationBar, bars
from concours.selection.candidacy import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One rater's independent ratings of one file; ``reasons`` is a commitment to their words."""

    rater: str
    ratings: Mapping[str, int]
    reasons: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was decided after the independent ratings, by the chair or in integration."""

    ratings: Mapping[str, int]
    by: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The folded panel file. ``part`` is "" for a whole file, or an exercise's code.

    ``barred`` holds (member, candidacy) pairs; ``readers`` (those who rate),
    ``entered`` and ``settled`` are keyed (candidacy, part).
    """

    file: str
    seq: int = 0
    competition: str = ""
    step: str = ""
    track: str = ""
    members: tuple[str, ...] = ()
    chair: str = ""
    formed_at: datetime | None = None
    barred: frozenset[tuple[str, str]] = frozenset()
    readers: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    entered: Mapping[tuple[str, str], tuple[Sheet, ...]] = field(default_factory=dict)
    settled: Mapping[tuple[str, str], Settled] = field(default_factory=dict)


def form_panel(
    file: str, *, competition: str, step: str, track: str, members: Sequence[str], chair: str
) -> tuple[Draft, ...]:
    """Form a panel. Raises BadInput when a member stands twice or the chair is also a reader."""
    if len(set(members)) != len(members) or not members:
        raise BadInput("member_stands_twice", remedy="Name each member once.", field="members")
    if chair in members:
        raise BadInput(
            "chair_reads",
            remedy="The chair settles disagreements and does not rate.",
            field="chair",
        )
    body: dict[str, Json] = {
        "competition": competition,
        "track": track,
        "members": sorted(members),
        "chair": chair,
    }
    return (Draft(file=file, step=step, kind="panel.formed", body=body),)


def declare_conflict(
    panel: Panel, edition: Edition, *, member: str, candidacy: str, relation: str, source: str
) -> tuple[Draft, ...]:
    """Record that a member must not rate a file: ``source`` is "declared" or "computed".

    Refused once the member's sheet has entered the chain (recusal after rating
    is the appeal's business: run the panel again without the member).
    """
    if member not in panel.members and member != panel.chair:
        raise BadInput("not_a_member", remedy="Name a member of this panel.", field="member")
    rule_id = f"{panel.step}.conflict"
    if not bars(edition.value(rule_id, RelationBar), relation):
        raise edition.refusal(
            rule_id,
            "relation_is_no_bar",
            remedy="This tie does not keep a reader from a file. Choose one the rule names.",
            field="relation",
            relation=relation,
        )
    rated = (s.rater for key, found in panel.entered.items() if key[0] == candidacy for s in found)
    if member in rated:
        raise RuleRefused(
            "already_rated",
            remedy="The ratings have been entered. Ask the appeals officer to run the panel again without you.",
        )
    body: dict[str, Json] = {
        "member": member,
        "candidacy": candidacy,
        "relation": relation,
        "source": source,
        "rule": rule_id,
    }
    return (Draft(file=panel.file, step=panel.step, kind="panel.conflict_found", body=body),)


def replace_reader(
    panel: Panel, *, candidacy: str, out: str, into: str, reason: str, part: str = ""
) -> tuple[Draft, ...]:
    """Put another member in a reader's place on one file, before the ratings have entered."""
    readers = panel.readers.get((candidacy, part), ())
    if out not in readers:
        raise BadInput("not_a_reader", remedy="Name a reader of this file.", field="out")
    if into not in panel.members or into in readers:
        raise BadInput(
            "cannot_take_over",
            remedy="Name a member who does not read this file yet.",
            field="into",
        )
    require_unbarred(panel, member=into, candidacy=candidacy)
    if (candidacy, part) in panel.entered:
        raise RuleRefused(
            "already_rated", remedy="The ratings of this file have been entered already."
        )
    body: dict[str, Json] = {
        "candidacy": candidacy,
        "part": part,
        "out": out,
        "into": into,
        "reason": reason,
    }
    return (Draft(file=panel.file, step=panel.step, kind="panel.reader_replaced", body=body),)


def require_unbarred(panel: Panel, *, member: str, candidacy: str) -> None:
    """Refuse a member who stands in a conflict with the file."""
    if (member, candidacy) in panel.barred:
        raise RuleRefused(
            "conflict_of_interest",
            remedy="This member stands in a conflict with the file and may not rate or decide it.",
            field="member",
            rule=f"{panel.step}.conflict",
        )


def require_reader(panel: Panel, *, member: str, candidacy: str, part: str = "") -> None:
    """Refuse anybody but a reader of this file, in the words used for a file that does not exist."""
    readers = panel.readers.get((candidacy, part), ())
    if member not in readers or (member, candidacy) in panel.barred:
        raise NotPermitted("not_your_file", remedy="There is no such file on your list.")


def sheets_draft(panel: Panel, *, candidacy: str, part: str, sheets: Sequence[Sheet]) -> Draft:
    """The one entry by which all independent sheets of a file (or exercise) enter the chain.

    Raises RuleRefused unless exactly the readers assigned have each locked one sheet.
    """
    if (candidacy, part) in panel.entered:
        raise RuleRefused("already_rated", remedy="These ratings have been entered already.")
    raters = sorted(sheet.rater for sheet in sheets)
    readers = sorted(panel.readers.get((candidacy, part), ()))
    if not readers or raters != readers:
        raise RuleRefused(
            "sheets_outstanding",
            remedy="Ratings enter the record when every reader has locked one sheet.",
            numbers={"locked": str(len(raters)), "readers": str(len(readers))},
        )
    for rater in raters:
        require_unbarred(panel, member=rater, candidacy=candidacy)
    table: list[Json] = [
        {
            "rater": sheet.rater,
            "ratings": dict(sorted(sheet.ratings.items())),
            "reasons": sheet.reasons,
        }
        for sheet in sorted(sheets, key=lambda s: s.rater)
    ]
    body: dict[str, Json] = {"candidacy": candidacy, "part": part, "sheets": table}
    return Draft(file=panel.file, step=panel.step, kind="panel.sheets_entered", body=body)


def settled_draft(
    panel: Panel, *, candidacy: str, part: str, ratings: Mapping[str, int], by: str, reasons: str
) -> Draft:
    """The entry of what the chair or the integration session decided, beside the sheets."""
    body: dict[str, Json] = {
        "candidacy": candidacy,
        "part": part,
        "ratings": dict(sorted(ratings.items())),
        "by": by,
        "reasons": reasons,
    }
    return Draft(file=panel.file, step=panel.step, kind="panel.settled", body=body)


def ratings_of(
    panel: Panel, *, candidacy: str, part: str = "", without: frozenset[str] = frozenset()
) -> Mapping[str, tuple[int, ...]]:
    """Independent ratings by theme or dimension, readers in order of code, some left out."""
    sheets = [s for s in panel.entered.get((candidacy, part), ()) if s.rater not in without]
    items = sorted({item for sheet in sheets for item in sheet.ratings})
    return {
        item: tuple(sheet.ratings[item] for sheet in sheets if item in sheet.ratings)
        for item in items
    }


ApplyPanel = Callable[[Panel, Fact], Panel]


def _formed(panel: Panel, fact: Fact) -> Panel:
    members: Any = fact.body.get("members", [])
    return replace(
        panel,
        competition=str(fact.body.get("competition", "")),
        step=fact.step,
        track=str(fact.body.get("track", "")),
        members=tuple(str(m) for m in members),
        chair=str(fact.body.get("chair", "")),
        formed_at=fact.on,
    )


def _joined(panel: Panel, fact: Fact) -> Panel:
    member = fact.body.get("member")
    if not isinstance(member, str) or member in panel.members:
        return panel
    return replace(panel, members=tuple(sorted((*panel.members, member))))


def _conflict(panel: Panel, fact: Fact) -> Panel:
    pair = (str(fact.body.get("member", "")), str(fact.body.get("candidacy", "")))
    return replace(panel, barred=panel.barred | {pair})


def _assigned(panel: Panel, fact: Fact) -> Panel:
    files: Any = fact.body.get("files", {})
    part = str(fact.body.get("part", ""))
    readers = {(str(code), part): tuple(str(r) for r in found) for code, found in files.items()}
    return replace(panel, readers={**panel.readers, **readers})


def _replaced(panel: Panel, fact: Fact) -> Panel:
    key = (str(fact.body.get("candidacy", "")), str(fact.body.get("part", "")))
    out, into = fact.body.get("out"), str(fact.body.get("into", ""))
    readers = tuple(sorted(into if r == out else r for r in panel.readers.get(key, ())))
    return replace(panel, readers={**panel.readers, key: readers})


def _whole(ratings: Any) -> dict[str, int]:
    return {str(item): int(rating) for item, rating in ratings.items()}


def _entered(panel: Panel, fact: Fact) -> Panel:
    key = (str(fact.body.get("candidacy", "")), str(fact.body.get("part", "")))
    rows: Any = fact.body.get("sheets", [])
    sheets = tuple(
        Sheet(rater=row["rater"], ratings=_whole(row["ratings"]), reasons=row.get("reasons", ""))
        for row in rows
    )
    return replace(panel, entered={**panel.entered, key: sheets})


def _settled(panel: Panel, fact: Fact) -> Panel:
    key = (str(fact.body.get("candidacy", "")), str(fact.body.get("part", "")))
    found = Settled(
        ratings=_whole(fact.body.get("ratings", {})),
        by=str(fact.body.get("by", "")),
        seq=fact.seq,
        at=fact.on,
    )
    return replace(panel, settled={**panel.settled, key: found})


def _dissolved(panel: Panel, fact: Fact) -> Panel:
    kept = {key: readers for key, readers in panel.readers.items() if key in panel.entered}
    return replace(panel, readers=kept)


APPLY: Mapping[str, ApplyPanel] = {
    "panel.formed": _formed,
    "panel.member_joined": _joined,
    "panel.conflict_found": _conflict,
    "panel.files_assigned": _assigned,
    "panel.reader_replaced": _replaced,
    "panel.sheets_entered": _entered,
    "panel.settled": _settled,
    "panel.dissolved": _dissolved,
}

KINDS: Mapping[str, str] = {
    "panel.formed": "A panel was formed, with its members and its chair.",
    "panel.member_joined": "A member joined the panel.",
    "panel.conflict_found": "A member was found to stand in a conflict with a file.",
    "panel.files_assigned": "Files were assigned to their readers.",
    "panel.reader_replaced": "Another member took a reader's place on a file.",
    "panel.sheets_entered": "The independent ratings of a file were entered together.",
    "panel.settled": "Ratings were settled after the independent ones, by the chair or in integration.",
    "panel.dissolved": "The panel gave back what it had not rated.",
    "panel.run_again": "A panel's ratings were computed again without one member.",
}


def fold_panel(
    facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
) -> Panel:
    """Replay a panel's file as known at one instant and in force at another."""
    panel = Panel(file="")
    for fact in in_force(facts, known_at=known_at, on=on):
        apply = APPLY.get(fact.kind)
        panel = apply(panel, fact) if apply else panel
        panel = replace(panel, file=fact.file, seq=fact.seq)
    return panel


def dissolve_panel(panel: Panel, *, reason: str) -> tuple[Draft, ...]:
    """Take back from a panel what it has not rated, for instance when a day is planned again."""
    body = {"reason": reason}
    return (Draft(file=panel.file, step=panel.step, kind="panel.dissolved", body=body),)


def join_panel(panel: Panel, *, member: str) -> tuple[Draft, ...]:
    """Add a member, for instance a reserve who takes over files."""
    if member in panel.members or member == panel.chair:
        raise BadInput(
            "already_a_member", remedy="This person serves on the panel.", field="member"
        )
    body = {"member": member}
    return (Draft(file=panel.file, step=panel.step, kind="panel.member_joined", body=body),)
