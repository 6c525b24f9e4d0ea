"""Every shipped edition decodes, and every worked case gives the answer it states."""

from datetime import date

import pytest

from concours.policy.checking import failed_cases, not_quoted
from concours.policy.difference import difference
from concours.policy.edition import load_edition, shipped_editions
from concours.policy.wording import lines, sentences, told

EDITIONS = shipped_editions()


def test_the_six_editions_of_the_default_process_ship() -> None:
    assert (
        tuple(("us_foreign_service", e) for e in ("2016", "2018", "2019", "2022", "2024", "2025"))
        == EDITIONS
    )


@pytest.mark.parametrize(("process", "edition"), EDITIONS)
def test_every_worked_case_gives_its_answer(process: str, edition: str) -> None:
    assert failed_cases(load_edition(process, edition)) == ()


@pytest.mark.parametrize(("process", "edition"), EDITIONS)
def test_every_rule_can_be_told_in_words(process: str, edition: str) -> None:
    for rule in load_edition(process, edition).rules.values():
        assert sentences(rule), rule.id
        assert all(sentences(rule)), rule.id
        assert lines(rule), rule.id
        assert rule.question.endswith("?") or rule.question[0].isupper(), rule.id


@pytest.mark.parametrize(("process", "edition"), EDITIONS)
def test_whatever_is_not_quoted_is_listed_with_what_it_stands_on(
    process: str, edition: str
) -> None:
    loaded = load_edition(process, edition)
    listed = {(n.rule, n.standing) for n in not_quoted(loaded)}
    for rule in loaded.rules.values():
        expected = "open" if rule.open else str(rule.cite.standing)
        assert (expected == "quoted") != ((rule.id, expected) in listed), rule.id


def test_an_edition_differs_from_itself_in_nothing() -> None:
    edition = load_edition("us_foreign_service", "2016")
    assert difference(edition, edition) == ()


def test_a_change_and_its_reverse_name_the_same_rules() -> None:
    old, new = (load_edition("us_foreign_service", e) for e in ("2016", "2022"))
    there, back = difference(old, new), difference(new, old)
    assert {c.rule for c in there} == {c.rule for c in back}
    assert there != ()


def test_worked_cases_are_told_in_words() -> None:
    clock = load_edition("us_foreign_service", "2016").rules["register.clock"]
    given = {
        "claims": ["preference_eligible"],
        "allowed": False,
        "stops": [{"start": date(2017, 3, 1), "months": 10}],
        "opens_at": "2016-09-01T04:00:00.000000Z",
    }
    assert told(given) == (
        "claims: preference eligible; allowed: no; stops 1, start: 1 March 2017; "
        "stops 1, months: 10; opens at: 1 September 2016, 04:00 UTC"
    )
    words = [told(values) for case in clock.cases for values in (case.given, case.expect)]
    assert [line for line in words if "datetime" in line or "[" in line] == []


SAID = {
    "application.appeal": ("60 whole days, to the end of the last one.",),
    "examination.cut": (
        "The scores of job knowledge, english expression, biographic are added.",
        "A sum of 154.00 or more passes.",
    ),
    "examination.essay_cut": ("6 or more passes; the highest is 12.",),
    "examination.section_biographic": (
        "Biographic information: 75 questions in 40 minutes.",
        "1/10 of them are on trial and never count.",
    ),
    "examination.section_essay": ("Essay: 1 essay in 30 minutes.", "All of it counts."),
}


@pytest.mark.parametrize("rule", SAID)
def test_a_rule_is_told_in_sentences(rule: str) -> None:
    assert sentences(load_edition("us_foreign_service", "2016").rules[rule]) == SAID[rule]


@pytest.mark.parametrize("new", ["2018", "2019", "2022", "2024", "2025"])
def test_no_change_between_editions_reads_alike_before_and_after(new: str) -> None:
    changes = difference(
        load_edition("us_foreign_service", "2016"), load_edition("us_foreign_service", new)
    )
    assert [change.rule for change in changes if change.before == change.after] == []
