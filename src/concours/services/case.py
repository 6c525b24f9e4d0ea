"""A candidacy's file opened for an actor, and decisions made on it.

Loading is the permission check: what may not be opened is answered like what is
not there. A decision runs a pure command on the folded file, appends what it
returns, replaces the standing rows and queues the notices, in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, transaction

from concours.kernel.errors import NotPermitted, OutOfDate, RuleRefused
from concours.ledger.draft import Draft, Fact
from concours.ledger.entry import Head, Sealed
from concours.policy.edition import Edition
from concours.records.ledger_store import (
    Moved,
    Read,
    append,
    lock_heads,
    read_file,
    read_files,
    require_atomic,
)
from concours.selection.authority import HOLDERS, SYSTEM, Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.come_due import come_due, passed
from concours.selection.competition import Competition
from concours.selection.fold import as_told, fold_candidacy
from concours.services.competitions import binding_edition, read_competition
from concours.services.files import unknown_file
from concours.services.refresh import refresh
from concours.services.telling import tell_of

ATTEMPTS = 6
"""How often a decision is made again when an unrelated one came between."""

TOLD_KIND = "candidacy.told"
OWN_ROLES = frozenset({"candidate", "public"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A candidacy's file, opened for one reader.

    ``facts`` is the whole file, for commands; ``visible`` what this reader may be
    shown: a candidate nothing from the first decision not yet told, nobody what
    an unfinished run has decided. ``version`` is the token a page carries.
    ``relies_on`` may be filled with other files' sequence numbers a command
    reads; the decision is made again when one of them has moved.
    """

    candidacy: Candidacy
    edition: Edition
    competition: Competition
    facts: tuple[Fact, ...]
    visible: tuple[Fact, ...]
    version: str
    role: str
    digests: tuple[str, ...] = ()
    relies_on: dict[str, int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The candidacy's file code."""
        return self.candidacy.file

    @property
    def head(self) -> Head:
        """Where the file's chain stood when it was read; for whoever holds its lock since then."""
        if not self.digests:
            return Head(file=self.code)
        return Head(
            file=self.code,
            seq=self.candidacy.seq,
            digest=self.digests[-1],
            at=self.candidacy.last_at,
        )

    def as_shown(self) -> Candidacy:
        """The candidacy folded from what this reader may be shown."""
        if len(self.visible) == len(self.facts):
            return self.candidacy
        return fold_candidacy(self.visible)


Command = Callable[[Case], Sequence[Draft]]


def open_candidacy(
    actor: Actor, code: str, action: str, *, at: datetime, lock: bool = False
) -> Case:
    """Open a candidacy for an action.

    Candidates open their own files only; staff those whose action their role
    holds. ``lock`` is for callers that decide by other means than `decide`: it
    makes them wait for whoever is appending to the file.

    Raises NotPermitted, with one answer for a file that is not there, is not a
    candidacy, or is somebody else's.
    """
    require(actor, action)
    if lock:
        require_atomic()
        lock_heads([code])
    return _case_of(actor, action, read_file(code), {})


def open_group(wanted: Mapping[str, Actor], action: str) -> dict[str, "Case | NotPermitted"]:
    """Open many candidacies at once, each for its own actor, in the caller's transaction.

    The same check as for one; who may not open a file gets the same answer, here as a value.
    The heads are locked in file order: what is decided next stands on what was read.
    """
    require_atomic()
    lock_heads(wanted)
    reads = read_files(list(wanted))
    competitions: dict[str, Competition] = {}
    found: dict[str, Case | NotPermitted] = {}
    for code, actor in wanted.items():
        try:
            require(actor, action)
            found[code] = _case_of(actor, action, reads.get(code, ()), competitions)
        except NotPermitted as refusal:
            found[code] = refusal
    return found


def _case_of(
    actor: Actor, action: str, reads: Sequence[Read], competitions: dict[str, Competition]
) -> Case:
    """The case of these entries; ``competitions`` keeps those already read."""
    facts = tuple(read.fact for read in reads)
    candidacy = fold_candidacy(facts)
    if candidacy.opened_at is None:
        raise unknown_file()
    role = role_on(actor, action, person=candidacy.person)
    competition = competitions.get(candidacy.competition)
    if competition is None:
        competition = read_competition(candidacy.competition)
        competitions[candidacy.competition] = competition
    digests = tuple(read.digest for read in reads)
    visible = shown_to(role, facts, competition)
    return Case(
        candidacy=candidacy,
        edition=binding_edition(competition, candidacy),
        competition=competition,
        facts=facts,
        visible=visible,
        version=_version(visible, digests),
        role=role,
        digests=digests,
    )


def role_on(actor: Actor, action: str, *, person: str) -> str:
    """The role under which the actor takes the action on this person's file.

    Nobody is staff on their own file. Raises the answer for an unknown file when
    only a candidate's role holds the action and the file is not the actor's own.
    """
    held = actor.roles & HOLDERS[action]
    if actor.person and actor.person == person:
        if "candidate" in held:
            return "candidate"
        raise NotPermitted(
            "own_file", remedy="This is your own file: somebody else reads it and decides on it."
        )
    staff = sorted(held - OWN_ROLES)
    if not staff:
        raise unknown_file()
    return staff[0]


def shown_to(role: str, facts: tuple[Fact, ...], competition: Competition) -> tuple[Fact, ...]:
    """What a reader in this role may be shown of a file."""
    unfinished = {run for run, state in competition.runs.items() if not state.get("closed")}
    if unfinished:
        facts = tuple(f for f in facts if f.body.get("run") not in unfinished)
    return as_told(facts) if role == "candidate" else facts


def decide(
    actor: Actor,
    code: str,
    action: str,
    command: Command,
    *,
    at: datetime,
    seen: str | None = None,
    tell: bool = True,
    settle: bool = True,
) -> Case:
    """Run a command on a candidacy and record what it decides; returns the file after it.

    Dates that have come by ``at`` count first, recorded or not: what follows from
    them is written down before the command runs (``settle`` False: the command is
    itself what writes it), so a decision is the same with the worker off.

    The command may write rows of its own: they stand or fall with the entries.
    It is run again when an unrelated decision came between. ``seen`` is the
    version of the page the actor was looking at: OutOfDate is raised when an
    entry of the steps decided on has been added since. ``tell`` False leaves the
    telling to the caller (a run over many).

    Raises NotPermitted, RuleRefused, BadInput, OutOfDate; then nothing is written.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                # Overtaken once, it waits in line: under a rush nobody is turned away.
                shown = open_candidacy(actor, code, action, at=at, lock=attempt > 1)
                case = _settled(shown, actor, action, at=at) if settle else shown
                drafts = _commanded(command, case, shown)
                if seen is not None:
                    require_seen(shown, seen, drafts)
                if drafts:
                    record_decision(case, drafts, actor=actor.code, at=at, tell=tell)
                    return open_candidacy(actor, code, action, at=at)
                return case
        except (Moved, OperationalError) as clash:
            if attempt == ATTEMPTS or not is_race(clash):
                raise moved_on() from clash
    raise AssertionError("unreachable")


def _commanded(command: Command, case: Case, shown: Case) -> tuple[Draft, ...]:
    """What the command returns; where a date that has come stands against it, its own rule says so."""
    try:
        return tuple(command(case))
    except RuleRefused:
        if case is not shown:
            command(shown)
        raise


def _settled(case: Case, actor: Actor, action: str, *, at: datetime) -> Case:
    """The case after what follows from the dates that have come is written down.

    An act that became possible with the very date (a proctor's no-show) is left to the actor.
    """
    if any(
        o.action == action and o.since == o.due_on
        for o in passed(case.candidacy, case.edition, at=at)
    ):
        return case
    drafts = come_due(case.candidacy, case.edition, at=at)
    if not drafts:
        return case
    expected = {case.code: case.candidacy.seq}
    sealed = append(drafts, actor=SYSTEM.code, role="system", at=at, expected=expected)
    tell_of(sealed, at=at)
    refresh({entry.entry.file for entry in sealed})
    return open_candidacy(actor, case.code, action, at=at)


def record_decision(
    case: Case, drafts: Sequence[Draft], *, actor: str, at: datetime, tell: bool
) -> tuple[Sealed, ...]:
    """Append, tell and refresh, inside the caller's transaction."""
    expected = {case.code: case.candidacy.seq, **case.relies_on}
    sealed = append(drafts, actor=actor, role=case.role, at=at, expected=expected)
    if tell:
        tell_of(sealed, at=at)
    refresh({entry.entry.file for entry in sealed})
    return sealed


@transaction.atomic
def append_as_system(drafts: Sequence[Draft], *, at: datetime) -> tuple[Sealed, ...]:
    """Record what the system itself records (a file opened, a telling); rows follow at once."""
    sealed = append(drafts, actor=SYSTEM.code, role="system", at=at)
    refresh({entry.entry.file for entry in sealed})
    return sealed


def require_seen(case: Case, seen: str, drafts: Sequence[Draft]) -> None:
    """Refuse when an entry this decision depends on was added after what the page showed.

    Related are entries of the steps the drafts belong to, and those of the file as
    a whole (closed, re-opened, corrected); the telling of earlier entries is not.
    """
    if seen == case.version:
        return
    place = next((i for i, d in enumerate(case.digests) if d.startswith(seen) and seen), None)
    if place is None:
        raise moved_on()
    steps = {draft.step for draft in drafts} | {""}
    visible = {fact.seq for fact in case.visible}
    for fact in case.facts[place + 1 :]:
        if fact.seq in visible and fact.kind != TOLD_KIND and fact.step in steps:
            raise moved_on()


def _version(visible: Sequence[Fact], digests: Sequence[str]) -> str:
    """The first digits of the digest of the last entry shown: says nothing of its number."""
    return digests[visible[-1].seq - 1][:20] if visible else ""


def is_race(error: Exception) -> bool:
    """Whether trying again may help: another append came between, or a deadlock was broken."""
    if isinstance(error, Moved):
        return True
    cause = getattr(error.__cause__, "sqlstate", "")
    return cause in {"40P01", "40001"} or "locked" in str(error)


def moved_on() -> OutOfDate:
    return OutOfDate(
        "file_has_moved_on", remedy="This has moved on since the page was shown. Reload and decide."
    )
