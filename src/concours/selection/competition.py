"""A competition's own life: drafted from an edition, approved by another, published, closed.

One competition is one test window. It pins one edition for all its candidates.
What it chooses inside the rules (dates, cuts by need, base scale, seeds) are
entries in its file; nothing is edited. `competition_folds` reads them back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json

CHECKLIST = ("calendar", "needs", "base_scale", "centres", "templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The dates of one window: registration, first and last day of the test."""

    window: str
    registration_opens: date
    seats_from: date
    test_starts: date
    test_ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A change of edition in mid-flight, for candidacies whose named steps have not begun."""

    edition: str
    edition_digest: str
    from_on: datetime
    steps: tuple[str, ...]
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """The folded competition file. ``status`` is one of the names in STATUSES."""

    file: str
    seq: int = 0
    title: str = ""
    process: str = ""
    edition: str = ""
    edition_digest: str = ""
    status: str = "none"
    drafted_by: str = ""
    drafted_at: datetime | None = None
    approved_by: str = ""
    calendar: Calendar | None = None
    base_scale: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    needs: Mapping[str, int] = field(default_factory=dict)
    cuts: Mapping[str, str] = field(default_factory=dict)
    runs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()
    checked: frozenset[str] = frozenset()
    settings: Mapping[str, Json] = field(default_factory=dict)
    key_changes: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


STATUSES = ("none", "drafted", "submitted", "approved", "published", "closed", "archived")
LIVE = frozenset({"published", "closed"})


def _require_status(competition: Competition, *allowed: str) -> None:
    if competition.status not in allowed:
        raise RuleRefused(
            "wrong_competition_status",
            remedy=f"This needs a competition that is {' or '.join(allowed)}; it is {competition.status}.",
            numbers={"status": competition.status},
        )


def draft_competition(
    file: str, *, title: str, process: str, edition: str, edition_digest: str, calendar: Calendar
) -> tuple[Draft, ...]:
    """Start a competition from an edition, with its calendar."""
    if not (
        calendar.registration_opens
        <= calendar.seats_from
        <= calendar.test_starts
        <= calendar.test_ends
    ):
        raise BadInput(
            "dates_out_of_order",
            remedy="Registration opens first, then seats, then the test starts, then it ends.",
            field="calendar",
        )
    body = {
        "title": title,
        "process": process,
        "edition": edition,
        "edition_digest": edition_digest,
    }
    return (
        Draft(file=file, step="", kind="competition.drafted", body=body),
        set_calendar(file, calendar),
    )


def set_calendar(file: str, calendar: Calendar) -> Draft:
    """The entry that gives the window its dates."""
    return Draft(
        file=file,
        step="",
        kind="competition.calendar_set",
        body={
            "window": calendar.window,
            "registration_opens": calendar.registration_opens.isoformat(),
            "seats_from": calendar.seats_from.isoformat(),
            "test_starts": calendar.test_starts.isoformat(),
            "test_ends": calendar.test_ends.isoformat(),
        },
    )


def set_base_scale(
    competition: Competition, *, scale: Mapping[str, tuple[str, str]]
) -> tuple[Draft, ...]:
    """Give mean and standard deviation of each section on the base scale, as exact text."""
    _require_status(competition, "drafted", "submitted", "approved", "published", "closed")
    body: dict[str, Json] = {k: {"mean": m, "sd": s} for k, (m, s) in sorted(scale.items())}
    return (
        Draft(file=competition.file, step="", kind="competition.scale_set", body={"scale": body}),
    )


def set_needs(competition: Competition, *, needs: Mapping[str, int]) -> tuple[Draft, ...]:
    """Say how many officers each track needs; cuts by need follow from it before results open."""
    _require_status(competition, "drafted", "submitted", "approved", "published", "closed")
    if any(n < 0 for n in needs.values()):
        raise BadInput("negative_need", remedy="A need is zero or more.", field="needs")
    body: dict[str, Json] = dict(sorted(needs.items()))
    return (
        Draft(file=competition.file, step="", kind="competition.needs_set", body={"needs": body}),
    )


def set_cut(competition: Competition, *, step: str, track: str, cut: str) -> tuple[Draft, ...]:
    """Set one track's cut before results open. ``cut`` is exact text ("4.5" or a count "40")."""
    _require_status(competition, "published", "closed")
    key = f"{step}.{track}"
    if any(run.get("step") == step and run.get("closed") for run in competition.runs.values()):
        raise RuleRefused(
            "results_known",
            remedy="A cut is set before results are known; this step's results are.",
            numbers={"step": step},
        )
    return (
        Draft(
            file=competition.file,
            step=step,
            kind="competition.cut_set",
            body={"key": key, "track": track, "cut": cut},
        ),
    )


def tick(competition: Competition, *, item: str, done: bool) -> tuple[Draft, ...]:
    """Tick one item of the checklist before the competition may be submitted."""
    _require_status(competition, "drafted")
    if item not in CHECKLIST:
        raise BadInput(
            "no_such_item", remedy=f"The checklist has {', '.join(CHECKLIST)}.", field="item"
        )
    return (
        Draft(
            file=competition.file,
            step="",
            kind="competition.item_checked",
            body={"item": item, "done": done},
        ),
    )


def require_set(competition: Competition, *, item: str) -> None:
    """Refuse to tick an item that stands for figures which nobody has given yet."""
    figures = {"needs": competition.needs, "base_scale": competition.base_scale}
    if item in figures and not figures[item]:
        raise RuleRefused(
            "not_set_yet", remedy="Set it first, then tick it.", numbers={"item": item}
        )


def submit_competition(competition: Competition) -> tuple[Draft, ...]:
    """Ask for approval. Refused while the checklist is not complete."""
    _require_status(competition, "drafted")
    missing = [item for item in CHECKLIST if item not in competition.checked]
    if missing:
        raise RuleRefused(
            "checklist_incomplete",
            remedy=f"Complete the checklist first: {', '.join(missing)}.",
            numbers={"missing": str(len(missing))},
        )
    return (Draft(file=competition.file, step="", kind="competition.submitted", body={}),)


def approve_competition(competition: Competition, *, by: str, approved: bool) -> tuple[Draft, ...]:
    """Approve, or send back to its drafter. Nobody approves what they drafted."""
    _require_status(competition, "submitted")
    if by == competition.drafted_by:
        raise RuleRefused(
            "same_person", remedy="A second person approves what the first has drafted."
        )
    return (
        Draft(
            file=competition.file,
            step="",
            kind="competition.approval_found",
            body={"approved": approved},
        ),
    )


def publish_competition(competition: Competition) -> tuple[Draft, ...]:
    """Open the competition to the public; its edition is pinned from here to the end."""
    _require_status(competition, "approved")
    return (Draft(file=competition.file, step="", kind="competition.published", body={}),)


def amend_competition(
    competition: Competition,
    *,
    edition: str,
    edition_digest: str,
    steps: tuple[str, ...],
    from_on: datetime,
    affected: int,
) -> tuple[Draft, ...]:
    """Change the edition for steps not yet begun; ``affected`` candidacies are told."""
    _require_status(competition, "published", "closed")
    body: dict[str, Json] = {
        "edition": edition,
        "edition_digest": edition_digest,
        "steps": list(steps),
        "affected": affected,
    }
    return (
        Draft(file=competition.file, step="", kind="competition.amended", body=body, on=from_on),
    )


def close_competition(competition: Competition) -> tuple[Draft, ...]:
    """No new applications; candidacies in flight go on."""
    _require_status(competition, "published")
    return (Draft(file=competition.file, step="", kind="competition.closed", body={}),)


def archive_competition(competition: Competition, *, still_open: int) -> tuple[Draft, ...]:
    """Put the competition away once no candidacy of it is open."""
    _require_status(competition, "closed")
    if still_open:
        raise RuleRefused(
            "files_still_open",
            remedy="Every candidacy must have ended before the competition is archived.",
            numbers={"open": str(still_open)},
        )
    return (Draft(file=competition.file, step="", kind="competition.archived", body={}),)


def open_run(
    competition: Competition, *, run: str, step: str, rule: str, inputs: str, count: int, table: str
) -> Draft:
    """A decision over many: the one entry that says what is decided, from which inputs."""
    body: dict[str, Json] = {
        "run": run,
        "rule": rule,
        "inputs": inputs,
        "count": count,
        "table": table,
    }
    return Draft(file=competition.file, step=step, kind="competition.run_opened", body=body)


def close_run(competition: Competition, *, run: str, step: str) -> Draft:
    """The entry after which the run's results may be shown and told."""
    return Draft(file=competition.file, step=step, kind="competition.run_closed", body={"run": run})


def edition_for(competition: Competition, *, begun: frozenset[str]) -> tuple[str, str]:
    """The edition (name, digest) that binds a candidacy whose ``begun`` steps have started.

    The latest amendment whose steps have all not begun applies; else the pinned one.
    """
    for amendment in reversed(competition.amendments):
        if not begun.intersection(amendment.steps):
            return amendment.edition, amendment.edition_digest
    return competition.edition, competition.edition_digest
