"""Offers from the register: made in rank order, answered, lapsed, taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from concours.kernel.errors import RuleRefused
from concours.kernel.exact import text_of
from concours.kernel.period import day_of, instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.acceptance import Acceptance, closes_others
from concours.policy.declines import Declines, removes
from concours.policy.edition import Edition
from concours.selection.candidacy import Candidacy, close
from concours.selection.class_plan import ClassPlan, place_answered, place_offered
from concours.selection.person import Person
from concours.selection.progress import due_since_told
from concours.selection.register import (
    SECOND_DECLINE,
    Sibling,
    register_entry,
    require_placed,
)
from concours.selection.register_score import Ranked, score_on
from concours.selection.register_state import Register, callable_on
from concours.selection.reversal import require_authority, require_last

ACCEPTED_ELSEWHERE = "accepted_elsewhere"


def offer_due(file: Candidacy, edition: Edition, *, step: str) -> datetime | None:
    """When the open offer lapses; None without one, or until it has been told."""
    offer = file.state(step, Register).offer
    if offer is None:
        return None
    return due_since_told(file, edition, about=offer.seq, rule=f"{step}.offer_open")


def make_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, plan: ClassPlan, ranked: Ranked
) -> tuple[Draft, ...]:
    """Offer a place in a class to one candidate, at the rank the register gives today."""
    state = require_placed(file, edition, step=step, rule="offer_open")
    today = day_of(at, edition.zone)
    against = callable_on(state, day=today)
    if against:
        raise edition.refusal(
            f"{step}.offer_open",
            f"cannot_offer_{against}",
            remedy="This candidate cannot be offered a place today; take the next in rank.",
        )
    score = text_of(score_on(state, edition, step=step, on=today).total)
    body: dict[str, Json] = {
        "rule": f"{step}.offer_open",
        "class": plan.file,
        "rank": ranked.rank,
        "of": ranked.of,
        "score": score,
        "appointment": plan.appointment,
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else "",
    }
    return (
        register_entry(file, step, "offered", **body),
        place_offered(plan, candidacy=file.file, track=file.track, rank=ranked.rank, score=score),
    )


def require_offer(file: Candidacy, edition: Edition, *, step: str, at: datetime) -> Register:
    """The place with its open offer, while it may still be answered; refused without one or too late."""
    state = require_placed(file, edition, step=step, rule="offer_open")
    if state.offer is None:
        raise RuleRefused("no_open_offer", remedy="There is no offer to answer.")
    due = offer_due(file, edition, step=step)
    if due is not None and at >= due:
        raise edition.refusal(
            f"{step}.offer_open",
            "offer_lapsed",
            remedy="The last day to answer has passed; silence counts as a decline.",
            due_on=instant_text(due),
        )
    return state


def _starts(plan: ClassPlan) -> dict[str, str]:
    """When the class starts, so that whoever reads the file alone knows by when to appoint."""
    return {"starts_on": plan.starts_on.isoformat()} if plan.starts_on else {}


def accept_offer(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    plan: ClassPlan,
    person: Person,
    siblings: Sequence[Sibling],
) -> tuple[Draft, ...]:
    """Sign the offer. A career appointment closes the person's other open candidacies at once."""
    require_offer(file, edition, step=step, at=at)
    rule = edition.value(f"{step}.acceptance", Acceptance)
    closing = closes_others(rule, appointment=plan.appointment)
    others = [one for one in siblings if closing and one.file.closed is None]
    return (
        register_entry(
            file,
            step,
            "offer_answered",
            rule=f"{step}.acceptance",
            answer="accepted",
            appointment=plan.appointment,
            closes_others=closing,
            **_starts(plan),
            **{"class": plan.file},
        ),
        Draft(
            file=person.file, step="", kind="person.offer_accepted", body={"candidacy": file.file}
        ),
        place_answered(plan, candidacy=file.file, answer="accepted"),
        *(close(one.file, step=one.step, reason=ACCEPTED_ELSEWHERE) for one in others),
    )


def _declined(
    file: Candidacy,
    edition: Edition,
    state: Register,
    *,
    step: str,
    plan: ClassPlan,
    person: Person,
    answer: str,
    on: datetime | None,
) -> tuple[Draft, ...]:
    rule = edition.value(f"{step}.declines", Declines)
    gone = removes(rule, declined_before=state.declines)
    drafts = [
        register_entry(
            file,
            step,
            "offer_answered",
            rule=f"{step}.declines",
            answer=answer,
            declines=state.declines + 1,
            kept=rule.kept,
            **{"class": plan.file},
        ),
        Draft(
            file=person.file,
            step="",
            kind="person.offer_declined",
            body={"candidacy": file.file},
        ),
        place_answered(plan, candidacy=file.file, answer=answer),
    ]
    if gone:
        drafts.append(
            register_entry(file, step, "removed", rule=f"{step}.declines", reason="second_decline")
        )
        drafts.append(close(file, step=step, reason=SECOND_DECLINE))
    return tuple(replace(draft, on=on) for draft in drafts)


def decline_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, plan: ClassPlan, person: Person
) -> tuple[Draft, ...]:
    """Decline: the first keeps the place, the second removes it and ends the candidacy."""
    state = require_offer(file, edition, step=step, at=at)
    return _declined(
        file, edition, state, step=step, plan=plan, person=person, answer="declined", on=None
    )


def lapse_offer(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, plan: ClassPlan, person: Person
) -> tuple[Draft, ...]:
    """No answer by the last day: a decline, in force from the instant the offer lapsed."""
    state = require_placed(file, edition, step=step, rule="offer_open")
    due = offer_due(file, edition, step=step)
    if state.offer is None or due is None or at < due:
        raise RuleRefused(
            "offer_still_open", remedy="The offer can still be answered, or there is none."
        )
    return _declined(
        file, edition, state, step=step, plan=plan, person=person, answer="lapsed", on=due
    )


def offer_fallen_due(file: Candidacy, edition: Edition, *, at: datetime) -> tuple[Draft, ...]:
    """What follows from an offer nobody answered; nothing while there is none, or time is left.

    It goes by this file alone: of the class and the person's file only their codes are needed.
    """
    step = next((plan.id for plan in edition.steps if plan.kind == "register"), "")
    offer = file.state(step, Register).offer if step and file.closed is None else None
    due = offer_due(file, edition, step=step) if offer is not None else None
    if offer is None or due is None or at < due:
        return ()
    plan, person = ClassPlan(file=offer.class_file), Person(file=file.person)
    return lapse_offer(file, edition, step=step, at=at, plan=plan, person=person)


def give_back_place(
    file: Candidacy, edition: Edition, *, step: str, plan: ClassPlan, person: Person
) -> tuple[Draft, ...]:
    """What a withdrawal releases: an offer that is open, or a place that was accepted.

    It is no decline. If the withdrawal is undone, the candidate stands on the
    register again without that offer.
    """
    state = file.state(step, Register)
    if state.offer is None and state.accepted_at is None:
        return ()
    given_back = (
        register_entry(
            file,
            step,
            "offer_answered",
            rule=f"{step}.offer_open",
            answer="withdrawn",
            **{"class": plan.file},
        ),
        place_answered(plan, candidacy=file.file, answer="withdrawn"),
    )
    if state.accepted_at is None:
        return given_back
    body = {"candidacy": ""}
    freed = Draft(file=person.file, step="", kind="person.offer_accepted", body=body)
    return (*given_back, freed)


def _reopened(one: Sibling, *, at: datetime) -> tuple[Draft, ...]:
    """One candidacy that the acceptance closed: open again, and the time closed given back."""
    closed = one.file.closed
    if closed is None or closed.reason != ACCEPTED_ELSEWHERE:
        return ()
    drafts = [
        Draft(
            file=one.file.file,
            step=one.step,
            kind="candidacy.reopened",
            body={"reason": "offer_rescinded"},
        )
    ]
    state = one.file.state(one.step, Register)
    if one.on_register and state.ends_on is not None:
        zone = one.edition.zone
        days = (day_of(at, zone) - day_of(closed.on, zone)).days
        end = state.ends_on + timedelta(days=days)
        drafts.append(
            register_entry(
                one.file,
                one.step,
                "time_restored",
                rule=f"{one.step}.acceptance",
                days=days,
                ends_on=end.isoformat(),
            )
        )
    return tuple(drafts)


def rescind(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    plan: ClassPlan,
    person: Person,
    siblings: Sequence[Sibling],
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Take an accepted offer back. The place and the person's other candidacies come back,
    and the days since the acceptance count on none of their clocks."""
    require_authority(authority)
    state = require_placed(file, edition, step=step, rule="acceptance")
    if state.accepted_at is None or state.ends_on is None:
        raise RuleRefused("nothing_accepted", remedy="There is no accepted offer to take back.")
    if file.file in plan.sworn_in:
        raise RuleRefused(
            "class_sworn_in",
            remedy="The officer has been sworn in; this is now a separation. An oath recorded "
            "in error is taken back in the class first.",
        )
    require_last(file, edition, step=step)
    days = (day_of(at, edition.zone) - day_of(state.accepted_at, edition.zone)).days
    return (
        register_entry(
            file,
            step,
            "rescinded",
            rule=f"{step}.acceptance",
            ground=ground,
            authority=authority,
            days=days,
            ends_on=(state.ends_on + timedelta(days=days)).isoformat(),
            **{"class": plan.file},
        ),
        Draft(file=person.file, step="", kind="person.offer_accepted", body={"candidacy": ""}),
        place_answered(plan, candidacy=file.file, answer="rescinded"),
        *(draft for one in siblings for draft in _reopened(one, at=at)),
    )
