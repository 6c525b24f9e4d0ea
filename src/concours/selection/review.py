"""The final review: a panel that never assessed the person, votes alone, and hears them before a no.

The whole file is read except medical records. Reasons are kept by factor; the
members' written reasons stand in the review's table, an entry commits to them.
"""

from collections.abc import Sequence
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.code_list import CodeList, require_codes
from concours.policy.edition import Edition
from concours.policy.quorum import Quorum, carried
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.progress import due_since_told, require_all_before
from concours.selection.review_state import Review, Vote
from concours.selection.second_reader import require_no_part

UNSUITABLE = "review_unsuitable"
RECUSAL_GROUNDS = (
    "knows_candidate",
    "related",
    "former_colleague",
    "interest",
    "assessed",
    "absent",
)


def review_entry(file: Candidacy, step: str, kind: str, **body: Json) -> Draft:
    """One entry of this step: ``kind`` without its prefix, the rest is the body."""
    return Draft(file=file.file, step=step, kind=f"review.{kind}", body=body)


def _require_panel(file: Candidacy, *, step: str) -> Review:
    require_open(file)
    state = file.state(step, Review)
    if state.opened_at is None:
        raise RuleRefused(
            "review_not_open", remedy="The final review opens with its panel; it comes first."
        )
    if state.decided_at is not None:
        raise RuleRefused(
            "already_decided", remedy="The final review is decided; an appeal is possible."
        )
    return state


def _require_stranger(
    edition: Edition, *, step: str, members: Sequence[str], assessors: frozenset[str]
) -> None:
    """Refuse a member who assessed the same person, where the rule bars it."""
    rule = edition.value(f"{step}.panel", Quorum)
    known = sorted(set(members) & assessors)
    if rule.assessors_excluded and known:
        raise edition.refusal(
            f"{step}.panel",
            "member_assessed_this_person",
            remedy="Choose somebody who did not assess this person.",
            field="members",
            members=", ".join(known),
        )


def _require_new(state: Review, edition: Edition, *, step: str, members: Sequence[str]) -> None:
    """Refuse a member who sat on an earlier panel of this file, to the end or not."""
    again = sorted(set(members) & state.sat)
    if again:
        raise edition.refusal(
            f"{step}.panel",
            "member_sat_before",
            remedy="Choose somebody who was on no earlier panel of this file.",
            field="members",
            members=", ".join(again),
        )


def open_review(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    members: tuple[str, ...],
    assessors: frozenset[str],
) -> tuple[Draft, ...]:
    """Open the review with its panel. ``assessors`` are those who rated this person before."""
    require_open(file)
    require_all_before(file, edition, step=step)
    if file.state(step, Review).opened_at is not None:
        raise RuleRefused(
            "review_already_open", remedy="The review is open; replace members one by one."
        )
    rule = edition.value(f"{step}.panel", Quorum)
    if len(set(members)) != rule.members or len(members) != rule.members:
        raise edition.refusal(
            f"{step}.panel",
            "panel_of_wrong_size",
            remedy=f"Name {rule.members} different members.",
            field="members",
            members=str(len(set(members))),
            needed=str(rule.members),
        )
    _require_stranger(edition, step=step, members=members, assessors=assessors)
    _require_new(file.state(step, Review), edition, step=step, members=members)
    return (
        review_entry(
            file,
            step,
            "opened",
            rule=f"{step}.panel",
            members=list(members),
            withheld=rule.withheld,
        ),
    )


def take_oath(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, member: str
) -> tuple[Draft, ...]:
    """Sign the oath: without it nobody reads the file or votes."""
    state = _require_panel(file, step=step)
    if member not in state.seated:
        raise edition.refusal(
            f"{step}.panel", "not_on_this_panel", remedy="Only members of this panel sign."
        )
    if member in state.oaths:
        raise RuleRefused("oath_already_signed", remedy="The oath is signed.")
    return (review_entry(file, step, "oath_taken", rule=f"{step}.panel", member=member),)


def recuse(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, member: str, ground: str
) -> tuple[Draft, ...]:
    """Stand back, or be recorded as absent. After a vote this voids the vote of the round."""
    state = _require_panel(file, step=step)
    if member not in state.seated:
        raise edition.refusal(
            f"{step}.panel", "not_on_this_panel", remedy="Only members of this panel stand back."
        )
    if ground not in RECUSAL_GROUNDS:
        raise BadInput(
            "no_such_ground", remedy=f"Choose one of {', '.join(RECUSAL_GROUNDS)}.", field="ground"
        )
    voided = bool(state.votes)
    return (
        review_entry(
            file, step, "recused", rule=f"{step}.panel", member=member, ground=ground, voided=voided
        ),
    )


def replace_member(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    out: str,
    into: str,
    assessors: frozenset[str],
) -> tuple[Draft, ...]:
    """Put somebody in the place of a member who stood back; before anybody votes again."""
    state = _require_panel(file, step=step)
    if out not in state.recused:
        raise RuleRefused(
            "member_not_recused", remedy="Only a member who stood back or is absent is replaced."
        )
    if into in state.members:
        raise BadInput(
            "already_on_the_panel", remedy="Choose somebody who is not on the panel.", field="into"
        )
    _require_stranger(edition, step=step, members=(into,), assessors=assessors)
    _require_new(state, edition, step=step, members=(into,))
    return (review_entry(file, step, "member_replaced", rule=f"{step}.panel", out=out, into=into),)


def require_voting(file: Candidacy, edition: Edition, *, step: str, member: str) -> Review:
    """Refuse a vote from somebody who may not vote now: no oath, stood back, or not their turn."""
    state = _require_panel(file, step=step)
    if member not in state.seated:
        raise edition.refusal(
            f"{step}.panel", "not_on_this_panel", remedy="Only members of this panel vote."
        )
    if member not in state.oaths:
        raise edition.refusal(
            f"{step}.panel", "oath_not_signed", remedy="Sign the oath before you vote."
        )
    if len(state.seated) != len(state.members):
        raise edition.refusal(
            f"{step}.panel",
            "panel_incomplete",
            remedy="A member stood back; the replacement comes before the vote.",
        )
    if state.intent_at is not None and not state.heard:
        raise edition.refusal(
            f"{step}.notice",
            "candidate_not_heard",
            remedy="Wait for the reply, or for the last day of the notice.",
        )
    return state


def _require_sound(file: Candidacy, edition: Edition, *, step: str, votes: Sequence[Vote]) -> None:
    """Refuse votes of somebody who may not vote, two of one member, or factors that do not fit."""
    for vote in votes:
        require_voting(file, edition, step=step, member=vote.member)
    if len({vote.member for vote in votes}) != len(votes):
        raise BadInput("two_votes_of_one_member", remedy="Each member votes once.", field="votes")
    known = edition.value(f"{step}.factors", CodeList)
    for vote in votes:
        named = require_codes(known, codes=vote.factors, field="factors")
        if vote.suitable == bool(named):
            raise BadInput(
                "factors_do_not_fit_the_vote",
                remedy="A vote for unsuitable names its factors; a vote for suitable names none.",
                field="factors",
            )


def record_votes(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    votes: Sequence[Vote],
    commitment: str,
) -> tuple[Draft, ...]:
    """Put the members' votes together once the last of them is locked.

    Suitable passes the step. Unsuitable gives notice of intent the first time,
    and decides the second time, after the candidate was heard or kept silent.
    """
    state = _require_panel(file, step=step)
    _require_sound(file, edition, step=step, votes=votes)
    ordered = sorted(votes, key=lambda vote: vote.member)
    votes_for = sum(vote.suitable for vote in ordered)
    suitable = carried(
        edition.value(f"{step}.panel", Quorum),
        votes_for=votes_for,
        votes_against=len(ordered) - votes_for,
    )
    rows: list[Json] = [
        {"member": v.member, "suitable": v.suitable, "factors": sorted(v.factors)} for v in ordered
    ]
    voted = review_entry(
        file,
        step,
        "voted",
        rule=f"{step}.panel",
        round=state.round,
        votes=rows,
        commitment=commitment,
    )
    result: dict[str, Json] = {
        "rule": f"{step}.panel",
        "outcome": "suitable" if suitable else "unsuitable",
        "votes_for": votes_for,
        "votes_against": len(ordered) - votes_for,
        "factors": sorted({factor for vote in ordered for factor in vote.factors})
        if not suitable
        else [],
    }
    if suitable:
        return (review_entry(file, step, "decided", **result), voted)
    if state.round == 1:
        return (review_entry(file, step, "intent_found", **result), voted)
    return (
        review_entry(file, step, "decided", **result),
        voted,
        close(file, step=step, reason=UNSUITABLE),
    )


def reply_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """When it is too late to reply to the notice; None until it has been told."""
    state = file.state(step, Review)
    return due_since_told(file, edition, about=state.intent_seq, rule=f"{step}.notice")


def reply(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Reply to the notice of intent, once and in time; the panel then votes again."""
    state = _require_panel(file, step=step)
    if state.intent_at is None or state.heard:
        raise RuleRefused(
            "no_notice_to_answer", remedy="There is no notice that waits for a reply."
        )
    due = reply_due(file, edition, step=step)
    if due is None:
        raise RuleRefused("not_told_yet", remedy="The notice has not been told yet.")
    if at >= due:
        raise edition.refusal(
            f"{step}.notice",
            "reply_late",
            remedy="The last day for the reply has passed; the decision may be appealed.",
            due_on=instant_text(due),
        )
    return (review_entry(file, step, "replied", rule=f"{step}.notice", commitment=commitment),)


def lapse_reply(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, due_on: datetime
) -> tuple[Draft, ...]:
    """No reply came by the last day: the panel may vote again."""
    state = _require_panel(file, step=step)
    if state.intent_at is None or state.heard or at < due_on:
        return ()
    body: dict[str, Json] = {"rule": f"{step}.notice", "due_on": instant_text(due_on)}
    return (Draft(file=file.file, step=step, kind="review.reply_lapsed", body=body, on=due_on),)


def _require_refused(file: Candidacy, *, step: str) -> Review:
    if file.closed is None or file.closed.step != step or file.closed.reason != UNSUITABLE:
        raise RuleRefused(
            "nothing_to_appeal", remedy="No decision of the final review ended the candidacy."
        )
    return file.state(step, Review)


def appeal_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """When it is too late to appeal; None until the decision has been told."""
    state = file.state(step, Review)
    return due_since_told(file, edition, about=state.decided_seq, rule=f"{step}.appeal")


def appeal(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Appeal against the decision, once and in time."""
    state = _require_refused(file, step=step)
    if state.appeal:
        raise RuleRefused(
            "already_appealed", remedy="The appeal has been lodged; there is one only."
        )
    due = appeal_due(file, edition, step=step)
    if due is None:
        raise RuleRefused("not_told_yet", remedy="The decision has not been told yet.")
    if at >= due:
        raise edition.refusal(
            f"{step}.appeal",
            "appeal_late",
            remedy="The last day for the appeal has passed.",
            due_on=instant_text(due),
        )
    return (review_entry(file, step, "appealed", rule=f"{step}.appeal", commitment=commitment),)


APPEAL_OUTCOMES = ("dismissed", "reversed", "new_panel")


def decide_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    by: str,
    outcome: str,
    commitment: str,
) -> tuple[Draft, ...]:
    """Dismiss the appeal, find the candidate suitable, or send the file to a panel of others.

    ``by`` is who decides: never anybody who was on a panel of this file.
    """
    state = _require_refused(file, step=step)
    require_no_part(by, had_part=state.sat)
    if state.appeal != "lodged":
        raise RuleRefused("no_appeal_lodged", remedy="There is no appeal to decide.")
    if outcome not in APPEAL_OUTCOMES:
        raise BadInput(
            "no_such_outcome",
            remedy=f"Choose one of {', '.join(APPEAL_OUTCOMES)}.",
            field="outcome",
        )
    decision = review_entry(
        file, step, "appeal_decided", rule=f"{step}.appeal", outcome=outcome, commitment=commitment
    )
    if outcome == "dismissed":
        return (decision,)
    reopened = Draft(
        file=file.file, step=step, kind="candidacy.reopened", body={"reason": f"review_{outcome}"}
    )
    return (decision, reopened)
