"""Answers beside the ordinary way: late ones and the decision on them, another machine, a hand-over file."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.ledger.draft import Draft, Fact, Json
from concours.policy.edition import Edition
from concours.selection.application import require_code
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Apply, Candidacy, require_open
from concours.selection.examination import Examination, whole
from concours.selection.opening import Opening

SWAP_REASONS = frozenset(
    {"machine_failed", "network_down", "power_cut", "accessibility", "moved_seat"}
)
DECIDE_LATE = "examination.decide_late"


def decide_late(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    take: bool,
    answers: str,
    reason: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Decide whether a sitting's late answers count. ``answers`` is the digest of what then counts.

    Once, and before the sitting is scored.
    """
    require_open(file)
    state = file.state(step, Examination)
    if state.late_answers != "waiting" or state.scores is not None:
        raise edition.refusal(
            f"{step}.late_answers",
            "no_late_answers",
            remedy="No late answers of this sitting wait for a decision.",
        )
    require_reason(reason, authority)
    body: dict[str, Json] = {
        "rule": f"{step}.late_answers",
        "outcome": "taken" if take else "refused",
        "late": state.late_count,
        "answers": answers,
        "reason": reason,
        "authority": authority,
    }
    return (Draft(file=file.file, step=step, kind="late_answers.decided", body=body),)


def swap_machine(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, reason: str, epoch: int
) -> tuple[Draft, ...]:
    """Let the candidate go on at another machine: what the old one still sends is not taken."""
    require_open(file)
    sitting = file.state(step, Examination).sitting
    if sitting is None or sitting.submitted_at is not None:
        raise edition.refusal(
            f"{step}.form", "no_sitting", remedy="The sitting of this candidate is not open."
        )
    require_code(reason, SWAP_REASONS, field="reason")
    body: dict[str, Json] = {"reason": reason, "epoch": epoch}
    return (Draft(file=file.file, step=step, kind="machine.swapped", body=body),)


def take_hand_over(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    blob: str,
    taken: int,
    late: int,
    answers: str,
) -> tuple[Draft, ...]:
    """Record a hand-over file: its digest, how many answers it brought, and the digest of all
    the sitting's answers after it. Not once the sitting has been scored."""
    require_open(file)
    state = file.state(step, Examination)
    if state.sitting is None:
        raise edition.refusal(
            f"{step}.form", "no_sitting", remedy="This candidate has not begun the sitting."
        )
    if state.scores is not None or state.late_answers in ("taken", "refused"):
        raise edition.refusal(
            f"{step}.late_answers",
            "decided_already",
            remedy="The late answers of this sitting have been decided on.",
        )
    if taken < 1:
        raise BadInput(
            "nothing_handed_over",
            remedy="The file brings no answer that is not held already or may be taken.",
        )
    body: dict[str, Json] = {
        "rule": f"{step}.late_answers",
        "file": blob,
        "taken": taken,
        "late": late,
        "answers": answers,
    }
    return (Draft(file=file.file, step=step, kind="answers.handed_over", body=body),)


def late_waits(file: Candidacy, *, step: str) -> bool:
    """Whether late answers wait for a decision: until it is made nothing rests on the answers."""
    return file.state(step, Examination).late_answers == "waiting"


def openings(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> tuple[Opening, ...]:
    """The decision on late answers, while it waits."""
    state = file.state(step, Examination)
    if not late_waits(file, step=step) or state.scores is not None or file.closed is not None:
        return ()
    return (
        Opening(
            command=DECIDE_LATE,
            action=DECIDE_LATE,
            step=step,
            owner="test_administrator",
            since=state.answers_at or at,
            awaited=False,
            due_on=None,
            lapse="",
        ),
    )


def _decided(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    outcome = str(fact.body.get("outcome", ""))
    return file.with_state(
        fact.step,
        replace(state, late_answers=outcome, answers=str(fact.body.get("answers", state.answers))),
    )


def _handed_over(file: Candidacy, fact: Fact) -> Candidacy:
    state = file.state(fact.step, Examination)
    if state.answers:  # submitted already: what was submitted is told by the newer digest
        answers = str(fact.body.get("answers", state.answers))
        state = replace(state, answers=answers, late_answers="waiting")
    return file.with_state(fact.step, replace(state, late_count=whole(fact.body, "late")))


def _unchanged(file: Candidacy, fact: Fact) -> Candidacy:
    return file


APPLY: Mapping[str, Apply] = {
    "late_answers.decided": _decided,
    "answers.handed_over": _handed_over,
    "machine.swapped": _unchanged,
}

KINDS: Mapping[str, str] = {
    "late_answers.decided": "It was decided whether the late answers count.",
    "answers.handed_over": "Answers were taken in from a hand-over file.",
    "machine.swapped": "The candidate went on at another machine.",
}
