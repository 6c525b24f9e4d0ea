"""Decisions of service taken back, the last first: hand-over, posting, training result, appointment."""

from collections.abc import Callable, Mapping
from datetime import datetime

from concours.kernel.errors import Refusal, RuleRefused
from concours.ledger.draft import Draft
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy
from concours.selection.class_plan import ClassPlan
from concours.selection.opening import Opening
from concours.selection.person import Person
from concours.selection.reversal import ended_by, reopened, reversing
from concours.selection.service import ENTERED, SEPARATED
from concours.selection.service_state import Posting, Service


def reverse_hand_over(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the hand-over to personnel back: the file opens again with its posting."""
    state = file.state(step, Service)
    if state.handed_over_at is None:
        raise _nothing(edition, f"{step}.retention")
    ended_by(file, step=step, reasons=(ENTERED,))
    found = reversing(
        file,
        step,
        "service.hand_over_reversed",
        about=state.handed_over_seq,
        reason=reason,
        authority=authority,
        rule=f"{step}.retention",
    )
    return (found, reopened(file, step, reason=reason))


def posting_of(state: Service, *, run: str = "") -> Posting | None:
    """The newest posting, or the newest of a run; None where there is none."""
    found = [one for one in state.postings if not run or one.run == run]
    return found[-1] if found else None


def reverse_posting(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    person: Person,
    reason: str,
    authority: str,
    run: str = "",
) -> tuple[Draft, ...]:
    """Take the newest posting back, or the one of ``run``; a tour abroad no longer counts.

    The officer waits for a post again when it was the only one.
    """
    state = file.state(step, Service)
    posting = posting_of(state, run=run)
    if posting is None:
        raise _nothing(edition, f"{step}.abroad")
    _require_not_handed_over(state, edition, step=step)
    ended_by(file, step=step, reasons=())
    found = reversing(
        file,
        step,
        "service.posting_reversed",
        about=posting.seq,
        reason=reason,
        authority=authority,
        rule=f"{step}.abroad",
        post=posting.post,
    )
    if not posting.abroad:
        return (found,)
    body = {"from": posting.start.isoformat(), "to": posting.end.isoformat()}
    freed = Draft(file=person.file, step="", kind="person.posting_reversed", body=body)
    return (found, freed)


def reverse_training(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, authority: str
) -> tuple[Draft, ...]:
    """Take the newest training result back; what the training as a whole came to falls with it.

    An officer whom that result separated is in training again.
    """
    state = file.state(step, Service)
    rule = f"{step}.training"
    if not state.results:
        raise _nothing(edition, rule)
    if state.postings:
        raise edition.refusal(
            rule, "posting_stands", remedy="A post is assigned: take the posting back first."
        )
    closed = ended_by(file, step=step, reasons=(SEPARATED,))
    module, result = state.results[-1]
    found = reversing(
        file,
        step,
        "service.training_reversed",
        about=state.last_result_seq,
        reason=reason,
        authority=authority,
        rule=rule,
        module=module,
        result=result,
    )
    return (found, reopened(file, step, reason=reason)) if closed else (found,)


def reverse_appointment(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    plan: ClassPlan,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Take the appointment back; the accepted place in the class stays until it is taken back too."""
    state = file.state(step, Service)
    rule = f"{step}.entry_class"
    if state.appointed_at is None:
        raise _nothing(edition, rule)
    _require_not_handed_over(state, edition, step=step)
    if state.results:
        raise edition.refusal(
            rule,
            "training_stands",
            remedy="Training results are recorded: take them back first, the newest first.",
        )
    if file.file in plan.sworn_in:
        raise edition.refusal(
            rule,
            "sworn_in",
            remedy="The officer was sworn in with the class: take the oath back there first.",
        )
    ended_by(file, step=step, reasons=())
    return (
        reversing(
            file,
            step,
            "service.appointment_reversed",
            about=state.appointed_seq,
            reason=reason,
            authority=authority,
            rule=rule,
            **{"class": state.class_file},
        ),
    )


def reversals(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """The reversals of this file that would not be refused now, as far as the file itself tells.

    Each says since when the decision it takes back is in force, not when the file last moved.
    Whether the officer was sworn in stands in the class's file: that is seen when it is tried.
    """
    state = file.state(step, Service)
    if state.appointed_at is None:
        return ()
    why = {"reason": "board_error", "authority": "board"}
    nobody, nothing = Person(file=file.person), ClassPlan(file=state.class_file)
    tries: Mapping[str, tuple[datetime | None, Callable[[], object]]] = {
        "reverse_hand_over": (
            state.handed_over_at,
            lambda: reverse_hand_over(file, edition, step=step, at=at, **why),
        ),
        "reverse_posting": (
            state.postings[-1].assigned_at if state.postings else None,
            lambda: reverse_posting(file, edition, step=step, at=at, person=nobody, **why),
        ),
        "reverse_training": (
            state.result_ats[-1] if state.result_ats else None,
            lambda: reverse_training(file, edition, step=step, at=at, **why),
        ),
        "reverse_appointment": (
            state.appointed_at,
            lambda: reverse_appointment(file, edition, step=step, at=at, plan=nothing, **why),
        ),
    }
    for name, (decided, attempt) in tries.items():
        try:
            attempt()
        except Refusal:
            continue
        return (
            Opening(
                command=f"service.{name}",
                action="service.reverse",
                step=step,
                owner="appeals_officer",
                since=decided or state.appointed_at,
            ),
        )
    return ()


def _require_not_handed_over(state: Service, edition: Edition, *, step: str) -> None:
    if state.handed_over_at is not None:
        raise edition.refusal(
            f"{step}.retention",
            "handed_over",
            remedy="The file was handed over to personnel: take the hand-over back first.",
        )


def _nothing(edition: Edition, rule: str) -> RuleRefused:
    return edition.refusal(
        rule, "nothing_to_reverse", remedy="There is no decision to take back, or it was before."
    )
