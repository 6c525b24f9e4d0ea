"""The register clock: stops on the edition's grounds, the one deferment, an early return."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from concours.kernel.errors import RuleRefused
from concours.ledger.draft import Draft, Json
from concours.policy.deferment import Deferment, may_defer
from concours.policy.edition import Edition
from concours.policy.register_clock import (
    RegisterClock,
    Stop,
    ends_on,
    read_stop,
    within_limit,
)
from concours.selection.candidacy import Candidacy
from concours.selection.person import Person
from concours.selection.register import Sibling, register_entry, require_placed
from concours.selection.register_state import Register


def clock_end(state: Register, edition: Edition, *, step: str, stops: Sequence[Stop]) -> date:
    """The day the clock runs out with these stops, and with time that was given back."""
    placed_on = state.placed_on
    if placed_on is None:
        raise RuleRefused(
            "not_on_the_register", remedy="The candidate has no place on the register."
        )
    rule = edition.value(f"{step}.clock", RegisterClock)
    return ends_on(rule, placed_on=placed_on, stops=stops) + timedelta(days=state.not_counted)


def request_stop(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Ask for a stop of the clock; ground and evidence stand in the register's table."""
    state = require_placed(file, edition, step=step, rule="clock")
    if state.stop_asked_at is not None:
        raise RuleRefused(
            "stop_already_requested", remedy="A request waits for a decision already."
        )
    return (
        register_entry(file, step, "stop_requested", rule=f"{step}.clock", commitment=commitment),
    )


def refuse_stop(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Say no to a stop that was asked for; the clock runs on."""
    state = require_placed(file, edition, step=step, rule="clock")
    if state.stop_asked_at is None:
        raise RuleRefused("no_stop_requested", remedy="Nobody asked for a stop.")
    return (
        register_entry(file, step, "stop_refused", rule=f"{step}.clock", commitment=commitment),
    )


def _fits(state: Register, stop: Stop) -> None:
    """Refuse a stop that starts when no clock runs, or while it stands still already."""
    if state.placed_on is None or state.ends_on is None:
        return
    if not state.placed_on <= stop.start < state.ends_on:
        raise RuleRefused(
            "stop_outside_the_clock",
            remedy="A stop starts while the clock runs: from placement to its last day.",
            field="start",
            numbers={"from": state.placed_on.isoformat(), "to": state.ends_on.isoformat()},
        )
    if any(stop.start < one.until and one.start < stop.until for one in state.stops):
        raise RuleRefused(
            "stops_overlap", remedy="The clock stands still at that time already.", field="start"
        )


def _stopped(sibling: Sibling, stop: Stop, *, rule: str, commitment: str) -> Draft:
    """The entry of a stop in one file, with the day its clock now ends."""
    state = sibling.file.state(sibling.step, Register)
    end = clock_end(state, sibling.edition, step=sibling.step, stops=(*state.stops, stop))
    body: dict[str, Json] = {
        "rule": f"{sibling.step}.{rule}",
        "start": stop.start.isoformat(),
        "ends_on": end.isoformat(),
        "commitment": commitment,
    }
    if stop.end is None:
        body["months"] = stop.months
    else:
        body["end"] = stop.end.isoformat()
    return register_entry(sibling.file, sibling.step, "clock_stopped", **body)


def stop_clock(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    ground: str,
    start: date,
    months: int = 0,
    end: date | None = None,
    earlier: Sequence[tuple[str, Stop]] = (),
    person: Person,
    siblings: Sequence[Sibling] = (),
    commitment: str,
) -> tuple[Draft, ...]:
    """Stop the clock on a ground. Editions with a deferment allow that once, on all registers.

    ``earlier`` are the stops granted before with their grounds, which stand
    only in the register's table; the ground itself never enters the ledger.
    """
    state = require_placed(file, edition, step=step, rule="clock")
    stop = read_stop({"start": start, "months": months, "end": end})
    _fits(state, stop)
    mine = Sibling(file=file, edition=edition, step=step)
    if edition.has(f"{step}.deferment"):
        return _defer(
            mine, stop, ground=ground, person=person, siblings=siblings, commitment=commitment
        )
    rule = edition.value(f"{step}.clock", RegisterClock)
    found = rule.grounds.get(ground)
    if found is None:
        raise edition.refusal(
            f"{step}.clock",
            "ground_not_listed",
            remedy=f"The clock stops only for: {', '.join(g.title for g in rule.grounds.values())}.",
            field="ground",
        )
    same = [*(one for known, one in earlier if known == ground), stop]
    if not within_limit(found, stops=same):
        raise edition.refusal(
            f"{step}.clock",
            "stops_too_long",
            remedy="Together with earlier stops this is more than the ground allows.",
            field="months",
            most_months=str(found.most_months),
        )
    return (_stopped(mine, stop, rule="clock", commitment=commitment),)


def _defer(
    mine: Sibling,
    stop: Stop,
    *,
    ground: str,
    person: Person,
    siblings: Sequence[Sibling],
    commitment: str,
) -> tuple[Draft, ...]:
    """The one deferment: in whole months, on every register the person stands on."""
    rule_id = f"{mine.step}.deferment"
    rule = mine.edition.value(rule_id, Deferment)
    against = may_defer(rule, used=len(person.deferments), months=stop.months, ground=ground)
    if against:
        raise mine.edition.refusal(
            rule_id,
            against,
            remedy="A deferment is granted in whole months, once, within the rule's length and grounds.",
            field="ground" if against == "ground_not_listed" else "months",
            used=str(len(person.deferments)),
            months=str(stop.months),
            most_months=str(rule.most_months),
        )
    used = Draft(
        file=person.file, step="", kind="person.deferment_used", body={"months": stop.months}
    )
    others = [one for one in siblings if one.on_register and one.file.closed is None]
    return (
        _stopped(mine, stop, rule="deferment", commitment=commitment),
        used,
        *(
            _stopped(one, stop, rule="clock", commitment=commitment)
            for one in others
            if rule.all_registers
        ),
    )


def resume_clock(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, on: date
) -> tuple[Draft, ...]:
    """Start the clock again before the stop's granted end; only the days used move the end."""
    state = require_placed(file, edition, step=step, rule="clock")
    running = next((stop for stop in state.stops if stop.start < on < stop.until), None)
    if running is None:
        raise RuleRefused(
            "clock_not_stopped", remedy="The clock does not stand still on that day.", field="on"
        )
    shorter = Stop(start=running.start, end=on)
    stops = tuple(shorter if stop == running else stop for stop in state.stops)
    end = clock_end(state, edition, step=step, stops=stops)
    return (
        register_entry(
            file,
            step,
            "clock_resumed",
            rule=f"{step}.clock",
            start=running.start.isoformat(),
            end=on.isoformat(),
            ends_on=end.isoformat(),
        ),
    )
