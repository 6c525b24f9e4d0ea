"""Points on the register: claimed once placed, with evidence, and decided; never before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from concours.kernel.errors import BadInput, RuleRefused
from concours.kernel.exact import text_of
from concours.kernel.period import day_of
from concours.ledger.draft import Draft, Json
from concours.policy.code_list import CodeList, require_codes
from concours.policy.edition import Edition
from concours.policy.language_points import FAILED, LanguagePoints, Result, read_result
from concours.policy.points_table import PointsTable
from concours.selection.candidacy import Candidacy
from concours.selection.grounds import require_true_ground, upheld_appeals
from concours.selection.person import Person
from concours.selection.register import Sibling, register_entry, require_placed
from concours.selection.register_score import score_of
from concours.selection.register_state import Register
from concours.selection.reversal import require_authority


def claim_points(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    claim: str,
    person: Person,
    commitment: str,
) -> tuple[Draft, ...]:
    """Claim points, with evidence kept in the register's table. Veterans' points once per person."""
    state = require_placed(file, edition, step=step, rule="claims_after_placement")
    require_codes(
        edition.value(f"{step}.claims_after_placement", CodeList), codes=(claim,), field="claim"
    )
    if claim in state.claimed:
        raise RuleRefused(
            "claim_waits", remedy="This claim waits for a decision already.", field="claim"
        )
    if claim == "veterans" and person.preference_seq:
        raise edition.refusal(
            f"{step}.veterans_points",
            "preference_already_decided",
            remedy="Preference is decided once for a person and counts on all their registers.",
            field="claim",
            preference=person.preference,
        )
    if claim == "experience" and state.experience:
        raise RuleRefused(
            "claim_already_granted", remedy="These points count already.", field="claim"
        )
    return (
        register_entry(
            file,
            step,
            "points_claimed",
            rule=f"{step}.{claim}_points",
            claim=claim,
            commitment=commitment,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the evidence of a claim shows: a preference, a tested result, or months of experience."""

    preference: str = ""
    language: str = ""
    test: str = ""
    level: str = ""
    months: int = 0


def _found(
    edition: Edition, *, step: str, claim: str, granted: bool, finding: Finding
) -> dict[str, Json]:
    """The body's part that says what was found, checked against the rule."""
    if claim == "veterans":
        table = edition.value(f"{step}.veterans_points", PointsTable)
        if granted and finding.preference not in table.points:
            raise BadInput(
                "no_such_preference",
                remedy=f"Choose one of {', '.join(sorted(table.points))}.",
                field="preference",
            )
        return {"preference": finding.preference if granted else "none"}
    if claim == "language":
        rule = edition.value(f"{step}.language_points", LanguagePoints)
        result = read_result(
            rule, language=finding.language, test=finding.test, level=finding.level
        )
        if granted and result.level == "failed":
            raise BadInput(
                "failed_test_granted", remedy="A failed test earns nothing: refuse the claim."
            )
        return {"language": result.language, "test": result.test, "level": result.level}
    needed = edition.value(f"{step}.experience_points", PointsTable).conditions.get("months", 0)
    if granted and finding.months < needed:
        raise edition.refusal(
            f"{step}.experience_points",
            "too_few_months",
            remedy="Fewer months than the rule asks for cannot be granted.",
            field="months",
            found=str(finding.months),
            needed=str(needed),
        )
    return {"months": finding.months}


def _decision(
    sibling: Sibling, *, claim: str, about: int, granted: bool, body: dict[str, Json], on: date
) -> Draft:
    """The entry of a points decision in one file, with the score it leads to there."""
    state = sibling.file.state(sibling.step, Register)
    languages = state.languages
    if claim == "language":
        result = Result(
            language=str(body["language"]), test=str(body["test"]), level=str(body["level"])
        )
        if granted or result.level == FAILED:
            languages = (*languages, result)
        elif "ground" in body:
            languages = tuple(one for one in languages if one != result)
    score = score_of(
        sibling.edition,
        step=sibling.step,
        oral=Fraction(state.oral or "0"),
        preference=str(body["preference"]) if claim == "veterans" else state.preference,
        languages=languages,
        experience=granted if claim == "experience" else state.experience,
        on=on,
    )
    return register_entry(
        sibling.file,
        sibling.step,
        "points_decided",
        rule=f"{sibling.step}.{claim}_points",
        about=about,
        claim=claim,
        granted=granted,
        points=text_of(score.points),
        score=text_of(score.total),
        **body,
    )


CORRECTION_GROUNDS = ("clerical_error", "new_evidence", "appeal_upheld", "false_evidence")


def correct_points(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    claim: str,
    granted: bool,
    finding: Finding,
    ground: str,
    authority: str,
    person: Person,
    siblings: Sequence[Sibling],
) -> tuple[Draft, ...]:
    """Reverse a points decision, with a ground: grant what was refused, or take back what was granted.

    A preference is corrected on every register of the person; a language result
    taken back is the one named; the first decision stays in the record.
    """
    require_authority(authority)
    state = require_placed(file, edition, step=step, rule="claims_after_placement")
    if ground not in CORRECTION_GROUNDS:
        raise BadInput(
            "no_such_ground",
            remedy=f"Choose one of {', '.join(CORRECTION_GROUNDS)}.",
            field="ground",
        )
    require_true_ground(ground, upheld=bool(upheld_appeals(file)))
    decided = [one for one in state.claims if one.what == claim and one.outcome]
    if not decided and not (claim == "veterans" and person.preference_seq):
        raise RuleRefused(
            "nothing_to_correct", remedy="No claim of this kind has been decided.", field="claim"
        )
    body = _found(edition, step=step, claim=claim, granted=granted, finding=finding)
    body["ground"] = ground
    body["authority"] = authority
    named = Result(language=finding.language, test=finding.test, level=finding.level)
    if claim == "language" and not granted and named not in state.languages:
        raise BadInput(
            "no_such_result", remedy="Name the result exactly as it was granted.", field="language"
        )
    mine = Sibling(file=file, edition=edition, step=step)
    everywhere = [mine]
    if claim == "veterans":
        everywhere += [one for one in siblings if one.on_register and one.file.closed is None]
    today = day_of(at, edition.zone)
    drafts = tuple(
        _decision(one, claim=claim, about=0, granted=granted, body=body, on=today)
        for one in everywhere
    )
    if claim != "veterans":
        return drafts
    found = Draft(
        file=person.file,
        step="",
        kind="person.preference_found",
        body={"preference": str(body["preference"])},
    )
    return (*drafts, found)


def decide_points(
    file: Candidacy,
    edition: Edition,
    *,
    step: str,
    at: datetime,
    claim: str,
    granted: bool,
    finding: Finding,
    person: Person,
    siblings: Sequence[Sibling],
) -> tuple[Draft, ...]:
    """Decide a claim. A preference counts on every register the person stands on."""
    state = require_placed(file, edition, step=step, rule="claims_after_placement")
    waiting = state.claimed.get(claim)
    if waiting is None:
        raise RuleRefused(
            "no_claim_waits", remedy="There is no claim of this kind to decide.", field="claim"
        )
    body = _found(edition, step=step, claim=claim, granted=granted, finding=finding)
    today = day_of(at, edition.zone)
    own = _decision(
        Sibling(file=file, edition=edition, step=step),
        claim=claim,
        about=waiting.seq,
        granted=granted,
        body=body,
        on=today,
    )
    if claim != "veterans":
        return (own,)
    if person.preference_seq:
        raise edition.refusal(
            f"{step}.veterans_points",
            "preference_already_decided",
            remedy="Preference is decided once for a person.",
            preference=person.preference,
        )
    found = Draft(
        file=person.file,
        step="",
        kind="person.preference_found",
        body={"preference": str(body["preference"])},
    )
    elsewhere = tuple(
        _decision(one, claim=claim, about=0, granted=granted, body=body, on=today)
        for one in siblings
        if granted and one.on_register and one.file.closed is None
    )
    return (own, found, *elsewhere)
