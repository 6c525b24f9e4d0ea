"""Narratives: written on the published themes, locked on submission, read blind by a panel.

This module holds the candidate's side and what may happen next; the panel's
side is in narratives_panel.py and the results in narratives_result.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.catalogue import Catalogue, codes, title_of
from concours.policy.deadline import Deadline, lapses_at
from concours.policy.edition import Edition
from concours.policy.relation_bar import RelationBar, bars
from concours.policy.target import Target, meant_by
from concours.policy.text_length import TextLength, characters
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.grounds import require_true_ground, upheld_appeals
from concours.selection.narratives_state import (
    APPLY,
    DEADLINES,
    HELD,
    KINDS,
    TOLD,
    Narratives,
)
from concours.selection.opening import Opening
from concours.selection.reached import arrival, require_reached
from concours.selection.result_appeal import appeal_openings
from concours.selection.reversal import committed, require_authority
from concours.selection.step_kind import StepKind, StepView

CHECK_DEADLINE = "narratives.check_deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """One narrative as submitted: its text, a digest that commits to it, and who vouches for it.

    ``digest`` and ``verifier_digest`` are salted SHA-256 texts made by the caller;
    only they enter the ledger, never the words.
    """

    theme: str
    text: str
    digest: str
    relation: str
    verifier_digest: str


def deadline_of(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """The instant at which it is too late to submit; the later of rule and extension."""
    reached = arrival(file, edition, step=step)
    granted = file.state(step, Narratives).extended_to
    if reached is None:
        return granted
    due = reached.due_on
    if due is None:
        rule = edition.value(f"{step}.deadline", Deadline)
        due = lapses_at(rule, told_at=reached.at, zone=edition.zone)
    return due if granted is None else max(due, granted)


def judge_narratives(
    edition: Edition, *, step: str, narratives: Sequence[Narrative]
) -> tuple[RuleRefused, ...]:
    """Everything that keeps these narratives from being submitted, theme by theme, each with its rule."""
    themes = edition.value(f"{step}.themes", Catalogue)
    length = edition.value(f"{step}.length", TextLength)
    barred = edition.value(f"{step}.verifier", RelationBar)
    given = {n.theme: n for n in narratives}
    found: list[RuleRefused] = []
    for theme in codes(themes):
        title = title_of(themes, theme)
        narrative = given.get(theme)
        count = characters(narrative.text) if narrative else 0
        if narrative is None or count == 0:
            found.append(
                edition.refusal(
                    f"{step}.themes",
                    "narrative_missing",
                    remedy=f"Write the narrative on {title}.",
                    field=theme,
                )
            )
            continue
        if count > length.maximum:
            found.append(
                edition.refusal(
                    f"{step}.length",
                    "narrative_too_long",
                    remedy=f"Shorten the narrative on {title} by {count - length.maximum} characters.",
                    field=theme,
                    found=str(count),
                    bound=str(length.maximum),
                )
            )
        if not narrative.relation or bars(barred, narrative.relation):
            found.append(
                edition.refusal(
                    f"{step}.verifier",
                    "verifier_barred" if narrative.relation else "verifier_missing",
                    remedy=f"Name somebody for {title} who saw it and is neither a relative nor works under you.",
                    field=f"{theme}_verifier",
                    relation=narrative.relation,
                )
            )
    return tuple(found)


def submit_narratives(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, narratives: Sequence[Narrative]
) -> tuple[Draft, ...]:
    """Lock the narratives: one for each theme, each short enough and vouched for, in time."""
    require_open(file)
    require_reached(file, edition, step=step)
    if file.state(step, Narratives).submitted_at is not None:
        raise RuleRefused(
            "already_submitted", remedy="The narratives are locked; nothing more can be changed."
        )
    due = deadline_of(file, edition, step=step)
    if due is not None and at >= due:
        raise edition.refusal(
            f"{step}.deadline",
            "deadline_passed",
            remedy="The deadline has passed. Write to the registrar at once if something kept you from submitting.",
            due=instant_text(due),
            at=instant_text(at),
        )
    unknown = {n.theme for n in narratives} - set(codes(edition.value(f"{step}.themes", Catalogue)))
    if unknown or len({n.theme for n in narratives}) != len(narratives):
        raise BadInput(
            "no_such_theme", remedy="Send one narrative for each published theme.", field="theme"
        )
    wrong = judge_narratives(edition, step=step, narratives=narratives)
    if wrong:
        raise wrong[0]
    themes: Mapping[str, Json] = {
        n.theme: {
            "characters": characters(n.text),
            "digest": n.digest,
            "verifier": n.verifier_digest,
        }
        for n in sorted(narratives, key=lambda n: n.theme)
    }
    body: dict[str, Json] = {"themes": themes, "rule": f"{step}.length"}
    return (Draft(file=file.file, step=step, kind="narratives.submitted", body=body),)


def extend_deadline(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    until: datetime,
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Grant a later deadline, for a coded ground; it may also come after the deadline has passed."""
    require_authority(authority)
    require_open(file)
    require_reached(file, edition, step=step)
    require_true_ground(ground, upheld=bool(upheld_appeals(file)))
    if file.state(step, Narratives).submitted_at is not None:
        raise RuleRefused("already_submitted", remedy="The narratives have been submitted already.")
    due = deadline_of(file, edition, step=step)
    if until <= at or (due is not None and until <= due):
        raise BadInput(
            "not_an_extension",
            remedy="Give an instant later than now and than the deadline.",
            field="until",
        )
    body = {
        "until": instant_text(until),
        "ground": ground,
        "authority": authority,
        "rule": f"{step}.deadline",
    }
    return (Draft(file=file.file, step=step, kind="narratives.deadline_extended", body=body),)


def check_deadline(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """End a candidacy whose narratives did not come: in force from the deadline, whenever recorded."""
    require_open(file)
    due = deadline_of(file, edition, step=step)
    state = file.state(step, Narratives)
    if state.submitted_at is not None or state.decision is not None or due is None or at < due:
        raise RuleRefused("deadline_not_passed", remedy="Nothing has lapsed on this file.")
    body = {"outcome": "not_submitted", "due": instant_text(due), "rule": f"{step}.deadline"}
    return (
        Draft(file=file.file, step=step, kind="narratives.deadline_checked", body=body, on=due),
        close(file, step=step, reason="narratives_not_submitted", on=due),
    )


def _board(file: Candidacy, edition: Edition, step: str) -> tuple[str, str, str, datetime] | None:
    """Command, action, owner and since-when of what the board owes on this file; None for nothing."""
    state = file.state(step, Narratives)
    if state.decision is not None:
        if state.decision.seq not in file.told:
            return ("notice.release", "notice.release", "system", state.decision.at)
        return None
    if state.submitted_at is None:
        return None
    if state.allocated_at is None:
        return (f"{step}.allocate", "narratives.allocate", "scheduler", state.submitted_at)
    if state.rated_at is None:
        return (f"{step}.rate", "narratives.rate", "panellist", state.allocated_at)
    if state.awaits == "chair":
        return (f"{step}.adjudicate", "narratives.adjudicate", "chair", state.rated_at)
    return (f"{step}.decide", "narratives.decide", "registrar", state.settled_at or state.rated_at)


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """Every command legal now in this step, with who owns it and by when."""
    reached = arrival(file, edition, step=step)
    state = file.state(step, Narratives)
    if reached is None:
        return ()
    reversal = Opening(
        command=f"{step}.reverse",
        action="narratives.reverse",
        step=step,
        owner="appeals_officer",
        since=state.decision.at if state.decision else reached.at,
    )
    if file.closed is not None:
        if state.decision is None or file.closed.step != step:
            return ()
        if state.decision.outcome == "not_submitted":
            return (
                replace(reversal, command=f"{step}.admit_late", action="narratives.admit_late"),
            )
        failed = state.decision.outcome == "failed"
        appeals = appeal_openings(
            file, edition, step=step, kind="narratives", at=at, state=state, failed=failed
        )
        return (reversal, *appeals)
    if state.decision is None and state.submitted_at is None:
        return _candidate_openings(file, edition, step=step, at=at, since=reached.at)
    owed = _board(file, edition, step)
    undoable = state.decision is not None and not committed(file, edition)
    found: list[Opening] = [reversal] if undoable else []
    if owed is not None:
        command, action, owner, since = owed
        target = edition.value(f"{step}.target", Target)
        due = meant_by(target, since=since, zone=edition.zone)
        found.append(
            Opening(
                command=command,
                action=action,
                step=step,
                owner=owner,
                since=since,
                awaited=True,
                due_on=due,
            )
        )
    return tuple(found)


def _candidate_openings(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, since: datetime
) -> tuple[Opening, ...]:
    due = deadline_of(file, edition, step=step)
    extend = Opening(
        command=f"{step}.extend",
        action="narratives.extend",
        step=step,
        owner="registrar",
        since=since,
    )
    if due is not None and at >= due:
        lapse = Opening(
            command=f"{step}.check_deadline",
            action="narratives.check_deadline",
            step=step,
            owner="system",
            since=due,
            awaited=True,
            due_on=due,
            lapse=CHECK_DEADLINE,
        )
        return (lapse, extend)
    submit = Opening(
        command=f"{step}.submit",
        action="narratives.submit",
        step=step,
        owner="candidate",
        since=since,
        awaited=True,
        due_on=due,
        lapse=CHECK_DEADLINE,
    )
    return (submit, extend)


def summary(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> StepView:
    """How the step stands, for the road."""
    reached = arrival(file, edition, step=step)
    state = file.state(step, Narratives)
    if state.decision is not None:
        status = "passed" if state.passed else "failed"
        return StepView(status=status, since=state.decision.at, outcome=state.decision.outcome)
    if reached is None:
        return StepView(status="not_started")
    if file.closed is not None:
        return StepView(status="closed", since=file.closed.on)
    waiting = [o for o in openings(file, edition, step=step, at=at) if o.awaited]
    status = "your_turn" if state.submitted_at is None else "board"
    first = waiting[0]
    return StepView(status=status, since=first.since, owner=first.owner, due_on=first.due_on)


def _lapse(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """What the worker does when the deadline has come."""
    return check_deadline(file, edition, step=step, at=at)


KIND = StepKind(
    name="narratives",
    apply=APPLY,
    words=KINDS,
    told=TOLD,
    deadlines=DEADLINES,
    openings=openings,
    summary=summary,
    lapses={CHECK_DEADLINE: _lapse},
    held=HELD,
)
