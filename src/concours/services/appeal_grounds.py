"""The written grounds of an appeal: sealed with the person's data, committed to by the appeal's entry."""

import hashlib
import json
import secrets
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.ledger.canonical import canonical
from concours.records import personal
from concours.records.models import AppealGrounds
from concours.services.case import Case

COLUMN = "appealgrounds.content"
SALT = "_salt"
LIMIT = 6_000
"""The longest text of grounds, in characters."""


def keep_grounds(case: Case, text: str, *, step: str, at: datetime) -> str:
    """Keep what the candidate wrote; returns the commitment the appeal's entry holds.

    Called inside the decision's transaction. Raises BadInput for grounds that
    are empty or longer than `LIMIT`.
    """
    grounds = text.strip()
    if not grounds:
        raise BadInput(
            "grounds_missing", remedy="Write why the decision should be different.", field="grounds"
        )
    if len(grounds) > LIMIT:
        raise BadInput(
            "grounds_too_long",
            remedy=f"Write at most {LIMIT} characters.",
            field="grounds",
            numbers={"characters": str(len(grounds)), "most": str(LIMIT)},
        )
    person = case.candidacy.person
    content = canonical({"grounds": grounds, SALT: secrets.token_hex(32)})
    commitment = hashlib.sha256(content.encode()).hexdigest()
    AppealGrounds.objects.create(
        person=person,
        file=case.code,
        step=step,
        content=personal.seal_text(person, COLUMN, content),
        commitment=commitment,
        at=at,
    )
    return commitment


def grounds_of(file: str, *, step: str) -> str:
    """What the candidate wrote in the newest appeal of a step; "" without one, or once erased.

    The caller has checked who reads.
    """
    row = AppealGrounds.objects.filter(file=file, step=step).order_by("-at", "code").first()
    if row is None:
        return ""
    (text,) = personal.open_many(COLUMN, [(row.person, row.content)])
    return str(json.loads(text)["grounds"]) if text else ""
