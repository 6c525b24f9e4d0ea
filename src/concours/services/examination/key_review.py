"""Changing the key after a sitting: the effect first, two people, then everybody scored again."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

from concours.kernel.errors import BadInput, OutOfDate, RuleRefused
from concours.kernel.exact import fraction
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft, Json
from concours.policy.compensatory_sum import CompensatorySum
from concours.policy.edition import Edition
from concours.policy.t_scale import TScale, scaled
from concours.records.models import ExaminationStanding, TestItem
from concours.selection import key_changes as rules
from concours.selection.authority import Actor, require
from concours.selection.competition import Competition
from concours.selection.examination_challenges import rescore
from concours.selection.key_changes import KeyChange
from concours.services.casefile import OpenFile, decide_on
from concours.services.competitions import read_competition
from concours.services.examination.keys import (
    changed,
    key_digest,
    key_of,
    latest_choices,
    measured_keys,
    raw_score,
    raw_scores,
    stale_sections,
)
from concours.services.examination.runs import Run, decide_over_many, read_candidacies, waiting_for
from concours.services.examination.sat_forms import form_sat, sat_forms, scale_of_form
from concours.services.examination.sessions import edition_of, test_step
from concours.services.files import new_code, unknown_file

READ, PROPOSE, DECIDE = "examination.read_marks", "examination.score", "examination.decide_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change of the key would do, before it is taken.

    ``changed`` scores differ, ``up`` and ``down`` of them; ``to_above`` and ``to_below``
    cross the cut; of those ``reopened`` have failed and go on, and ``kept`` have passed and
    keep their result. ``spread`` counts candidates by the change of their sum. ``measured``
    where the section's scores came from the measurement room: they change when they are
    measured again, which is the next step, and this effect cannot say how.
    """

    persons: int
    changed: int
    up: int
    down: int
    to_above: int
    to_below: int
    reopened: int
    kept: int
    mean: str
    spread: tuple[tuple[str, int], ...]
    digest: str
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """One proposed change with its item, and its effect while it waits."""

    competition: str
    title: str
    change: KeyChange
    stem: str
    options: tuple[tuple[str, str], ...]
    key: str
    effect: Effect | None
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """The changes of a competition's key."""

    competition: str
    title: str
    version: str
    changes: tuple[KeyChange, ...]
    stale: tuple[str, ...]


def key_page(actor: Actor, competition: str) -> KeyPage:
    """The key in force by its digest, and every change proposed."""
    require(actor, READ)
    running = read_competition(competition)
    step = test_step(edition_of(running))
    return KeyPage(
        competition=competition,
        title=running.title,
        version=key_digest(key := key_of(competition, step)),
        changes=rules.changes_of(running),
        stale=stale_sections(running, step, key),
    )


def step_of(competition: str) -> str:
    """The id of the competition's test."""
    return test_step(edition_of(read_competition(competition)))


def item_of(competition: str, step: str, section: str, item: int) -> TestItem:
    """One item with a key. Raises BadInput where there is none."""
    found = TestItem.objects.filter(
        competition=competition, step=step, section=section, number=item
    ).first()
    if found is None or not found.key:
        raise BadInput("no_such_item", remedy="There is no such item with a key.", field="item")
    return found


def effect_of(competition: str, change: KeyChange) -> Effect:
    """What a change would do to everybody scored, worked out from their answers."""
    running = read_competition(competition)
    edition = edition_of(running)
    before = key_of(competition, change.step)
    after = changed(before, change)
    scale = edition.value(f"{change.step}.scale", TScale)
    if change.section not in running.base_scale:
        raise BadInput(
            "no_base_scale", remedy="Give the section its base scale first.", field=change.section
        )
    rows = list(
        ExaminationStanding.objects.filter(competition=competition, scored=True)
        .order_by("file")
        .values_list("file", "total", "outcome")
    )
    cut = _cut(edition, change.step)
    if change.section in measured_keys(running, change.step):
        still = [(code, Decimal(total), Decimal(total), outcome) for code, total, outcome in rows]
        return replace(_effect(still, cut), measured=True)
    codes = [code for code, _, _ in rows]
    choices = latest_choices(codes, change.step, [change.section])
    sat = sat_forms(codes, change.step) if before.forms else {}
    by_form = {
        f: (before.on(f), after.on(f), _scale(running, f, change.section))
        for f in {*before.forms, ""}
    }
    moves: list[tuple[str, Decimal, Decimal, str]] = []
    for code, total, outcome in rows:
        was, becomes, (mean, sd) = by_form[sat.get(code, "")]
        old, new = (
            scaled(
                scale,
                raw=raw_score(key, choices[code])[change.section],
                base_mean=mean,
                base_sd=sd,
            )
            for key in (was, becomes)
        )
        moves.append((code, Decimal(total), Decimal(total) + new - old, outcome))
    return _effect(moves, cut)


def _scale(running: Competition, form: str, section: str) -> tuple[Fraction, Fraction]:
    mean, sd = scale_of_form(running, form)[section]
    return fraction(mean), fraction(sd)


def _cut(edition: Edition, step: str) -> Decimal | None:
    rule = f"{step}.cut"
    return Decimal(edition.value(rule, CompensatorySum).cut) if edition.has(rule) else None


def _effect(moves: Sequence[tuple[str, Decimal, Decimal, str]], cut: Decimal | None) -> Effect:
    found: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for _, old, new, outcome in moves:
        found["up"] += new > old
        found["down"] += new < old
        spread[_band(new - old)] += 1
        if cut is None:
            continue
        rises, falls = old < cut <= new, new < cut <= old
        found["to_above"] += rises
        found["to_below"] += falls
        found["reopened"] += rises and outcome == "failed"
        found["kept"] += falls and outcome == "passed"
    table: Json = [[code, str(new)] for code, _, new, _ in moves]
    total = sum((Fraction(new - old) for _, old, new, _ in moves), Fraction(0))
    mean = Decimal(round(float(total / len(moves)), 2)) if moves else Decimal(0)
    return Effect(
        persons=len(moves),
        changed=found["up"] + found["down"],
        up=found["up"],
        down=found["down"],
        to_above=found["to_above"],
        to_below=found["to_below"],
        reopened=found["reopened"],
        kept=found["kept"],
        mean=f"{mean:+.2f}",
        spread=tuple((band, spread[band]) for band in BANDS),
        digest=hashlib.sha256(canonical(table).encode()).hexdigest(),
    )


BANDS = ("-2 or more", "-1 to -2", "less than -1", "0", "less than +1", "+1 to +2", "+2 or more")


def _band(move: Decimal) -> str:
    size = abs(move)
    if size == 0:
        return BANDS[3]
    place = 1 if size < 1 else 2 if size < 2 else 3
    return BANDS[3 + place if move > 0 else 3 - place]


def propose(
    actor: Actor,
    competition: str,
    *,
    section: str,
    item: int,
    treatment: str,
    option: str,
    reason: str,
    at: datetime,
) -> str:
    """Propose a change of one item's key for a second person; returns its code."""
    require(actor, PROPOSE)
    step = test_step(edition_of(read_competition(competition)))
    found = item_of(competition, step, section, item)
    change = KeyChange(
        code=new_code(),
        step=step,
        section=section,
        item=item,
        treatment=treatment,
        option=option,
        reason=reason,
        proposed_by=actor.code,
        effect="",
        status="proposed",
    )
    ask = partial(
        rules.propose_key_change,
        step=step,
        code=change.code,
        section=section,
        item=item,
        options=tuple(str(letter) for letter, _ in found.options),
        key=found.key,
        several=found.several,
        treatment=treatment,
        option=option,
        reason=reason,
    )
    ask(read_competition(competition), effect="")  # what the rule refuses has no effect to show
    effect = effect_of(competition, change).digest

    def command(opened: OpenFile) -> tuple[Draft, ...]:
        return ask(opened.state, effect=effect)

    decide_on(actor, "competition", competition, PROPOSE, command, at=at)
    return change.code


def change_page(actor: Actor, competition: str, code: str) -> ChangePage:
    """One change, with its effect as it would be now."""
    require(actor, READ)
    running = read_competition(competition)
    change = next((c for c in rules.changes_of(running) if c.code == code), None)
    if change is None:
        raise unknown_file()
    found = item_of(competition, change.step, change.section, change.item)
    waits = change.status == "proposed"
    return ChangePage(
        competition=competition,
        title=running.title,
        change=change,
        stem=found.stem,
        options=tuple((str(k), str(v)) for k, v in found.options),
        key=found.key,
        effect=effect_of(competition, change) if waits else None,
        own=change.proposed_by == actor.code,
    )


def decide(
    actor: Actor, competition: str, code: str, *, approve: bool, effect: str, at: datetime
) -> Run | None:
    """Decide a proposed change; approved, everybody is scored again in one run.

    ``effect`` is the digest of what the page showed: when it would be another by now,
    OutOfDate is raised. Returns the run, None where the change was refused.
    """
    require(actor, DECIDE)
    found = change_page(actor, competition, code)
    if found.effect is None:
        raise RuleRefused("nothing_to_decide", remedy="This change is not waiting to be decided.")
    if found.effect.digest != effect:
        raise OutOfDate("effect_has_changed", remedy="The effect is another by now. Look again.")

    def command(opened: OpenFile) -> tuple[Draft, ...]:
        return rules.decide_key_change(
            opened.state, code=code, by=actor.code, approve=approve, effect=effect
        )

    decide_on(actor, "competition", competition, DECIDE, command, at=at)
    return rescore_all(actor, competition, at=at) if approve else None


def rescore_all(actor: Actor, competition: str, *, at: datetime) -> Run:
    """Score everybody scored once more by the key in force. Who stays as they are gets no
    entry, so it can be done again after an interruption."""
    require(actor, DECIDE)
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    key = key_of(competition, step)
    digest = key_digest(key)
    rule = f"{step}.scale"
    scored = ExaminationStanding.objects.filter(competition=competition, scored=True)
    codes = list(scored.order_by("file").values_list("file", flat=True))
    files = read_candidacies(waiting_for(competition, codes, step=step, rule=rule, inputs=digest))
    raw = raw_scores(list(files), step, key)
    decisions: Mapping[str, Sequence[Draft]] = {
        code: rescore(
            file,
            edition,
            step=step,
            raw=raw[code],
            base_scale=scale_of_form(running, form_sat(file, step)),
            key=digest,
            reason="key_changed",
            authority="board",
        )
        for code, file in files.items()
    }
    decisions = {code: drafts for code, drafts in decisions.items() if drafts}
    return decide_over_many(
        actor,
        DECIDE,
        competition=competition,
        step=step,
        rule=rule,
        files=files,
        decisions=decisions,
        inputs=digest,
        at=at,
    )
