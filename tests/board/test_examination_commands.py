"""Every act that may come up on a file in applying or the test has a page for whoever takes it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.urls import reverse
from tests.selection.examination_strategies import (
    EDITION,
    FIT,
    JUDGED,
    SCORED,
    TEST,
    Road,
    eligible,
    passed_examination,
    sat,
)

from concours.selection.application_appeals import appeal_eligibility
from concours.selection.application_exceptions import reopen_section, withdraw
from concours.selection.examination_seats import record_no_show
from concours.selection.examination_sitting import open_sitting
from concours.selection.opening import Opening
from concours.selection.road import openings


def reopened() -> Road:
    road = eligible()
    plain = {"reason": "illness", "authority": "registrar", "until": SCORED, "section": "contact"}
    road.do(reopen_section(road.now, EDITION, step="application", at=JUDGED, **plain), JUDGED)
    return road


def withdrawn() -> Road:
    road = eligible()
    road.do(withdraw(road.now, EDITION, step="application", at=JUDGED, reason="study"), JUDGED)
    return road


def refused() -> Road:
    return Road().start().submit().judge(replace(FIT, citizenships=frozenset()))


def appealed() -> Road:
    road = refused()
    road.do(
        appeal_eligibility(road.now, EDITION, step="application", at=JUDGED, commitment="c" * 64),
        JUDGED,
    )
    return road


def sitting() -> Road:
    road = eligible().reserve().let_in()
    road.do(open_sitting(road.now, EDITION, step="examination", at=TEST), TEST)
    return road


def absent() -> Road:
    road = eligible().reserve()
    road.do(record_no_show(road.now, EDITION, step="examination", at=SCORED), SCORED)
    return road


ROADS: dict[str, Callable[[], Road]] = {
    "started": lambda: Road().start(),
    "submitted": lambda: Road().start().submit(),
    "refused": refused,
    "appealed": appealed,
    "eligible": eligible,
    "reopened": reopened,
    "withdrawn": withdrawn,
    "seated": lambda: eligible().reserve(),
    "inside": lambda: eligible().reserve().let_in(),
    "sitting": sitting,
    "absent": absent,
    "sat": sat,
    "scored": lambda: sat().score(),
    "third reading": lambda: sat().score().mark(0, 6),
    "marked": lambda: sat().score().mark(3, 3),
    "failed": lambda: sat().score().mark(2, 2).decide(),
    "passed": passed_examination,
}


def own_openings(road: Road) -> list[Opening]:
    """What may happen next in these two steps."""
    at = road.now.last_at
    assert at is not None
    found = openings(road.now, EDITION, at=at)
    return [o for o in found if o.step in ("application", "examination") and o.owner != "system"]


@pytest.mark.parametrize("stage", ROADS)
def test_every_act_that_may_come_next_has_a_page_for_its_owner(stage: str) -> None:
    road = ROADS[stage]()
    found = own_openings(road)
    assert found
    for opening in found:
        face = "portal" if opening.owner == "candidate" else "board"
        name = f"{face}:{opening.command.replace('.', '_')}"
        assert road.file in reverse(name, args=[road.file])
