"""A rulebook that is wrong is an error that names file and path; nothing is guessed."""

from pathlib import Path

import pytest

from concours.kernel.errors import BadInput
from concours.policy.edition import read_edition

HEAD = """
process = "specimen"
edition = "1"
title = "Specimen"
zone = "UTC"
summary = "A specimen."
in_force = "now"
steps = [{ id = "register", kind = "register", title = "Register" }]
"""
RULE = """
[[rules]]
id = "register.reply"
kind = "deadline"
question = "How long may a candidate take to reply?"
unit = "days"
cite = { source = "Specimen rules", clause = "1", checked_on = 2026-01-01, standing = "ruling" }
value = { days = 30 }
[[rules.cases]]
why = "the end of day 30"
given = { told_at = "2026-01-01T12:00:00.000000Z", zone = "UTC" }
expect = { lapses_at = "2026-02-01T00:00:00.000000Z" }
"""


def _write(root: Path, edition: str, head: str, rule: str) -> None:
    folder = root / "specimen" / edition
    folder.mkdir(parents=True)
    (folder / "edition.toml").write_text(head)
    (folder / "register.toml").write_text(rule)


def _refusal(root: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_edition(root, "specimen", "1")
    return caught.value.remedy


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("days = 30", 'days = "thirty"', "specimen/1/register.toml: rules.register.reply.value"),
        (
            "days = 30",
            "days = 30, weeks = 4",
            "specimen/1/register.toml: rules.register.reply.value",
        ),
        ('unit = "days"\n', "", "specimen/1/register.toml"),
        ('clause = "1", ', "", "specimen/1/register.toml"),
        ('standing = "ruling"', 'standing = "hearsay"', "specimen/1/register.toml"),
        (
            'kind = "deadline"',
            'kind = "guess"',
            "specimen/1/register.toml: rules.register.reply.kind",
        ),
        ("[[rules.cases]]", "[rules.sources]\n[[rules.notes]]", "specimen/1/register.toml"),
    ],
)
def test_a_wrong_rule_is_named_by_file_and_path(
    tmp_path: Path, was: str, becomes: str, named: str
) -> None:
    assert was in RULE
    _write(tmp_path, "1", HEAD, RULE.replace(was, becomes))
    assert named in _refusal(tmp_path)


def test_a_rule_without_a_worked_case_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "1", HEAD, RULE.split("[[rules.cases]]")[0])
    assert "worked case" in _refusal(tmp_path)


def test_removing_a_rule_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "1", HEAD + 'remove = ["register.nothing"]\n', RULE)
    assert "remove names no rule register.nothing" in _refusal(tmp_path)


def test_a_later_edition_replaces_whole_rules_and_changes_the_digest(tmp_path: Path) -> None:
    _write(tmp_path, "1", HEAD, RULE)
    longer = RULE.replace("days = 30", "days = 31").replace("2026-02-01", "2026-02-02")
    head = HEAD.replace('edition = "1"', 'edition = "2"\nextends = "1"').split("steps =")[0]
    _write(tmp_path, "2", head, longer)
    first, second = (read_edition(tmp_path, "specimen", e) for e in "12")
    assert first.rules["register.reply"].edition == "1"
    assert second.rules["register.reply"].edition == "2"
    assert second.steps == first.steps
    assert first.digest != second.digest
