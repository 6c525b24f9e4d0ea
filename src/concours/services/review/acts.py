"""What is done about a final review: one function a decision, one transaction each."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.policy.code_list import CodeList, require_codes
from concours.records import personal
from concours.records.models import CandidacyStanding, PanelReading, ReviewSheet
from concours.selection import review
from concours.selection.authority import Actor
from concours.selection.review_state import Review, Vote
from concours.services import compartments
from concours.services.case import Case, decide

COLUMN = "review_sheet.content"


def step_of(case: Case) -> str:
    """The id of the process's review step."""
    return next(plan.id for plan in case.edition.steps if plan.kind == "review")


def state_of(case: Case) -> Review:
    """The folded review."""
    return case.candidacy.state(step_of(case), Review)


def turn_of(state: Review) -> int:
    """A number for the present round of voting: it changes with each recusal, reply and new panel."""
    return int(state.turn_at.timestamp() * 1_000_000) if state.turn_at is not None else 0


def assessors_of(person: str) -> frozenset[str]:
    """Everybody who assessed this person orally, in any of their candidacies."""
    files = CandidacyStanding.objects.filter(person=person).values_list("file", flat=True)
    rows = PanelReading.objects.filter(candidacy__in=list(files), step="assessment")
    return frozenset(rows.values_list("member", flat=True))


def open_review(
    actor: Actor, code: str, *, members: tuple[str, ...], at: datetime, seen: str | None = None
) -> Case:
    """Open the review with its panel; assessors of the person and an earlier panel are barred."""

    def command(case: Case) -> Sequence[Draft]:
        return review.open_review(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            members=members,
            assessors=assessors_of(case.candidacy.person),
        )

    return decide(actor, code, "review.open", command, at=at, seen=seen)


def take_oath(actor: Actor, code: str, *, at: datetime, seen: str | None = None) -> Case:
    """Sign the oath as a member of this file's panel."""

    def command(case: Case) -> Sequence[Draft]:
        return review.take_oath(
            case.candidacy, case.edition, step=step_of(case), at=at, member=actor.code
        )

    return decide(actor, code, "review.vote", command, at=at, seen=seen)


def recuse(
    actor: Actor, code: str, *, ground: str, at: datetime, member: str = "", seen: str | None = None
) -> Case:
    """Stand back from this file; sheets of the round are void."""

    def command(case: Case) -> Sequence[Draft]:
        return review.recuse(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            member=member or actor.code,
            ground=ground,
        )

    return decide(actor, code, "review.recuse", command, at=at, seen=seen)


def replace_member(
    actor: Actor, code: str, *, out: str, into: str, at: datetime, seen: str | None = None
) -> Case:
    """Put somebody in the place of a member who stood back."""

    def command(case: Case) -> Sequence[Draft]:
        return review.replace_member(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            out=out,
            into=into,
            assessors=assessors_of(case.candidacy.person),
        )

    return decide(actor, code, "review.open", command, at=at, seen=seen)


def vote(
    actor: Actor,
    code: str,
    *,
    suitable: bool,
    factors: Sequence[str],
    reasons: str,
    at: datetime,
    seen: str | None = None,
) -> bool:
    """Lock one's own sheet. The last sheet puts the votes together; returns whether it did.

    Until then nobody, not the other members either, can read a locked sheet.
    """
    done = False

    def command(case: Case) -> Sequence[Draft]:
        nonlocal done
        step = step_of(case)
        state = review.require_voting(case.candidacy, case.edition, step=step, member=actor.code)
        named = require_codes(
            case.edition.value(f"{step}.factors", CodeList), codes=factors, field="factors"
        )
        if suitable == bool(named):
            raise BadInput(
                "factors_do_not_fit_the_vote",
                remedy="A vote for unsuitable names its factors; a vote for suitable names none.",
                field="factors",
            )
        _lock_sheet(case, actor, state, suitable, named, reasons, at)
        sheets = _sheets(case, state)
        done = {sheet["member"] for sheet in sheets} >= set(state.members)
        if not done:
            return ()
        commitment = hashlib.sha256(canonical({"sheets": sheets}).encode()).hexdigest()
        votes = [
            Vote(member=s["member"], suitable=s["suitable"], factors=tuple(s["factors"]))
            for s in sheets
        ]
        return review.record_votes(
            case.candidacy, case.edition, step=step, at=at, votes=votes, commitment=commitment
        )

    decide(actor, code, "review.vote", command, at=at, seen=seen)
    return done


def _lock_sheet(
    case: Case,
    actor: Actor,
    state: Review,
    suitable: bool,
    factors: Sequence[str],
    reasons: str,
    at: datetime,
) -> None:
    person = case.candidacy.person
    if ReviewSheet.objects.filter(file=case.code, turn=turn_of(state), member=actor.code).exists():
        raise RuleRefused("vote_locked", remedy="Your vote of this round is locked.")
    text = json.dumps(
        {"member": actor.code, "suitable": suitable, "factors": list(factors), "reasons": reasons},
        sort_keys=True,
        ensure_ascii=False,
    )
    ReviewSheet.objects.create(
        person=person,
        file=case.code,
        round=state.round,
        turn=turn_of(state),
        member=actor.code,
        content=personal.seal_text(person, COLUMN, text, compartment="review"),
        locked_at=at,
    )


def _sheets(case: Case, state: Review) -> list[dict]:  # type: ignore[type-arg]
    rows = list(
        ReviewSheet.objects.filter(
            file=case.code, turn=turn_of(state), member__in=state.seated
        ).order_by("member")
    )
    texts = personal.open_many(
        COLUMN, [(row.person, row.content) for row in rows], compartment="review"
    )
    return [json.loads(text) for text in texts]


def reply(actor: Actor, code: str, *, text: str, at: datetime, seen: str | None = None) -> Case:
    """The candidate's reply to the notice of intent."""

    def command(case: Case) -> Sequence[Draft]:
        commitment = _keep(case, actor, "reply", at, text=text)
        return review.reply(
            case.candidacy, case.edition, step=step_of(case), at=at, commitment=commitment
        )

    return decide(actor, code, "review.reply", command, at=at, seen=seen)


def appeal(actor: Actor, code: str, *, grounds: str, at: datetime, seen: str | None = None) -> Case:
    """The candidate's appeal against the decision."""

    def command(case: Case) -> Sequence[Draft]:
        commitment = _keep(case, actor, "appeal", at, grounds=grounds)
        return review.appeal(
            case.as_shown(), case.edition, step=step_of(case), at=at, commitment=commitment
        )

    return decide(actor, code, "review.appeal", command, at=at, seen=seen)


def decide_appeal(
    actor: Actor, code: str, *, outcome: str, reasons: str, at: datetime, seen: str | None = None
) -> Case:
    """Decide the appeal."""

    def command(case: Case) -> Sequence[Draft]:
        commitment = _keep(case, actor, "appeal_decision", at, outcome=outcome, reasons=reasons)
        return review.decide_appeal(
            case.candidacy,
            case.edition,
            step=step_of(case),
            at=at,
            by=actor.code,
            outcome=outcome,
            commitment=commitment,
        )

    return decide(actor, code, "review.decide_appeal", command, at=at, seen=seen)


def _keep(case: Case, actor: Actor, kind: str, at: datetime, **content: object) -> str:
    return compartments.keep(
        person=case.candidacy.person,
        file=case.code,
        step=step_of(case),
        compartment="review",
        kind=kind,
        content=content,
        by=actor.code,
        at=at,
    )
