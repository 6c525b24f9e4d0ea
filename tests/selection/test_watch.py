"""The stuck-file watch: a legal next step, an owner and a due date are asked for, each by itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.selection.examination_strategies import SCORED, sat

from concours.selection.opening import Opening
from concours.selection.road import openings
from concours.selection.watch import is_sure, lacking

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


def test_between_a_decision_and_its_telling_the_file_waits_for_the_telling() -> None:
    road = sat().score().mark(3, 3).decide()
    waits = [o for o in openings(road.now, road.edition, at=SCORED) if is_sure(o)]
    assert [(o.command, o.owner) for o in waits] == [("notice.release", "system")]
    road.tell(road.world.read(road.file)[-1], SCORED)
    waits = [o for o in openings(road.now, road.edition, at=SCORED) if is_sure(o)]
    assert [o.command for o in waits] == ["narratives.submit"]


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
