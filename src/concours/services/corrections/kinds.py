"""What may be corrected by file, and the command each row becomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import RuleRefused
from concours.kernel.period import day_end
from concours.ledger.draft import Draft
from concours.selection.application_appeals import reverse_eligibility
from concours.selection.application_exceptions import grant_extension, withdraw
from concours.selection.assessment import release_place
from concours.selection.examination_result import correct_score
from concours.selection.examination_seats import release_seat
from concours.selection.register_state import Register
from concours.services.case import Case
from concours.services.corrections.sheet import Check, day, whole_or_half, yes_or_no
from concours.services.examination.sessions import calendar_of

RowCommand = Callable[..., Sequence[Draft]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One kind of bulk correction: its columns with their checks, its step and rule, its command."""

    what: str
    step: str
    rule: str
    columns: Mapping[str, Check]
    command: RowCommand


def _scores(
    case: Case, row: Mapping[str, str], *, at: datetime, reason: str, authority: str
) -> Sequence[Draft]:
    raw = {name: whole_or_half(row[name]) for name in SCORES.columns}
    return correct_score(
        case.candidacy,
        case.edition,
        step="examination",
        at=at,
        raw=raw,
        base_scale=case.competition.base_scale,
        key="corrected",
        reason=reason,
        authority=authority,
    )


def _extension(
    case: Case, row: Mapping[str, str], *, at: datetime, reason: str, authority: str
) -> Sequence[Draft]:
    return grant_extension(
        case.candidacy,
        case.edition,
        step="application",
        at=at,
        until=day_end(day(row["until"]), case.edition.zone),
        reason=reason,
        authority=authority,
    )


def _require_nothing_held(case: Case) -> None:
    """Refuse a row that would end a file holding what others wait for.

    A seat, a booked place and an offer are given back in one transaction with the
    entry that ends the file: that is done on its own page, one file at a time.
    """
    file, held = case.candidacy, False
    for plan in case.edition.steps:
        if plan.kind == "examination":
            held = held or bool(release_seat(file, step=plan.id, reason="withdrawn"))
        if plan.kind == "assessment":
            held = held or bool(release_place(file, step=plan.id, reason="withdrawn"))
        if plan.kind == "register":
            place = file.state(plan.id, Register)
            held = held or place.offer is not None or place.accepted_at is not None
    if held:
        raise RuleRefused(
            "holds_a_place",
            remedy="This file holds a seat, a booked place or an offer: decide it on its own page, "
            "which gives that back.",
        )


def _eligibility(
    case: Case, row: Mapping[str, str], *, at: datetime, reason: str, authority: str
) -> Sequence[Draft]:
    if not yes_or_no(row["eligible"]):
        _require_nothing_held(case)
    return reverse_eligibility(
        case.candidacy,
        case.edition,
        step="application",
        at=at,
        eligible=yes_or_no(row["eligible"]),
        reason=reason,
        authority=authority,
        calendar=calendar_of(case.competition),
    )


def _withdrawal(
    case: Case, row: Mapping[str, str], *, at: datetime, reason: str, authority: str
) -> Sequence[Draft]:
    _require_nothing_held(case)
    return withdraw(case.candidacy, case.edition, step="application", at=at, reason="not_said")


SCORES = Correction(
    what="scores",
    step="examination",
    rule="examination.scale",
    columns={
        "job_knowledge": whole_or_half,
        "english_expression": whole_or_half,
        "biographic": whole_or_half,
    },
    command=_scores,
)
ALL = (
    SCORES,
    Correction(
        what="extensions",
        step="application",
        rule="application.windows",
        columns={"until": day},
        command=_extension,
    ),
    Correction(
        what="eligibility",
        step="application",
        rule="application.age",
        columns={"eligible": yes_or_no},
        command=_eligibility,
    ),
    Correction(
        what="withdrawals",
        step="application",
        rule="application.windows",
        columns={},
        command=_withdrawal,
    ),
)
CORRECTIONS: Mapping[str, Correction] = {c.what: c for c in ALL}
