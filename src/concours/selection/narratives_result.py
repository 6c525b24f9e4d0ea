"""Results of the panel: exact scores, places in the track, the cut by need, and what undoes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.exact import fraction, text_of
from concours.kernel.period import instant_text
from concours.ledger.draft import Draft, Json
from concours.policy.edition import Edition
from concours.policy.mean_score import overall, part_score
from concours.policy.need_cut import Cut, NeedCut, cut_by_need, places
from concours.policy.severity import Given, Severity, adjustments
from concours.selection.candidacy import Candidacy, close, require_open
from concours.selection.grounds import require_true_ground, upheld_appeals
from concours.selection.narratives_state import Narratives
from concours.selection.panel import Panel, ratings_of
from concours.selection.result_appeal import decide_appeal, lodge_appeal
from concours.selection.reversal import require_authority, require_uncommitted


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScore:
    """A file's exact score, and the exact mean of each theme as the readers or the chair left it.

    ``adjustment`` is what the readers' severity adds to each theme they rated,
    in its published places; "" where the edition has no rule on it.
    """

    themes: Mapping[str, Fraction]
    score: Fraction
    adjustment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What the cut of one track would give: everyone's score and place, and who is in."""

    scores: Mapping[str, FileScore]
    places: Mapping[str, int]
    cut: Cut
    need: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What leaving one member out would change for one file."""

    candidacy: str
    before: Fraction
    after: Fraction
    was_in: bool
    would_be_in: bool


def given_by(panel: Panel, *, without: frozenset[str] = frozenset()) -> Given:
    """The mean each reader gave each whole file, from the sheets locked alone."""
    return {
        candidacy: {
            sheet.rater: part_score(sheet.ratings.values())
            for sheet in sheets
            if sheet.rater not in without and sheet.ratings
        }
        for (candidacy, part), sheets in sorted(panel.entered.items())
        if not part
    }


def severity_adjustments(
    panel: Panel, edition: Edition, *, step: str, without: frozenset[str] = frozenset()
) -> Mapping[str, str]:
    """What each file of one panel is given for its readers' severity; empty without a rule on it."""
    rule = f"{step}.severity"
    if not edition.has(rule):
        return {}
    found = adjustments(edition.value(rule, Severity), given_by(panel, without=without))
    return {candidacy: str(added) for candidacy, added in found.items()}


def file_score(
    panel: Panel,
    *,
    candidacy: str,
    without: frozenset[str] = frozenset(),
    adjustment: str = "",
) -> FileScore:
    """The mean of the themes; each the mean of its readers, or the chair's decision where there is one.

    ``without`` leaves members out, the chair among them; ``adjustment`` is added
    to every theme the readers decided. Raises RuleRefused when a file is not
    rated, or when nobody is left.
    """
    independent = ratings_of(panel, candidacy=candidacy, without=without)
    if not independent:
        raise RuleRefused("not_rated", remedy=f"File {candidacy} has no ratings to count.")
    settled = panel.settled.get((candidacy, ""))
    decided = settled.ratings if settled is not None and settled.by not in without else {}
    themes = {
        theme: Fraction(decided[theme]) if theme in decided else part_score(ratings)
        for theme, ratings in independent.items()
    }
    added = fraction(adjustment or "0")
    score = overall(value if theme in decided else value + added for theme, value in themes.items())
    return FileScore(themes=themes, score=score, adjustment=adjustment)


def results(
    panel: Panel,
    edition: Edition,
    *,
    step: str,
    files: Mapping[str, Candidacy],
    need: int,
    added: Mapping[str, str] | None = None,
) -> Results:
    """Score, place and cut every file of a track; nothing is decided. Refused while one is not ready.

    ``added`` is each file's adjustment for severity where it is known already, or
    where ``panel`` is several panels read as one; without it the panel gives it.
    """
    waiting = [
        code
        for code, file in sorted(files.items())
        if file.state(step, Narratives).awaits != "results"
    ]
    if waiting:
        raise RuleRefused(
            "files_not_rated",
            remedy="Wait until every file of the track is rated and settled.",
            numbers={"waiting": str(len(waiting)), "first": waiting[0]},
        )
    known = severity_adjustments(panel, edition, step=step) if added is None else added
    scores = {
        code: file_score(panel, candidacy=code, adjustment=known.get(code, ""))
        for code in sorted(files)
    }
    exact = {code: found.score for code, found in scores.items()}
    cut = cut_by_need(edition.value(f"{step}.cut", NeedCut), exact, need=need)
    return Results(scores=scores, places=places(exact), cut=cut, need=need)


def decide_file(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, found: Results, run: str
) -> tuple[Draft, ...]:
    """The result of one file by the cut of its track; a file below the cut ends here."""
    require_open(file)
    state = file.state(step, Narratives)
    if state.decision is not None:
        raise RuleRefused(
            "already_decided", remedy="This file has its result; an appeal may change it."
        )
    score = found.scores[file.file]
    passed = file.file in found.cut.inside
    cut = "" if found.cut.lowest is None else text_of(found.cut.lowest)
    body: dict[str, Json] = {
        "outcome": "passed" if passed else "failed",
        "score": text_of(score.score),
        "themes": {theme: text_of(value) for theme, value in sorted(score.themes.items())},
        **({"adjustment": score.adjustment} if score.adjustment else {}),
        "cut": cut,
        "need": found.need,
        "rank": found.places[file.file],
        "of": len(found.scores),
        "rule": f"{step}.cut",
        "run": run,
    }
    decided = Draft(file=file.file, step=step, kind="narratives.decided", body=body)
    return (decided,) if passed else (decided, close(file, step=step, reason="narratives_failed"))


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
    """Decide the panel's result again, for a coded ground; the first decision stays in the record.

    ``on_appeal`` says that an appeal is upheld in the same act.

    A candidacy that this step had ended is opened again first; one that fails now ends.
    """
    require_authority(authority)
    state = file.state(step, Narratives)
    if state.decision is None:
        raise RuleRefused("nothing_to_reverse", remedy="There is no result to reverse.")
    if state.decision.outcome == "not_submitted":
        raise RuleRefused(
            "nothing_was_rated", remedy="Nothing was submitted: admit a late entry instead."
        )
    if outcome not in ("passed", "failed") or (outcome == "passed") == state.passed:
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
    reversed_ = Draft(file=file.file, step=step, kind="narratives.reversed", body=body)
    if outcome == "failed":
        return (reversed_, close(file, step=step, reason="narratives_failed"))
    reopened = Draft(
        file=file.file, step=step, kind="candidacy.reopened", body={"reason": "result_reversed"}
    )
    return (reopened, reversed_) if ended_here else (reversed_,)


def admit_late(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    until: datetime,
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """Open a candidacy again that ended because nothing was submitted, with a new deadline."""
    require_authority(authority)
    state = file.state(step, Narratives)
    if file.closed is None or state.decision is None or state.decision.outcome != "not_submitted":
        raise RuleRefused("not_lapsed", remedy="This candidacy did not end for want of narratives.")
    if until <= at:
        raise BadInput("not_an_extension", remedy="Give an instant later than now.", field="until")
    require_true_ground(ground, upheld=bool(upheld_appeals(file)))
    body: dict[str, Json] = {
        "until": instant_text(until),
        "ground": ground,
        "authority": authority,
        "rule": f"{step}.deadline",
    }
    return (
        Draft(file=file.file, step=step, kind="candidacy.reopened", body={"reason": "late_entry"}),
        Draft(file=file.file, step=step, kind="narratives.deadline_extended", body=body),
    )


def run_without(
    panel: Panel, edition: Edition, *, step: str, found: Results, member: str
) -> tuple[Change, ...]:
    """What the results would be without one member, same need: every file whose score or outcome moves.

    Raises RuleRefused when a file has no other reader left.
    """
    left_out = frozenset({member})
    known = severity_adjustments(panel, edition, step=step, without=left_out)
    after = {
        code: file_score(panel, candidacy=code, without=left_out, adjustment=known.get(code, ""))
        for code in found.scores
    }
    exact = {code: score.score for code, score in after.items()}
    cut = cut_by_need(edition.value(f"{step}.cut", NeedCut), exact, need=found.need)
    changes = [
        Change(
            candidacy=code,
            before=found.scores[code].score,
            after=exact[code],
            was_in=code in found.cut.inside,
            would_be_in=code in cut.inside,
        )
        for code in sorted(found.scores)
    ]
    return tuple(c for c in changes if c.before != c.after or c.was_in != c.would_be_in)


def record_run_without(
    panel: Panel,
    *,
    step: str,
    member: str,
    changes: tuple[Change, ...],
    table: str,
    ground: str,
    authority: str,
) -> tuple[Draft, ...]:
    """The entry that a panel was computed again without a member; outcomes change by reversal only."""
    require_authority(authority)
    require_true_ground(ground, upheld=False)
    if member not in panel.members and member != panel.chair:
        raise BadInput("not_a_member", remedy="Name a member of this panel.", field="member")
    moved = sum(change.was_in != change.would_be_in for change in changes)
    body: dict[str, Json] = {
        "without": member,
        "changed": len(changes),
        "moved": moved,
        "table": table,
        "ground": ground,
        "authority": authority,
    }
    return (Draft(file=panel.file, step=step, kind="panel.run_again", body=body),)


def appeal(
    file: Candidacy, edition: Edition, *, step: str, at: datetime, commitment: str
) -> tuple[Draft, ...]:
    """Appeal against a failed result, once, within the edition's time from being told.

    ``commitment`` is the digest of the written grounds, which stand with the person's data.
    """
    state = file.state(step, Narratives)
    failed = state.decision is not None and state.decision.outcome == "failed"
    return lodge_appeal(
        file,
        edition,
        step=step,
        kind="narratives",
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
        kind="narratives",
        upheld=upheld,
        ground=ground,
        authority=authority,
        state=file.state(step, Narratives),
        reverse=reverse,
    )
