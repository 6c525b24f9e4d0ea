"""Ratings of the oral assessment: alone first, integrated after, exact means, passed unrounded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.exact import text_of
from concours.ledger.draft import Draft, Json
from concours.policy.catalogue import Catalogue
from concours.policy.cut import Cut, judge_cut
from concours.policy.edition import Edition
from concours.policy.exercises import Exercises, exercise, scored
from concours.policy.group_shape import GroupShape, raters
from concours.policy.mean_score import MeanScore, overall, part_score, shown
from concours.policy.scale import Scale, on_scale
from concours.policy.shown_matrix import ShownMatrix, shows
from concours.selection.assessment_state import Assessment
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.grounds import require_true_ground, upheld_appeals
from concours.selection.panel import Panel, Sheet, require_unbarred, settled_draft, sheets_draft
from concours.selection.result_appeal import decide_appeal, lodge_appeal
from concours.selection.reversal import require_authority, require_uncommitted


def form_group(
    panel: Panel,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    files: Mapping[str, Candidacy],
    interviewers: Mapping[str, Sequence[str]],
    day: str,
) -> tuple[Draft, ...]:
    """Place candidates of one day in a group: who rates whom in which exercise.

    The panel is the group's team of assessors. Every pair is checked here,
    whoever made the plan: group size, number of assessors, conflicts.
    """
    shape = edition.value(f"{step}.group", GroupShape)
    if not shape.smallest <= len(files) <= shape.largest:
        raise edition.refusal(
            f"{step}.group",
            "group_size",
            remedy=f"A group has {shape.smallest} to {shape.largest} candidates.",
            found=str(len(files)),
        )
    if len(panel.members) != shape.assessors:
        raise edition.refusal(
            f"{step}.group",
            "team_size",
            remedy=f"A group has {shape.assessors} assessors.",
            found=str(len(panel.members)),
        )
    exercises = edition.value(f"{step}.exercises", Exercises)
    for code, file in sorted(files.items()):
        require_open(file)
        state = file.state(step, Assessment)
        if state.booking is None or state.booking.day != day or state.checked_in_at is not None:
            raise RuleRefused("not_booked_here", remedy=f"File {code} has no place on this day.")
        for member in panel.members:
            require_unbarred(panel, member=member, candidacy=code)
    drafts: list[Draft] = []
    for item in exercises.items:
        if not item.scored:
            continue
        table: dict[str, Json] = {}
        for code in sorted(files):
            team = tuple(sorted(interviewers[code])) if item.form == "interview" else panel.members
            if len(set(team)) != raters(shape, item.form) or not set(team) <= set(panel.members):
                raise edition.refusal(
                    f"{step}.group",
                    "interviewers",
                    remedy=f"{shape.interviewers} assessors of the group hold an interview.",
                    field=code,
                )
            table[code] = list(team)
        body: dict[str, Json] = {"files": table, "part": item.code, "rule": f"{step}.group"}
        drafts.append(Draft(file=panel.file, step=step, kind="panel.files_assigned", body=body))
    for code in sorted(files):
        placed: dict[str, Json] = {"panel": panel.file, "day": day, "rule": f"{step}.group"}
        drafts.append(Draft(file=code, step=step, kind="assessment.grouped", body=placed))
    return tuple(drafts)


def check_ratings(edition: Edition, *, step: str, part: str, ratings: Mapping[str, int]) -> None:
    """Refuse a sheet that does not rate each dimension of the exercise once, on the scale."""
    edition.value(f"{step}.dimensions", Catalogue)
    wanted = set(shows(edition.value(f"{step}.matrix", ShownMatrix), part))
    scale = edition.value(f"{step}.scale", Scale)
    for dimension in sorted(wanted ^ set(ratings)):
        raise edition.refusal(
            f"{step}.matrix",
            "dimension_not_rated" if dimension in wanted else "dimension_not_shown",
            remedy="Rate each dimension that this exercise shows, and no other.",
            field=dimension,
        )
    for dimension, rating in sorted(ratings.items()):
        if not on_scale(scale, rating):
            raise edition.refusal(
                f"{step}.scale",
                "off_the_scale",
                remedy=f"Give a whole number from {scale.lowest} to {scale.highest}.",
                field=dimension,
                found=str(rating),
            )


def _require_present(file: Candidacy, panel: Panel, *, step: str) -> Assessment:
    require_open(file)
    state = file.state(step, Assessment)
    if state.checked_in_at is None:
        raise RuleRefused("not_checked_in", remedy="Record first that the candidate came.")
    if state.decision is not None:
        raise RuleRefused("already_decided", remedy="The result stands; an appeal may change it.")
    if state.panel != panel.file:
        raise BadInput("other_group", remedy="This candidate is in another group.", field="panel")
    return state


def enter_ratings(
    panel: Panel,
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    part: str,
    sheets: Sequence[Sheet],
) -> tuple[Draft, ...]:
    """Bring all independent sheets of one exercise into the group's chain in one act."""
    _require_present(file, panel, step=step)
    if not exercise(edition.value(f"{step}.exercises", Exercises), part).scored:
        raise edition.refusal(
            f"{step}.exercises",
            "exercise_not_scored",
            remedy="This exercise is not rated.",
            field="exercise",
        )
    for sheet in sheets:
        check_ratings(edition, step=step, part=part, ratings=sheet.ratings)
    entered = sheets_draft(panel, candidacy=file.file, part=part, sheets=sheets)
    body: dict[str, Json] = {
        "panel": panel.file,
        "exercise": part,
        "sheets": len(sheets),
        "rule": f"{step}.score",
    }
    return (entered, Draft(file=file.file, step=step, kind="assessment.rated", body=body))


def integrate(
    panel: Panel,
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    part: str,
    ratings: Mapping[str, int],
    by: str,
    reasons: str,
) -> tuple[Draft, ...]:
    """Record what the assessors agreed on for one exercise, beside what each had given alone."""
    state = _require_present(file, panel, step=step)
    if part not in state.rated:
        raise RuleRefused(
            "independent_first", remedy="Integration begins when every assessor has locked a sheet."
        )
    if part in state.integrated:
        raise RuleRefused("already_integrated", remedy="This exercise has been integrated.")
    if by not in panel.readers.get((file.file, part), ()) and by != panel.chair:
        raise BadInput(
            "not_of_the_group", remedy="An assessor of the exercise records its integration."
        )
    require_unbarred(panel, member=by, candidacy=file.file)
    check_ratings(edition, step=step, part=part, ratings=ratings)
    settled = settled_draft(
        panel, candidacy=file.file, part=part, ratings=ratings, by=by, reasons=reasons
    )
    body: dict[str, Json] = {"panel": panel.file, "exercise": part, "rule": f"{step}.score"}
    return (settled, Draft(file=file.file, step=step, kind="assessment.integrated", body=body))


def exercise_scores(
    panel: Panel, edition: Edition, *, step: str, candidacy: str
) -> Mapping[str, Fraction]:
    """The exact score of each scored exercise that has been integrated, in the edition's order."""
    order = scored(edition.value(f"{step}.exercises", Exercises))
    found = {part: panel.settled.get((candidacy, part)) for part in order}
    return {
        part: part_score(settled.ratings.values()) for part, settled in found.items() if settled
    }


def decide_assessment(
    panel: Panel, file: Candidacy, edition: Edition, *, step: str, at: datetime
) -> tuple[Draft, ...]:
    """The result from the integrated ratings: exact mean of exact means, cut unrounded.

    Refused until every scored exercise is integrated. Below the cut the candidacy ends.
    """
    _require_present(file, panel, step=step)
    scores = exercise_scores(panel, edition, step=step, candidacy=file.file)
    order = scored(edition.value(f"{step}.exercises", Exercises))
    missing = [part for part in order if part not in scores]
    if missing:
        raise RuleRefused(
            "exercises_outstanding",
            remedy=f"Integrate first: {', '.join(missing)}.",
            numbers={"missing": str(len(missing))},
        )
    score = overall(scores.values())
    rule_id = f"{step}.cut"
    cut = edition.value(rule_id, Cut)
    verdict = judge_cut(cut, found=score, name=rule_id, cite=edition.rule(rule_id).cite)
    body: dict[str, Json] = {
        "outcome": "passed" if verdict.allowed else "failed",
        "score": text_of(score),
        "shown": str(shown(edition.value(f"{step}.score", MeanScore), score)),
        "cut": cut.at,
        "exercises": {
            part: {
                "score": text_of(found),
                "ratings": dict(sorted(panel.settled[(file.file, part)].ratings.items())),
            }
            for part, found in scores.items()
        },
        "rule": rule_id,
    }
    decided = Draft(file=file.file, step=step, kind="assessment.decided", body=body)
    if verdict.allowed:
        return (decided,)
    return (decided, close(file, step=step, reason="assessment_failed"))


def reverse_result(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    outcome: str,
    ground: str,
    authority: str,
    on_appeal: bool = False,
) -> tuple[Draft, ...]:
    """Decide the result again, for a coded ground; the first decision stays in the record.

    ``on_appeal`` says that an appeal is upheld in the same act.
    """
    require_authority(authority)
    state = file.state(step, Assessment)
    if state.decision is None or state.decision.outcome not in ("passed", "failed"):
        raise RuleRefused("nothing_to_reverse", remedy="There is no result to reverse.")
    if outcome not in ("passed", "failed") or outcome == state.decision.outcome:
        raise BadInput(
            "same_outcome",
            remedy="A reversal gives the other outcome: passed or failed.",
            field="outcome",
        )
    require_true_ground(ground, upheld=on_appeal or step in upheld_appeals(file))
    ended_here = file.closed is not None and file.closed.step == step
    if not ended_here:
        require_open(file)
    if outcome == "failed":
        require_uncommitted(file, edition)
    body: dict[str, Json] = {
        "outcome": outcome,
        "ground": ground,
        "authority": authority,
        "rule": f"{step}.cut",
    }
    reversed_ = Draft(file=file.file, step=step, kind="assessment.reversed", body=body)
    if outcome == "failed":
        return (reversed_, close(file, step=step, reason="assessment_failed"))
    reopened = Draft(
        file=file.file, step=step, kind="candidacy.reopened", body={"reason": "result_reversed"}
    )
    return (reopened, reversed_) if ended_here else (reversed_,)


def appeal(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Appeal against a failed result, once, within the edition's time from being told.

    ``commitment`` is the digest of the written grounds, which stand with the person's data.
    """
    state = file.state(step, Assessment)
    failed = state.decision is not None and state.decision.outcome == "failed"
    return lodge_appeal(
        file,
        edition,
        step=step,
        kind="assessment",
        at=at,
        state=state,
        failed=failed,
        commitment=commitment,
    )


def settle_appeal(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    upheld: bool,
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Decide the appeal. Upheld, the result is reversed and the candidacy opens again."""

    def reverse() -> tuple[Draft, ...]:
        return reverse_result(
            file,
            edition,
            step=step,
            at=at,
            outcome="passed",
            ground=ground,
            authority=authority,
            on_appeal=True,
        )

    return decide_appeal(
        file,
        edition,
        step=step,
        kind="assessment",
        upheld=upheld,
        ground=ground,
        authority=authority,
        state=file.state(step, Assessment),
        reverse=reverse,
    )
