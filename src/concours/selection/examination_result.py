"""Scores and the result: multiple choice against the cut, the essay by two people, the decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from concours.kernel.errors import BadInput
from concours.kernel.exact import fraction, text_of
from concours.ledger.draft import Draft, Json
from concours.policy.compensatory_sum import CompensatorySum, judge_sum
from concours.policy.conditional_marking import ConditionalMarking, to_be_marked
from concours.policy.cut import Cut, judge_cut
from concours.policy.double_marking import (
    DoubleMarking,
    check_mark,
    needs_another_reading,
    settled_total,
)
from concours.policy.edition import Edition
from concours.policy.t_scale import TScale, scaled
from concours.selection.application_exceptions import require_reason
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.examination import Examination, Mark, sections_of


def scale_scores(
    edition: Edition,
    *,
    step: str,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
) -> dict[str, Decimal]:
    """Each multiple-choice section's raw score on the base scale, rounded once, by the rule.

    Raises BadInput when a section has no raw score or no base scale.
    """
    rule = edition.value(f"{step}.scale", TScale)
    found = {}
    for name, section in sections_of(edition, step).items():
        if section.answer != "choice":
            continue
        if name not in raw or name not in base_scale:
            raise BadInput(
                "section_without_score",
                remedy=f"Give a raw score and a base scale for section {name}.",
                field=name,
            )
        mean, sd = base_scale[name]
        found[name] = scaled(rule, raw=raw[name], base_mean=fraction(mean), base_sd=fraction(sd))
    return found


def score_choice(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
    key: str,
) -> tuple[Draft, ...]:
    """Score the multiple-choice sections and compare their sum with the cut, if there is one.

    ``key`` is the digest of the answer key. The entry also says whether the essay
    is to be marked: below the cut it must stay unmarked.
    """
    require_open(file)
    state = _scorable(file, edition, step)
    if state.scores is not None:
        raise edition.refusal(
            f"{step}.scale", "already_scored", remedy="Correct the scores, with a reason."
        )
    body = score_body(state, edition, step=step, raw=raw, base_scale=base_scale, key=key)
    return (Draft(file=file.file, step=step, kind="choice.scored", body=body),)


def correct_score(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
    key: str,
    reason: str,
    authority: str,
    keep_measured: bool = False,
) -> tuple[Draft, ...]:
    """Score again, with a corrected key or raw scores, before the result is decided.

    With ``keep_measured`` a section that was measured keeps its score: only the
    measurement room gives it another.
    """
    require_open(file)
    state = _scorable(file, edition, step)
    if state.scores is None or state.outcome:
        raise edition.refusal(
            f"{step}.scale", "nothing_to_correct", remedy="Only undecided scores are corrected so."
        )
    require_reason(reason, authority)
    kept = measured_before(state) if keep_measured else {}
    body = score_body(
        state, edition, step=step, raw=raw, base_scale=base_scale, key=key, measured=kept
    )
    if kept:
        body["measured"] = {s: dict(state.scores.measured[s]) for s in sorted(kept)}
    if state.marks and not body["essay_marked"]:
        raise edition.refusal(
            f"{step}.essay_condition",
            "essay_already_marked",
            remedy="The essay has been marked already: reverse the result instead.",
        )
    more: dict[str, Json] = {**body, "reason": reason, "authority": authority}
    return (Draft(file=file.file, step=step, kind="choice.corrected", body=more),)


def measured_before(state: Examination) -> dict[str, Decimal]:
    """The scores of the sections that came from the measurement room, as they stand."""
    if state.scores is None:
        return {}
    held = state.scores
    return {s: Decimal(held.scaled[s]) for s in held.measured if s in held.scaled}


def score_measured(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
    key: str,
    measured: Mapping[str, Decimal],
    artefacts: Mapping[str, Mapping[str, str]],
) -> tuple[Draft, ...]:
    """Score with measured scores of some sections, the T-scale for the others.

    ``artefacts`` are the digests of each section's report and scores. Who has scores
    and no result yet gets a new version.
    """
    require_open(file)
    state = _scorable(file, edition, step)
    if state.outcome:
        raise edition.refusal(
            f"{step}.scale", "decided_already", remedy="Measured scores come before the result."
        )
    body = score_body(
        state, edition, step=step, raw=raw, base_scale=base_scale, key=key, measured=measured
    )
    found: Json = {section: dict(digests) for section, digests in sorted(artefacts.items())}
    more: dict[str, Json] = {**body, "measured": found}
    if state.scores is None:
        return (Draft(file=file.file, step=step, kind="choice.scored", body=more),)
    more |= {"reason": "measured", "authority": "board"}
    return (Draft(file=file.file, step=step, kind="choice.corrected", body=more),)


def record_marks(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, marks: Sequence[Mark]
) -> tuple[Draft, ...]:
    """Enter the essay's first readings together, when the last of them has been locked.

    Each marker marked alone. Within the tolerance the total stands; beyond it another
    reading is asked for. Refused below the multiple-choice cut.
    """
    require_open(file)
    state = _markable(file, edition, step)
    rule = f"{step}.essay_marking"
    marking = edition.value(rule, DoubleMarking)
    if state.marks:
        raise edition.refusal(rule, "already_marked", remedy="The first readings are in already.")
    if len(marks) != marking.markers or len({m.marker for m in marks}) != marking.markers:
        raise edition.refusal(
            rule,
            "readings_missing",
            remedy=f"{marking.markers} different people mark each essay.",
            found=str(len({m.marker for m in marks})),
            bound=str(marking.markers),
        )
    for mark in marks:
        check_mark(marking, mark.mark)
    return (
        *(_mark_draft(file, step, rule, mark) for mark in marks),
        _comparison(file, edition, step, [m.mark for m in marks]),
    )


def settle_essay(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, mark: Mark
) -> tuple[Draft, ...]:
    """Enter one more reading, by somebody else, and settle the total by the rule."""
    require_open(file)
    state = _markable(file, edition, step)
    rule = f"{step}.essay_marking"
    if not state.another_reading:
        raise edition.refusal(
            rule, "no_reading_asked_for", remedy="The first readings agree well enough."
        )
    if mark.marker in {m.marker for m in state.marks}:
        raise edition.refusal(
            rule, "same_marker", remedy="Somebody who has not marked this essay reads it now."
        )
    check_mark(edition.value(rule, DoubleMarking), mark.mark)
    marks = [*(m.mark for m in state.marks), mark.mark]
    return (_mark_draft(file, step, rule, mark), _comparison(file, edition, step, marks))


def decide_examination(
    file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """Decide the result by the edition's rules. Failing ends the candidacy.

    An edition without a cut here lets everybody who was scored go on.
    """
    require_open(file)
    state = file.state(step, Examination)
    if state.outcome or state.scores is None:
        raise edition.refusal(
            f"{step}.scale", "not_decidable", remedy="Scores first; a result is decided once."
        )
    scores = state.scores
    body: dict[str, Json] = {"scaled": dict(scores.scaled), "total": scores.total}
    outcome = "passed"
    rule = f"{step}.scale"
    if scores.passed is not None:
        rule = f"{step}.cut"
        body["cut"] = scores.cut
        outcome = "passed" if scores.passed else "failed"
    if outcome == "passed" and edition.has(f"{step}.essay_cut"):
        if not state.essay_total:
            raise edition.refusal(
                f"{step}.essay_marking",
                "essay_not_settled",
                remedy="The essay is still being marked.",
            )
        rule = f"{step}.essay_cut"
        cut = edition.value(rule, Cut)
        verdict = judge_cut(
            cut, found=fraction(state.essay_total), name=rule, cite=edition.rule(rule).cite
        )
        body |= {"essay": state.essay_total, "essay_cut": cut.at}
        outcome = "passed" if verdict.allowed else "failed"
    decided = Draft(
        file=file.file,
        step=step,
        kind="examination.decided",
        body={"outcome": outcome, "rule": rule, **body},
    )
    if outcome == "passed":
        return (decided,)
    return (decided, close(file, step=step, reason="examination_failed"))


def score_body(
    state: Examination,
    edition: Edition,
    *,
    step: str,
    raw: Mapping[str, Fraction],
    base_scale: Mapping[str, tuple[str, str]],
    key: str,
    measured: Mapping[str, Decimal] | None = None,
) -> dict[str, Json]:
    """What the scores are and how they stand to the cut: the body of the entry.

    ``measured`` scores of a section take the place of the T-scale's.
    """
    scores = scale_scores(edition, step=step, raw=raw, base_scale=base_scale)
    scores |= {s: score for s, score in (measured or {}).items() if s in scores}
    rule = f"{step}.cut"
    if edition.has(rule):
        verdict = judge_sum(
            edition.value(rule, CompensatorySum),
            scores=scores,
            name=rule,
            cite=edition.rule(rule).cite,
        )
        outcome = "at_or_above" if verdict.allowed else "below"
        total, bound = verdict.found, verdict.bound
    else:
        outcome, total, bound = "no_cut", str(sum(scores.values(), Decimal(0))), ""
    condition = f"{step}.essay_condition"
    marked = edition.has(condition) and to_be_marked(
        edition.value(condition, ConditionalMarking), met={rule: outcome == "at_or_above"}
    )
    return {
        "rule": rule if edition.has(rule) else f"{step}.scale",
        "outcome": outcome,
        "raw": {s: text_of(raw[s]) for s in sorted(scores)},
        "base_scale": {
            s: {"mean": base_scale[s][0], "sd": base_scale[s][1]} for s in sorted(scores)
        },
        "scaled": {s: str(scores[s]) for s in sorted(scores)},
        "total": total,
        "cut": bound,
        "essay_marked": marked,
        "answers": state.answers,
        "key": key,
        "edition": edition.digest,
    }


def _comparison(file: Candidacy, edition: Edition, step: str, marks: Sequence[int]) -> Draft:
    rule = f"{step}.essay_marking"
    marking = edition.value(rule, DoubleMarking)
    body: dict[str, Json] = {"rule": rule, "marks": list(marks), "tolerance": marking.tolerance}
    if needs_another_reading(marking, marks):
        body["outcome"] = "another_reading"
    else:
        body |= {"outcome": "settled", "total": text_of(settled_total(marking, marks))}
    return Draft(file=file.file, step=step, kind="essay.compared", body=body)


def _mark_draft(file: Candidacy, step: str, rule: str, mark: Mark) -> Draft:
    body: dict[str, Json] = {"rule": rule, "marker": mark.marker, "mark": mark.mark}
    return Draft(file=file.file, step=step, kind="essay.marked", body=body)


def _scorable(file: Candidacy, edition: Edition, step: str) -> Examination:
    state = file.state(step, Examination)
    if not state.answers:
        raise edition.refusal(
            f"{step}.scale",
            "no_answers",
            remedy="Answers are scored once they have been submitted.",
        )
    return state


def _markable(file: Candidacy, edition: Edition, step: str) -> Examination:
    state = file.state(step, Examination)
    if state.scores is None or not state.scores.essay_marked:
        numbers = (
            {} if state.scores is None else {"total": state.scores.total, "cut": state.scores.cut}
        )
        raise edition.refusal(
            f"{step}.essay_condition",
            "essay_stays_unmarked",
            remedy="Only the essays of those at or above the multiple-choice cut are marked.",
            **numbers,
        )
    if state.essay_total or state.outcome:
        raise edition.refusal(
            f"{step}.essay_marking", "essay_settled", remedy="The marks of this essay are settled."
        )
    return state
