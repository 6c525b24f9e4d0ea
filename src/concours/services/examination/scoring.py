"""Scoring: right answers counted against the key, put on the base scale, compared with the cut."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q

from concours.kernel.errors import Refusal, RuleRefused
from concours.kernel.exact import fraction, nano
from concours.ledger.canonical import canonical
from concours.ledger.draft import Draft
from concours.policy.compensatory_sum import CompensatorySum
from concours.policy.edition import Edition
from concours.records.models import ExaminationStanding, TestItem
from concours.selection.authority import Actor, require
from concours.selection.candidacy import Candidacy
from concours.selection.competition import Competition
from concours.selection.examination_answers import late_waits
from concours.selection.examination_result import (
    decide_examination,
    score_choice,
)
from concours.services.competitions import read_competition
from concours.services.examination.keys import (
    key_digest,
    key_of,
    measured_keys,
    raw_scores,
    require_measured_again,
    stale_sections,
)
from concours.services.examination.runs import (
    Run,
    decide_over_many,
    own_files,
    read_candidacies,
    waiting_for,
)
from concours.services.examination.sat_forms import form_sat, scale_of_form
from concours.services.examination.sessions import edition_of, test_step
from concours.services.runs import Row, unfinished_run
from concours.services.runs_preview import RunPreview, preview_of, require_version


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLine:
    """What a cut would do: how many would stand at or above it."""

    cut: str
    passing: int
    of: int
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringPage:
    """Where the scoring of one competition stands."""

    competition: str
    title: str
    waiting: int
    scored: int
    cut: str
    at_or_above: int
    essays: Mapping[str, int]
    to_decide: int
    decided: int
    effect: tuple[CutLine, ...]
    bins: tuple[tuple[str, int], ...]
    items: int
    base_scale: Mapping[str, tuple[str, str]]
    stale: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What a run over a competition's tests decides, before anything is written.

    ``left`` are files of it that are left as they are, with the code why.
    """

    running: Competition
    edition: Edition
    step: str
    rule: str
    files: Mapping[str, Candidacy]
    decisions: Mapping[str, Sequence[Draft]]
    left: Mapping[str, str]
    inputs: str
    unfinished: bool = False


def score_preview(actor: Actor, competition: str, *, at: datetime) -> RunPreview:
    """How many would be scored now, how they would stand to the cut, and who is left out."""
    require(actor, "examination.score")
    return _preview(_scores(actor, competition, at=at))


def score_all(actor: Actor, competition: str, *, at: datetime, seen: str | None = None) -> Run:
    """Score everybody of a competition whose answers are in and not yet scored.

    Who has late answers that wait for a decision is left for a later run. ``seen``
    is the version of the preview that was signed.
    """
    require(actor, "examination.score")
    found = _scores(actor, competition, at=at)
    if seen is not None:
        require_version(_preview(found), seen)
    return _record(actor, "examination.score", found, at=at)


def decide_preview(actor: Actor, competition: str, *, at: datetime) -> RunPreview:
    """How many results would be decided now, which, and who is left out."""
    require(actor, "examination.decide")
    return _preview(_results(actor, competition, at=at))


def decide_all(actor: Actor, competition: str, *, at: datetime, seen: str | None = None) -> Run:
    """Decide the result of everybody whose scores, and essay where one is marked, are in.

    ``seen`` is the version of the preview that was signed.
    """
    require(actor, "examination.decide")
    found = _results(actor, competition, at=at)
    if seen is not None:
        require_version(_preview(found), seen)
    return _record(actor, "examination.decide", found, at=at, same_inputs=False)


def _scores(actor: Actor, competition: str, *, at: datetime) -> Reckoned:
    """The scores of everybody whose answers are in and not yet scored."""
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    key = key_of(competition, step)
    if not key.right:
        raise RuleRefused("no_key", remedy="Give the key of every section first.", field="key")
    rule = f"{step}.cut" if edition.has(f"{step}.cut") else f"{step}.scale"
    digest = key_digest(key)
    codes = list(_waiting(competition).order_by("file").values_list("file", flat=True))
    found = read_candidacies(waiting_for(competition, codes, step=step, rule=rule, inputs=digest))
    left = own_files(actor, found) | {
        code: "late_answers_wait" for code, file in found.items() if late_waits(file, step=step)
    }
    if measured_keys(running, step):  # another scale than everybody else's would rank them apart
        left |= {code: "to_be_measured" for code in found if code not in left}
    files = {code: file for code, file in found.items() if code not in left}
    raw = raw_scores(list(files), step, key)
    decisions = {
        code: score_choice(
            file,
            edition,
            step=step,
            at=at,
            raw=raw[code],
            base_scale=scale_of_form(running, form_sat(file, step)),
            key=digest,
        )
        for code, file in files.items()
    }
    return Reckoned(
        running=running,
        edition=edition,
        step=step,
        rule=rule,
        files=files,
        decisions=decisions,
        left=left,
        inputs=digest,
        unfinished=bool(unfinished_run(competition, step=step, rule=rule, inputs=digest)),
    )


def _results(actor: Actor, competition: str, *, at: datetime) -> Reckoned:
    """The result of everybody whose scores, and essay where one is marked, are in."""
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    rule = f"{step}.essay_cut" if edition.has(f"{step}.essay_cut") else f"{step}.scale"
    require_measured_again(competition, step)
    codes = list(_decidable(competition).order_by("file").values_list("file", flat=True))
    files = read_candidacies(waiting_for(competition, codes, step=step, rule=rule))
    left = dict.fromkeys(_undecided_essays(competition), "essay_not_settled") | own_files(
        actor, files
    )
    decisions: dict[str, Sequence[Draft]] = {}
    for code, file in files.items():
        if code in left:
            continue
        try:
            decisions[code] = decide_examination(file, edition, step=step, at=at)
        except Refusal as refusal:
            left[code] = refusal.code
    return Reckoned(
        running=running,
        edition=edition,
        step=step,
        rule=rule,
        files=files,
        decisions=decisions,
        left=left,
        inputs=hashlib.sha256(canonical(sorted(decisions)).encode()).hexdigest(),
        unfinished=bool(unfinished_run(competition, step=step, rule=rule)),
    )


def _preview(found: Reckoned) -> RunPreview:
    rows = [
        Row(file=code, seq=found.files[code].seq, drafts=tuple(drafts))
        for code, drafts in found.decisions.items()
    ]
    return preview_of(
        rows,
        competition=found.running,
        edition=found.edition,
        rule=found.rule,
        left_out=found.left,
        unfinished=found.unfinished,
    )


def _record(
    actor: Actor, action: str, found: Reckoned, *, at: datetime, same_inputs: bool = True
) -> Run:
    return decide_over_many(
        actor,
        action,
        competition=found.running.file,
        step=found.step,
        rule=found.rule,
        files=found.files,
        decisions=found.decisions,
        inputs=found.inputs,
        at=at,
        same_inputs=same_inputs,
    )


def _waiting(competition: str):  # type: ignore[no-untyped-def]
    return ExaminationStanding.objects.filter(
        competition=competition, sitting="submitted", scored=False, closed=False
    )


def _decidable(competition: str):  # type: ignore[no-untyped-def]
    return ExaminationStanding.objects.filter(
        competition=competition,
        scored=True,
        outcome="",
        closed=False,
        essay__in=("unmarked", "settled"),
    )


def _undecided_essays(competition: str) -> list[str]:
    """Those scored and not decided because their essay is still to be marked or settled."""
    scored = ExaminationStanding.objects.filter(
        competition=competition, scored=True, outcome="", closed=False
    )
    waiting = scored.exclude(essay__in=("unmarked", "settled")).order_by("file")
    return list(waiting.values_list("file", flat=True))


def scoring_page(actor: Actor, competition: str) -> ScoringPage:
    """Where scoring stands, and what another cut would do to how many."""
    require(actor, "examination.score")
    running = read_competition(competition)
    edition = edition_of(running)
    step = test_step(edition)
    rule = f"{step}.cut"
    cut = edition.value(rule, CompensatorySum).cut if edition.has(rule) else None
    scored = ExaminationStanding.objects.filter(competition=competition, scored=True)
    counts = scored.aggregate(
        n=Count("file"),
        decided=Count("file", filter=~Q(outcome="")),
        above=Count(
            "file", filter=Q(total_nano__gte=nano(Fraction(cut))) if cut else Q(scored=True)
        ),
    )
    essays = dict(
        scored.filter(closed=False)
        .values("essay")
        .annotate(n=Count("file"))
        .values_list("essay", "n")
        .order_by()
    )
    return ScoringPage(
        competition=competition,
        title=running.title,
        waiting=_waiting(competition).count(),
        scored=counts["n"],
        cut=str(cut) if cut is not None else "",
        at_or_above=counts["above"],
        essays=essays,
        to_decide=_decidable(competition).count(),
        decided=counts["decided"],
        effect=_effect(competition, cut, counts["n"]) if cut is not None else (),
        bins=_bins(competition),
        items=TestItem.objects.filter(competition=competition, step=step).count(),
        base_scale=running.base_scale,
        stale=stale_sections(running, step, key_of(competition, step)),
    )


def _effect(competition: str, cut: Decimal, of: int) -> tuple[CutLine, ...]:
    """How many would pass at other cuts, in one query."""
    cuts = [cut + Decimal(step) for step in (-10, -6, -4, -2, 0, 2, 4, 6, 10)]
    scored = ExaminationStanding.objects.filter(competition=competition, scored=True)
    found = scored.aggregate(
        **{
            f"at_{place}": Count("file", filter=Q(total_nano__gte=nano(Fraction(value))))
            for place, value in enumerate(cuts)
        }
    )
    return tuple(
        CutLine(cut=str(value), passing=found[f"at_{place}"], of=of, in_force=value == cut)
        for place, value in enumerate(cuts)
    )


def _bins(competition: str) -> tuple[tuple[str, int], ...]:
    """The sums in bins of ten, for the picture."""
    totals = ExaminationStanding.objects.filter(competition=competition, scored=True)
    counts: dict[int, int] = {}
    for total in totals.values_list("total", flat=True).iterator():
        low = int(fraction(total) // 10) * 10
        counts[low] = counts.get(low, 0) + 1
    if not counts:
        return ()
    return tuple(
        (f"{low}–{low + 9}", counts.get(low, 0)) for low in range(min(counts), max(counts) + 10, 10)
    )
