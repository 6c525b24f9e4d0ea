"""Pay by class and step, by dated tables, in whole units of currency a year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.kind import Kind


class DatedPay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table and the day it took effect: yearly pay for each class, first step first."""

    name: str
    since: date
    pay: dict[str, list[int]]


class PayTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tables oldest first, in one currency."""

    currency: str
    tables: list[DatedPay]


def pay_for(rule: PayTable, *, grade: str, step: int, on: date) -> int:
    """Yearly pay on the day of the offer. Raises BadInput where no table says."""
    fitting = [table for table in rule.tables if table.since <= on]
    steps = fitting[-1].pay.get(grade, []) if fitting else []
    if not 1 <= step <= len(steps):
        raise BadInput("pay_unknown", remedy="No pay table in force names this class and step.")
    return steps[step - 1]


def _run(rule: PayTable, given: Mapping[str, Any]) -> Mapping[str, object]:
    return {"pay": pay_for(rule, grade=given["grade"], step=given["step"], on=given["on"])}


KIND = Kind("pay_table", PayTable, _run)
