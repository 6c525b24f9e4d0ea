"""`concours policy` as a reader of the rules runs it: what it says of the shipped editions."""

import json

import pytest

from concours.cli.main import main
from concours.policy.edition import load_edition
from concours.policy.shipped import default


def policy(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of the command, and what it said on both streams."""
    with pytest.raises(SystemExit) as ended:
        main(["policy", *arguments])
    code = ended.value.code or 0
    said = capsys.readouterr()
    return int(code), said.out, said.err


CUT = """\
What sum of the scaled scores passes the multiple-choice part?  [examination.cut, sum of scaled scores]
  The scores of job knowledge, english expression, biographic are added.
  A sum of 154.00 or more passes.
  Source: Concours rulings, ruling 6 (our ruling, where sources are silent or disagree; checked 2026-11-20)

"""


def test_a_rule_is_shown_in_words_with_unit_source_standing_and_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert policy(capsys, "show", "2016", "examination.cut") == (0, CUT, "")
    _, out, _ = policy(capsys, "show", "2016", "--json")
    rules = [json.loads(line)["rule"] for line in out.splitlines()]
    assert rules == list(load_edition(default().process, "2016").rules)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "2016", "no.such"), "Edition 2016 has no rule no.such.\n"),
        (("show", "1999"), "There is no edition 1999 of us_foreign_service. Shipped: "),
        (("diff", "2016", "1999"), "There is no edition 1999 of us_foreign_service. Shipped: "),
    ],
)
def test_what_does_not_exist_is_said_and_nothing_shown(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = policy(capsys, *arguments)
    assert (code, out, err[: len(said)]) == (2, "", said)


def test_every_worked_case_of_every_edition_holds_and_what_is_not_quoted_is_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = policy(capsys, "check", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    held = {one["edition"]: one["failed"] for one in lines if "failed" in one}
    assert (code, held) == (0, dict.fromkeys(("2016", "2018", "2019", "2022", "2024", "2025"), 0))
    assert all(one["cases"] >= one["rules"] for one in lines if "failed" in one)
    cut = next(
        one
        for one in lines
        if (one["edition"], one.get("not_quoted")) == ("2016", "examination.cut")
    )
    assert (cut["standing"], cut["cite"]) == ("ruling", "Concours rulings, ruling 6")


def test_a_difference_says_what_a_candidate_would_notice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = policy(capsys, "diff", "2016", "2022")
    told = out.split("\n\n")
    assert code == 0
    assert (
        "Changed: How long is the essay?\n"
        "  before  Essay: 1 essay in 30 minutes.\n"
        "  now     Essay: 1 essay in 25 minutes."
    ) in told
    assert (
        "No longer a rule: What sum of the scaled scores passes the multiple-choice part?\n"
        "  before  The scores of job knowledge, english expression, biographic are added.\n"
        "  before  A sum of 154.00 or more passes."
    ) in told
    assert (
        "New: How long is the situational judgement section?\n"
        "  now     Situational judgement: 28 questions in 42 minutes.\n"
        "  now     1/10 of them are on trial and never count."
    ) in told
    assert policy(capsys, "diff", "2016", "2016")[:2] == (
        0,
        "0 differences between 2016 and 2016.\n",
    )
