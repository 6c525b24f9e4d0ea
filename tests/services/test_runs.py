"""One decision over many files: all computed first, shown and told only when it is complete."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.cast import APPLIES, given_candidacy, given_competition, given_person, staff

from concours.kernel.errors import NotPermitted, RuleRefused
from concours.ledger.draft import Draft
from concours.records.ledger_store import read_facts
from concours.records.models import CandidacyStanding, Notice
from concours.services import runs
from concours.services.case import Case, append_as_system, open_candidacy
from concours.services.competitions import read_competition
from concours.services.jobs import run_due_jobs
from concours.services.runs import decide_many, reached_by, unfinished_run

pytestmark = pytest.mark.django_db
LATER = APPLIES + timedelta(days=1)


def judged(case: Case) -> Sequence[Draft]:
    body = {"outcome": "eligible", "findings": []}
    return (Draft(file=case.code, step="application", kind="eligibility.found", body=body),)


@pytest.fixture
def competition() -> str:
    return given_competition()


@pytest.fixture
def files(competition: str) -> list[str]:
    people = [given_person(f"p{n}@example.org", f"Person {n}") for n in range(5)]
    return sorted(given_candidacy(person, competition) for person in people)


def run(competition: str, files: Sequence[str], **more: Any) -> runs.RunResult:
    given = {"run": "judge-1", "step": "application", "rule": "application.age", "at": LATER}
    command = more.pop("command", judged)
    return decide_many(
        more.pop("actor", staff("registrar")),
        "application.judge",
        competition,
        files,
        command,
        **(given | more),
    )


def kinds(file: str) -> list[str]:
    return [fact.kind for fact in read_facts(file)]


def test_a_run_is_one_entry_then_many_then_its_closing(competition: str, files: list[str]) -> None:
    found = run(competition, files)
    assert (found.decided, found.refused, found.moved) == (5, (), ())
    opened, closed = read_facts(competition)[-2:]
    assert (opened.kind, closed.kind) == ("competition.run_opened", "competition.run_closed")
    assert (opened.body["count"], opened.body["inputs"], opened.body["table"]) == (
        5,
        found.inputs,
        found.table,
    )
    for file in files:
        assert kinds(file)[-2:] == ["eligibility.found", "candidacy.told"]
    assert Notice.objects.count() == 5


def test_a_dry_run_writes_nothing_and_foretells_the_table(
    competition: str, files: list[str]
) -> None:
    before = {file: kinds(file) for file in [*files, competition]}
    foretold = run(competition, files, dry_run=True)
    assert {file: kinds(file) for file in [*files, competition]} == before
    assert run(competition, files).table == foretold.table


def test_a_run_that_stopped_is_neither_shown_nor_told_and_goes_on(
    competition: str, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 2)
    done: list[int] = []

    def stop_after_one_batch(count: int) -> None:
        done.append(count)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(competition, files, progress=stop_after_one_batch)
    reached = [file for file in files if "eligibility.found" in kinds(file)]
    assert len(reached) == 2
    auditor = open_candidacy(staff("auditor"), reached[0], "file.read", at=LATER)
    assert "eligibility.found" not in [fact.kind for fact in auditor.visible]
    assert Notice.objects.count() == 0
    assert set(CandidacyStanding.objects.values_list("status", flat=True)) == {"your_turn"}
    found = run(competition, files)
    assert found.decided == 3
    assert all(kinds(file).count("eligibility.found") == 1 for file in files)
    assert Notice.objects.count() == 5
    assert read_competition(competition).runs["judge-1"]["closed"] is True
    assert run(competition, files).decided == 0


def test_a_file_whose_command_refuses_is_left_and_named(competition: str, files: list[str]) -> None:
    def choosy(case: Case) -> Sequence[Draft]:
        if case.code == files[1]:
            raise RuleRefused("not_submitted", remedy="It is judged once submitted.")
        return judged(case)

    found = run(competition, files, command=choosy)
    assert (found.decided, found.refused) == (4, ((files[1], "not_submitted"),))
    assert "eligibility.found" not in kinds(files[1])


def test_a_file_of_another_competition_is_left(competition: str, files: list[str]) -> None:
    other = given_candidacy(given_person("x@example.org"), given_competition())
    found = run(competition, [*files, other])
    assert (found.decided, found.refused) == (5, ((other, "other_competition"),))


def test_a_file_that_moved_meanwhile_is_left_out_and_named(
    competition: str, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 2)

    def somebody_else_decides(count: int) -> None:
        draft = Draft(file=files[-1], step="register", kind="points.claimed", body={})
        if kinds(files[-1])[-1] != draft.kind:
            append_as_system([draft], at=LATER)

    found = run(competition, files, progress=somebody_else_decides)
    assert (found.decided, found.moved) == (4, (files[-1],))
    assert "eligibility.found" not in kinds(files[-1])


def test_only_who_may_decide_one_may_decide_many(competition: str, files: list[str]) -> None:
    with pytest.raises(NotPermitted):
        run(competition, files, actor=staff("marker"))


def test_a_run_stopped_before_telling_is_told_by_the_worker_once(
    competition: str, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "publish_run", stop)
    with pytest.raises(KeyboardInterrupt):
        run(competition, files)
    monkeypatch.undo()
    assert Notice.objects.count() == 0
    assert read_competition(competition).runs["judge-1"]["closed"] is True
    assert run_due_jobs(worker="w") == 1
    assert [kinds(file).count("candidacy.told") for file in files] == [1] * 5
    run(competition, files)
    assert run_due_jobs(worker="w") == 0
    assert [kinds(file).count("candidacy.told") for file in files] == [1] * 5


def test_an_unfinished_run_is_found_again_by_what_it_decides(
    competition: str, files: list[str]
) -> None:
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(competition, files, progress=stop)
    found = {"step": "application", "rule": "application.age"}
    inputs = str(read_competition(competition).runs["judge-1"]["inputs"])
    assert unfinished_run(competition, **found) == "judge-1"
    assert unfinished_run(competition, **found, inputs=inputs) == "judge-1"
    assert unfinished_run(competition, **found, inputs="0" * 64) == ""
    assert unfinished_run(competition, step="register", rule="application.age") == ""
    assert reached_by("judge-1") == frozenset(files)
    run(competition, files)
    assert unfinished_run(competition, **found) == ""
