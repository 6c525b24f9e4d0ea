"""The order of a list, the same on every database: what is unknown comes last, a code settles ties."""

from typing import TypeVar

from django.db.models import F, Model, QuerySet

M = TypeVar("M", bound=Model)


def ordered(rows: QuerySet[M], column: str, *, descending: bool, unique: str) -> QuerySet[M]:
    """Order by a column and then by a unique one, both ways alike.

    Databases differ in where they put what is null; here it always stands last, so
    that a list's first page is never a page of blanks.
    """
    if descending:
        return rows.order_by(F(column).desc(nulls_last=True), f"-{unique}")
    return rows.order_by(F(column).asc(nulls_last=True), unique)
