"""The measurement room from the board: a run by the worker, its scores and items taken, a key changed after."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.marks_cast import ADMINISTRATOR, PSYCHOMETRICIAN, SCORED, given_sheets, mixed

from concours.kernel.errors import BadInput, NotPermitted, RuleRefused
from concours.records.ledger_store import read_facts
from concours.records.models import BankFigures, BankItem, ExaminationStanding, TestItem
from concours.selection.authority import Actor
from concours.services.examination import key_review
from concours.services.examination.key_check_run import check_key
from concours.services.examination.scoring import decide_all, score_all, scoring_page
from concours.services.items import measuring_page
from concours.services.items.from_tests import take_figures
from concours.services.items.measured_items import take_item_report
from concours.services.items.measuring_page import (
    ask_to_measure,
    folder_of,
    take_run_items,
    take_run_scores,
)
from concours.services.items.measuring_run import anchors
from concours.services.items.pages import item_list
from concours.services.jobs import run_due_jobs
from concours.services.listing import ListQuery

pytestmark = pytest.mark.django_db
SECTION = "job_knowledge"
PROCTOR = Actor(code="P", roles=frozenset({"proctor"}))


@pytest.fixture
def competition(settings: Any, tmp_path: Path) -> str:
    """Twenty-four sheets scored on the T-scale."""
    settings.VAR = tmp_path
    people = given_sheets(mixed)
    found = str(ExaminationStanding.objects.get(file=people[0][1]).competition)
    score_all(ADMINISTRATOR, found, at=SCORED)
    return found


def run(competition: str) -> int:
    """A run asked for and done."""
    job = ask_to_measure(PSYCHOMETRICIAN, competition, model="1pl", at=SCORED)
    run_due_jobs()
    return job


def scaled(competition: str) -> dict[str, str]:
    """Job knowledge's score of everybody as it stands."""
    return {
        code: next(f for f in reversed(read_facts(code)) if f.kind.startswith("choice.")).body[
            "scaled"
        ][SECTION]
        for code in ExaminationStanding.objects.values_list("file", flat=True)
    }


def test_a_key_change_leaves_measured_scores_stale_until_they_are_measured_again(
    competition: str,
) -> None:
    job = run(competition)
    with pytest.raises(BadInput, match="no_section"):
        take_run_scores(PSYCHOMETRICIAN, competition, job, ("essay",), at=SCORED)
    take_run_scores(PSYCHOMETRICIAN, competition, job, (SECTION,), at=SCORED)
    page = measuring_page.measuring_page(PSYCHOMETRICIAN, competition)
    assert (page.stale, page.taken) == ((), (SECTION,))
    before = scaled(competition)
    other = change(competition, section="biographic", treatment="drop", option="")
    assert not other.measured
    assert other.changed > 0
    assert scaled(competition) == before  # what was measured stays through another section's key
    assert scoring_page(ADMINISTRATOR, competition).stale == ()
    effect = change(competition, section=SECTION, treatment="rekey", option="B")
    assert (effect.measured, effect.changed, scaled(competition)) == (True, 0, before)
    assert scoring_page(ADMINISTRATOR, competition).stale == (SECTION,)
    assert key_review.key_page(PSYCHOMETRICIAN, competition).stale == (SECTION,)
    with pytest.raises(RuleRefused, match="measured_scores_stale"):
        decide_all(ADMINISTRATOR, competition, at=SCORED)
    with pytest.raises(BadInput, match="measured_by_another_key"):
        take_run_scores(PSYCHOMETRICIAN, competition, job, (SECTION,), at=SCORED)
    again = run(competition)
    with pytest.raises(RuleRefused, match="no_such_run"):
        take_run_scores(PSYCHOMETRICIAN, competition, job, (SECTION,), at=SCORED)
    take_run_scores(PSYCHOMETRICIAN, competition, again, (SECTION,), at=SCORED)
    assert scoring_page(ADMINISTRATOR, competition).stale == ()
    after = [read_facts(code)[-1].body for code in before]
    assert {(body["reason"], *body["measured"]) for body in after} == {("measured", SECTION)}
    assert scaled(competition) != before
    items_taken(competition, again)


def change(competition: str, **given: str) -> key_review.Effect:
    """A change of the key of a section's first item, decided; its effect as it was shown."""
    code = key_review.propose(
        ADMINISTRATOR, competition, **given, item=1, reason="wrong_key", at=SCORED
    )
    effect = key_review.change_page(PSYCHOMETRICIAN, competition, code).effect
    assert effect is not None
    done = key_review.decide(
        PSYCHOMETRICIAN, competition, code, approve=True, effect=effect.digest, at=SCORED
    )
    assert done is not None
    assert done.decided == effect.changed
    return effect


def items_taken(competition: str, job: int) -> None:
    """What a run found of items joins the figures of the key check, and can be searched."""
    TestItem.objects.update(version=1)
    bank([row.name for row in TestItem.objects.filter(section=SECTION)])
    check_key(competition, at=SCORED, by="worker")
    take_figures(PSYCHOMETRICIAN, competition, at=SCORED)
    assert take_run_items(PSYCHOMETRICIAN, competition, job, (SECTION,), at=SCORED) == 4
    name = f"{SECTION}3"
    figures = BankFigures.objects.get(item=name)
    right = sum(mixed(person)[3] == "A" for person in range(24))
    assert (figures.presented, figures.difficulty) == (24, right / 24)
    assert figures.b is not None
    assert figures.fit is not None
    assert set(figures.options) == set("ABCD")
    for bound, found in ((figures.b - 0.01, [name]), (figures.b + 0.01, [])):
        asked = ListQuery(order="name", search=f"b>{bound:.3f} difficulty<=0.9 {name}")
        assert [row.name for row in item_list(PSYCHOMETRICIAN, asked).rows] == found
    folder = folder_of(competition, job) / SECTION / "calibration"
    with pytest.raises(BadInput, match="no_item_report"):
        take_item_report(PSYCHOMETRICIAN, competition, folder.parent / "scores", at=SCORED)
    with pytest.raises(NotPermitted):
        take_item_report(PROCTOR, competition, folder, at=SCORED)
    table = folder / "fit.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match="table_changed"):
        take_item_report(PSYCHOMETRICIAN, competition, folder, at=SCORED)
    assert BankFigures.objects.count() == 4


def bank(names: list[str]) -> None:
    """Rows of the bank for these items."""
    BankItem.objects.bulk_create(
        BankItem(
            name=name, state="operational", version=1, section=SECTION, subject="x", subtopic="y",
            kind="choice", words=3, stem="?", author="A", changed_at=SCORED,
        )
        for name in names
    )  # fmt: skip


@pytest.mark.parametrize(("known", "held"), [(4, []), (5, [f"i{n}" for n in range(5)])])
def test_five_items_known_from_other_administrations_hold_the_scale(
    competition: str, tmp_path: Path, known: int, held: list[str]
) -> None:
    names = [f"i{n}" for n in range(known)]
    bank([*names, "not-here"])
    BankFigures.objects.bulk_create(
        BankFigures(
            item=name, version=1, administration=when, at=SCORED - timedelta(days=age),
            presented=500, a=1.5, b=float(age), c=0.0,
        )
        for name in [*names, "not-here"]
        for when, age in (("2015-10", 200), ("2016-02", 90), (competition, 1))
    )  # fmt: skip
    responses = tmp_path / "responses.csv"
    responses.write_text(",".join(["candidacy", *names, "new"]) + "\n", encoding="utf-8")
    path = anchors(competition, SECTION, responses)
    assert bool(path) == bool(held)
    lines = Path(path).read_text(encoding="utf-8").splitlines() if path else []
    rows = list(csv.DictReader(lines))
    assert [(r["item"], r["model"], r["a"], r["b"]) for r in rows] == [
        (name, "2pl", "1.5", "90.0") for name in held
    ]


def test_one_run_at_a_time_by_a_known_model_and_only_who_scores_asks(competition: str) -> None:
    with pytest.raises(NotPermitted):
        ask_to_measure(PROCTOR, competition, model="2pl", at=SCORED)
    with pytest.raises(BadInput, match="unknown_model"):
        ask_to_measure(PSYCHOMETRICIAN, competition, model="4pl", at=SCORED)
    ask_to_measure(PSYCHOMETRICIAN, competition, model="1pl", at=SCORED)
    with pytest.raises(RuleRefused, match="measuring_already"):
        ask_to_measure(PSYCHOMETRICIAN, competition, model="1pl", at=SCORED)
