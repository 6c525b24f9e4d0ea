"""Use cases of a competition's life. Each is one decision in the competition's own file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.policy.edition import load_edition
from concours.policy.tracks import Tracks, track_ids
from concours.records.models import CandidacyStanding
from concours.selection import competition as rules
from concours.selection.authority import Actor
from concours.selection.competition import Calendar, Competition
from concours.selection.examination import sections_of
from concours.services.casefile import OpenFile, decide_on, record
from concours.services.examination.sessions import test_step
from concours.services.files import new_code
from concours.services.jobs import enqueue
from concours.services.refresh import refresh
from concours.services.rules.pages import DEFAULT_PROCESS, editions_of
from concours.services.standing_at import standing_at

TELL_AMENDED = "competition.tell_amended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A candidacy an amendment touches: which of the amended steps it has not begun."""

    file: str
    step: str
    furthest: int


def draft(actor: Actor, *, title: str, edition: str, calendar: Calendar, at: datetime) -> str:
    """Draft a competition from an edition; returns its file code."""
    if edition not in editions_of(DEFAULT_PROCESS):
        raise BadInput("no_such_edition", remedy="Choose an edition that ships.", field="edition")
    pinned = load_edition(DEFAULT_PROCESS, edition)
    code = new_code()
    drafts = rules.draft_competition(
        code,
        title=title,
        process=pinned.process,
        edition=pinned.edition,
        edition_digest=pinned.digest,
        calendar=calendar,
    )
    record(actor, "competition.draft", drafts, at=at)
    return code


def _decide(
    actor: Actor, code: str, action: str, command: object, *, at: datetime, seen: str | None
) -> OpenFile:
    def run(found: OpenFile):  # type: ignore[no-untyped-def]
        return command(found.state)  # type: ignore[operator]

    return decide_on(actor, "competition", code, action, run, at=at, seen=seen)


def tick(actor: Actor, code: str, *, item: str, done: bool, at: datetime, seen: str | None) -> None:
    """Tick or untick one item of the checklist. What stands for figures needs them first."""

    def command(found: Competition):  # type: ignore[no-untyped-def]
        if done:
            rules.require_set(found, item=item)
        return rules.tick(found, item=item, done=done)

    _decide(actor, code, "competition.draft", command, at=at, seen=seen)


def set_needs(
    actor: Actor, code: str, *, needs: Mapping[str, int], at: datetime, seen: str | None
) -> None:
    """Say how many officers each track needs. Every track of the edition must be named."""

    def command(found: Competition):  # type: ignore[no-untyped-def]
        tracks = tracks_of(found)
        if set(needs) != set(tracks):
            raise BadInput(
                "tracks_missing",
                remedy=f"Give a need for each of {', '.join(tracks)}.",
                field="needs",
            )
        return rules.set_needs(found, needs=needs)

    _decide(actor, code, "competition.set_cut", command, at=at, seen=seen)


def set_base_scale(
    actor: Actor,
    code: str,
    *,
    scale: Mapping[str, tuple[str, str]],
    at: datetime,
    seen: str | None,
) -> None:
    """Give mean and standard deviation of each section on the base scale. Every section
    answered by choice must be named."""

    def command(found: Competition):  # type: ignore[no-untyped-def]
        sections = scaled_sections(found)
        if set(scale) != set(sections):
            raise BadInput(
                "sections_missing",
                remedy=f"Give mean and standard deviation for each of {', '.join(sections)}.",
                field="scale",
            )
        return rules.set_base_scale(found, scale=scale)

    _decide(actor, code, "competition.draft", command, at=at, seen=seen)


def scaled_sections(found: Competition) -> tuple[str, ...]:
    """The sections of the competition's test that have a base scale: those answered by choice."""
    edition = load_edition(found.process, found.edition)
    sections = sections_of(edition, test_step(edition))
    return tuple(name for name, about in sections.items() if about.answer == "choice")


def set_cut(
    actor: Actor, code: str, *, step: str, track: str, cut: str, at: datetime, seen: str | None
) -> None:
    """Set one track's cut at one step, before its results are known."""
    _decide(
        actor,
        code,
        "competition.set_cut",
        lambda c: rules.set_cut(c, step=step, track=track, cut=cut),
        at=at,
        seen=seen,
    )


def submit(actor: Actor, code: str, *, at: datetime, seen: str | None) -> None:
    """Ask for approval once the checklist is complete."""
    _decide(actor, code, "competition.submit", rules.submit_competition, at=at, seen=seen)


def approve(actor: Actor, code: str, *, approved: bool, at: datetime, seen: str | None) -> None:
    """Approve what another has drafted, or send it back."""
    _decide(
        actor,
        code,
        "competition.approve",
        lambda c: rules.approve_competition(c, by=actor.code, approved=approved),
        at=at,
        seen=seen,
    )


def publish(actor: Actor, code: str, *, at: datetime, seen: str | None) -> None:
    """Open the competition to the public."""
    _decide(actor, code, "competition.publish", rules.publish_competition, at=at, seen=seen)


def affected_by(code: str, *, steps: tuple[str, ...], edition: str) -> tuple[Affected, ...]:
    """The open candidacies that have begun none of these steps: those an amendment touches."""
    order = [plan.id for plan in load_edition(DEFAULT_PROCESS, edition).steps]
    first = min((order.index(s) + 1 for s in steps if s in order), default=len(order) + 1)
    rows = CandidacyStanding.objects.filter(
        competition=code, closed_on__isnull=True, furthest__lt=first
    ).order_by("file")
    return tuple(
        Affected(file=file, step=step, furthest=furthest)
        for file, step, furthest in rows.values_list("file", "step", "furthest")
    )


@transaction.atomic
def amend(
    actor: Actor,
    code: str,
    *,
    edition: str,
    steps: tuple[str, ...],
    from_on: datetime,
    at: datetime,
    seen: str | None,
) -> tuple[Affected, ...]:
    """Change the edition for steps not yet begun; returns the candidacies it touches, whom the
    worker tells by letter."""
    if edition not in editions_of(DEFAULT_PROCESS):
        raise BadInput("no_such_edition", remedy="Choose an edition that ships.", field="edition")
    new = load_edition(DEFAULT_PROCESS, edition)
    touched = affected_by(code, steps=steps, edition=edition)
    found = _decide(
        actor,
        code,
        "competition.amend",
        lambda c: rules.amend_competition(
            c,
            edition=new.edition,
            edition_digest=new.digest,
            steps=steps,
            from_on=from_on,
            affected=len(touched),
        ),
        at=at,
        seen=seen,
    )
    refresh([a.file for a in touched])
    told = {"competition": code, "seq": found.state.amendments[-1].seq, "at": instant_text(at)}
    enqueue(TELL_AMENDED, told, asked_by=actor.code)
    return touched


def close(actor: Actor, code: str, *, at: datetime, seen: str | None) -> None:
    """Take no new applications; candidacies in flight go on."""
    _decide(actor, code, "competition.close", rules.close_competition, at=at, seen=seen)


def archive(actor: Actor, code: str, *, at: datetime, seen: str | None) -> None:
    """Put the competition away once no candidacy of it is open."""
    still = standing_at(at).filter(competition=code, closed_on__isnull=True).count()
    _decide(
        actor,
        code,
        "competition.archive",
        lambda c: rules.archive_competition(c, still_open=still),
        at=at,
        seen=seen,
    )


def tracks_of(found: Competition) -> tuple[str, ...]:
    """The tracks of the competition's edition, in its order."""
    edition = load_edition(found.process, found.edition)
    return tuple(track_ids(edition.value("application.tracks", Tracks)))
