"""Decisions made again: the same by their own rules, and the one that was not is named."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy
import pytest

from concours.ledger.draft import Draft
from concours.records.bulk import append_many
from concours.records.ledger_store import Recorded
from concours.records.models import FileHead
from concours.services.case import append_as_system
from concours.services.ledger.recomputing import Remade, recompute
from concours.simulator.rehearsal import SEED, rehearsal_cohort
from concours.simulator.world import by_file

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 1, tzinfo=UTC)
JUDGED = "eligibility.found"


@pytest.fixture(scope="module")
def entries() -> dict[str, list[Recorded]]:
    """A cohort's entries by file, from selection's own commands."""
    cohort = rehearsal_cohort(numpy.random.default_rng(SEED), people=60)
    return {
        file: [Recorded(draft=d, at=act.at, actor=act.actor, role=act.role) for d, act in drafts]
        for file, drafts in by_file(cohort.world.acts).items()
    }


def remade(**options: str) -> list[Remade]:
    return [one for _, some in recompute(**options) for one in some]  # type: ignore[arg-type]


def altered(
    entries: dict[str, list[Recorded]], kind: str, **body: str
) -> Iterator[tuple[str, list[Recorded]]]:
    """The entries, with the first of a kind saying something else."""
    done = False
    for file, recorded in entries.items():
        for place, item in enumerate(recorded):
            if item.draft.kind == kind and not done:
                draft = replace(item.draft, body={**item.draft.body, **body})
                recorded = [*recorded[:place], replace(item, draft=draft), *recorded[place + 1 :]]
                done = True
        yield file, recorded


def test_every_decision_of_a_cohort_comes_out_the_same(entries: dict[str, list[Recorded]]) -> None:
    append_many("cohort", entries.items())
    found = Counter((one.kind, one.result) for one in remade() if one.kind != JUDGED)
    assert {result for _, result in found} == {"same"}
    assert found["examination.decided", "same"] > 20
    assert found["narratives.decided", "same"] > 3
    assert found["assessment.decided", "same"] > 3


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("choice.scored", "total"),
        ("examination.decided", "outcome"),
        ("narratives.decided", "score"),
        ("assessment.decided", "score"),
    ],
)
def test_a_finding_that_its_rule_does_not_give_is_named(
    entries: dict[str, list[Recorded]], kind: str, part: str
) -> None:
    append_many("cohort", altered(entries, kind, **{part: "999"}))
    wrong = [one for one in remade() if one.result == "differs" and one.kind == kind]
    assert len(wrong) == 1
    assert wrong[0].differences is not None
    recorded, again = wrong[0].differences[part]
    assert recorded == "999"
    assert again != "999"


def test_an_erased_input_says_when_it_was_erased(entries: dict[str, list[Recorded]]) -> None:
    append_many("cohort", entries.items())
    person = next(
        str(item.draft.body["person"])
        for recorded in entries.values()
        for item in recorded
        if item.draft.kind == "candidacy.opened"
    )
    erased = Draft(file=person, step="", kind="person.erased", body={"reason": "asked"})
    append_as_system([erased], at=LATER)
    found = [one for one in remade() if one.result == "input_erased"]
    assert {(one.kind, one.why) for one in found} == {(JUDGED, "input erased on 2027-01-01")}


def test_another_edition_says_what_it_would_have_decided(
    entries: dict[str, list[Recorded]],
) -> None:
    append_many("cohort", entries.items())
    code = next(
        file
        for file, recorded in entries.items()
        if any(
            item.draft.kind == "examination.decided" and item.draft.body["outcome"] == "passed"
            for item in recorded
        )
    )
    assert FileHead.objects.filter(code=code, kind="candidacy").exists()
    (found,) = [
        one
        for _, some in recompute([code], edition="2022")
        for one in some
        if one.kind == "examination.decided"
    ]
    assert (found.edition, found.result) == ("2022", "differs")
    assert found.differences is not None
    assert found.differences["rule"] == ("examination.essay_cut", "examination.cut")
