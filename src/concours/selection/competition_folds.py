"""Replaying a competition's file: what each kind of its entries changes, and says in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from concours.ledger.draft import Fact
from concours.selection import form_lock
from concours.selection.candidacy import in_force
from concours.selection.competition import Amendment, Calendar, Competition

ApplyCompetition = Callable[[Competition, Fact], Competition]


def _drafted(c: Competition, f: Fact) -> Competition:
    b: Mapping[str, Any] = f.body
    return replace(
        c,
        title=str(b.get("title", "")),
        process=str(b.get("process", "")),
        edition=str(b.get("edition", "")),
        edition_digest=str(b.get("edition_digest", "")),
        status="drafted",
        drafted_by=f.actor,
        drafted_at=f.on,
    )


def _calendar(c: Competition, f: Fact) -> Competition:
    b: Mapping[str, Any] = f.body
    if "window" not in b:
        return c
    found = Calendar(
        window=str(b["window"]),
        registration_opens=date.fromisoformat(str(b["registration_opens"])),
        seats_from=date.fromisoformat(str(b["seats_from"])),
        test_starts=date.fromisoformat(str(b["test_starts"])),
        test_ends=date.fromisoformat(str(b["test_ends"])),
    )
    return replace(c, calendar=found)


def _scale(c: Competition, f: Fact) -> Competition:
    scale: Any = f.body.get("scale", {})
    return replace(c, base_scale={k: (str(v["mean"]), str(v["sd"])) for k, v in scale.items()})


def _needs(c: Competition, f: Fact) -> Competition:
    needs: Any = f.body.get("needs", {})
    return replace(c, needs={k: int(v) for k, v in needs.items()})


def _cut(c: Competition, f: Fact) -> Competition:
    return replace(c, cuts={**c.cuts, str(f.body.get("key", "")): str(f.body.get("cut", ""))})


def _checked(c: Competition, f: Fact) -> Competition:
    item = frozenset({str(f.body.get("item", ""))})
    return replace(c, checked=c.checked | item if f.body.get("done") else c.checked - item)


def _approval(c: Competition, f: Fact) -> Competition:
    if f.body.get("approved"):
        return replace(c, status="approved", approved_by=f.actor)
    return replace(c, status="drafted")


def _amended(c: Competition, f: Fact) -> Competition:
    steps: Any = f.body.get("steps", [])
    amendment = Amendment(
        edition=str(f.body.get("edition", "")),
        edition_digest=str(f.body.get("edition_digest", "")),
        from_on=f.on,
        steps=tuple(str(s) for s in steps),
        seq=f.seq,
    )
    return replace(c, amendments=(*c.amendments, amendment))


def _run_opened(c: Competition, f: Fact) -> Competition:
    run = str(f.body.get("run", ""))
    return replace(c, runs={**c.runs, run: {**f.body, "step": f.step, "closed": False}})


def _run_closed(c: Competition, f: Fact) -> Competition:
    run = str(f.body.get("run", ""))
    return replace(c, runs={**c.runs, run: {**c.runs.get(run, {}), "step": f.step, "closed": True}})


def _setting(c: Competition, f: Fact) -> Competition:
    """``competition.setting_found``: {name, value}: what else a competition chooses inside its rules."""
    return replace(c, settings={**c.settings, str(f.body.get("name", "")): f.body.get("value")})


def _key_proposed(c: Competition, f: Fact) -> Competition:
    found = {**f.body, "step": f.step, "proposed_by": f.actor}
    return replace(c, key_changes={**c.key_changes, str(f.body.get("change", "")): found})


def _key_decided(c: Competition, f: Fact) -> Competition:
    code = str(f.body.get("change", ""))
    before = {k: v for k, v in c.key_changes.items() if k != code}
    found = {**c.key_changes.get(code, {}), "outcome": str(f.body.get("outcome", ""))}
    return replace(c, key_changes={**before, code: found})


def _measured(c: Competition, f: Fact) -> Competition:
    """The settings hold, by step, the key each measured section's scores rest on."""
    keys, place = f.body.get("keys"), f"measured.{f.step}"
    if not isinstance(keys, Mapping):
        return c
    before = c.settings.get(place)
    held = dict(before) if isinstance(before, Mapping) else {}
    return replace(
        c, settings={**c.settings, place: {**held, **{str(k): str(v) for k, v in keys.items()}}}
    )


def _to(status: str) -> ApplyCompetition:
    return lambda c, f: replace(c, status=status)


APPLY: Mapping[str, ApplyCompetition] = {
    "competition.drafted": _drafted,
    "competition.calendar_set": _calendar,
    "competition.scale_set": _scale,
    "competition.needs_set": _needs,
    "competition.cut_set": _cut,
    "competition.item_checked": _checked,
    "competition.submitted": _to("submitted"),
    "competition.approval_found": _approval,
    "competition.published": _to("published"),
    "competition.amended": _amended,
    "competition.closed": _to("closed"),
    "competition.archived": _to("archived"),
    "competition.run_opened": _run_opened,
    "competition.run_closed": _run_closed,
    "competition.setting_found": _setting,
    form_lock.KIND: form_lock.apply_lock,
    "key.change_proposed": _key_proposed,
    "key.change_decided": _key_decided,
    "measurement.taken": _measured,
}

KINDS: Mapping[str, str] = {
    "competition.drafted": "The competition was drafted from an edition.",
    "competition.calendar_set": "The dates of the window were set.",
    "competition.scale_set": "The base scale of each section was set.",
    "competition.needs_set": "The need of each track was set.",
    "competition.cut_set": "The cut of a track was set, before results were known.",
    "competition.item_checked": "An item of the checklist was ticked or unticked.",
    "competition.submitted": "The competition was submitted for approval.",
    "competition.approval_found": "A second person approved the competition or sent it back.",
    "competition.published": "The competition was opened to the public.",
    "competition.amended": "The edition was changed for steps not yet begun.",
    "competition.closed": "The competition takes no new applications.",
    "competition.archived": "The competition was put away.",
    "competition.run_opened": "A decision over many files was begun.",
    "competition.run_closed": "A decision over many files was completed; its results may be told.",
    "competition.setting_found": "A choice inside the rules was recorded.",
    form_lock.KIND: "A test form was locked by a second person; it is the test from then on.",
    "key.change_proposed": "A change of the answer key was proposed.",
    "key.change_decided": "A second person decided on a change of the answer key.",
    "measurement.taken": "Scores were taken from the measurement room, with their digests.",
}


def fold_competition(
    facts: Iterable[Fact], *, known_at: datetime | None = None, on: datetime | None = None
) -> Competition:
    """Replay a competition's file as known at one instant and in force at another."""
    found = Competition(file="")
    for fact in in_force(facts, known_at=known_at, on=on):
        apply = APPLY.get(fact.kind)
        found = apply(found, fact) if apply else found
        found = replace(found, file=fact.file, seq=fact.seq)
    return found
