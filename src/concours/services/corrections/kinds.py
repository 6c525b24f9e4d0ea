"""What may be corrected by file, and the command each row becomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.period import day_end
from concours.ledger.draft import Draft
from concours.selection.application_appeals import reverse_eligibility
from concours.selection.application_exceptions import grant_extension, withdraw
from concours.selection.examination_result import correct_score
from concours.selection.examination_seats import release_seat
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


def _eligibility(
    case: Case, row: Mapping[str, str], *, at: datetime, reason: str, authority: str
) -> Sequence[Draft]:
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
    seat = release_seat(case.candidacy, step="examination", reason="withdrawn")
    return withdraw(
        case.candidacy, case.edition, step="application", at=at, reason="not_said", release=seat
    )


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
