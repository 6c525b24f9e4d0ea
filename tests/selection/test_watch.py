"""The stuck-file watch: a legal next step, an owner and a due date are asked for, each by itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from concours.selection.opening import Opening
from concours.selection.watch import lacking

AT = datetime(2016, 10, 3, tzinfo=UTC)
SURE = Opening(
    command="application.judge",
    action="application.judge",
    step="application",
    owner="registrar",
    since=AT,
    awaited=True,
    due_on=AT,
)
ASIDE = replace(SURE, command="application.withdraw", action="application.withdraw", owner="candidate", awaited=False, due_on=None)  # fmt: skip


@pytest.mark.parametrize(
    ("lack", "found"),
    [
        ("", (SURE,)),
        ("", (ASIDE, SURE)),
        ("", (replace(SURE, owner="system", action="nobody.may"),)),
        ("next_step", ()),
        ("next_step", (replace(SURE, action="nobody.may"),)),
        ("owner", (replace(SURE, owner=""),)),
        ("owner", (replace(SURE, owner="no_such_role"),)),
        ("owner", (replace(SURE, owner="proctor"),)),
        ("due_date", (replace(SURE, due_on=None),)),
        ("due_date", (replace(SURE, awaited=False),)),
        ("due_date", (ASIDE,)),
    ],
)
def test_the_watch_names_what_no_opening_gives(lack: str, found: tuple[Opening, ...]) -> None:
    assert lacking(found) == lack
