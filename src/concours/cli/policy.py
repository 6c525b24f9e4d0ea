"""`concours policy show|check|diff`: the rules, whether their worked cases hold, what changed."""

import sys
from typing import Annotated

import msgspec
import typer

from concours.kernel.errors import BadInput
from concours.policy.checking import failed_cases, not_quoted
from concours.policy.difference import Change, difference
from concours.policy.edition import Edition, load_edition, shipped_editions
from concours.policy.shipped import default
from concours.policy.wording import STANDING_WORDS, sentences

app = typer.Typer(help="Show, check and compare the rules.", no_args_is_help=True)

Process = Annotated[str, typer.Option(help="The process, a folder of rulebooks.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of words.")]


def _load(process: str, edition: str) -> Edition:
    try:
        return load_edition(process, edition)
    except BadInput as refusal:
        known = ", ".join(f"{p} {e}" for p, e in shipped_editions())
        print(f"{refusal.remedy} Shipped: {known}.", file=sys.stderr)
        raise typer.Exit(2) from refusal


def _line(record: object) -> None:
    print(msgspec.json.encode(record).decode())


@app.command()
def show(
    edition: Annotated[str, typer.Argument(help="The edition, such as 2016.")],
    rule: Annotated[str, typer.Argument(help="One rule's id; all rules when left out.")] = "",
    process: Process = default().process,
    as_json: AsJson = False,
) -> None:
    """Say each rule in words, with its unit, source, standing and the day it was checked."""
    loaded = _load(process, edition)
    chosen = [r for r in loaded.rules.values() if not rule or r.id == rule]
    if not chosen:
        print(f"Edition {edition} has no rule {rule}.", file=sys.stderr)
        raise typer.Exit(2)
    for found in chosen:
        if as_json:
            _line(
                {
                    "rule": found.id,
                    "kind": found.kind,
                    "question": found.question,
                    "unit": found.unit,
                    "says": sentences(found),
                    "source": str(found.cite),
                    "standing": "open" if found.open else found.cite.standing,
                    "checked_on": found.cite.checked_on,
                    "edition": found.edition,
                }
            )
            continue
        print(f"{found.question}  [{found.id}, {found.unit}]")
        for sentence in sentences(found):
            print(f"  {sentence}")
        standing = STANDING_WORDS[found.cite.standing]
        print(f"  Source: {found.cite} ({standing}; checked {found.cite.checked_on})\n")


@app.command()
def check(process: Process = default().process, as_json: AsJson = False) -> None:
    """Run every worked case of every edition, and list what is not quoted from a source."""
    failed = 0
    for name, edition in shipped_editions():
        if name != process:
            continue
        loaded = _load(process, edition)
        broken = failed_cases(loaded)
        failed += len(broken)
        cases = sum(len(r.cases) for r in loaded.rules.values())
        unquoted = not_quoted(loaded)
        if as_json:
            _line(
                {
                    "edition": edition,
                    "rules": len(loaded.rules),
                    "cases": cases,
                    "failed": len(broken),
                }
            )
            for case in broken:
                _line({"edition": edition, "failed_rule": case.rule, "why": case.why})
            for item in unquoted:
                _line(
                    {
                        "edition": edition,
                        "not_quoted": item.rule,
                        "value": item.value,
                        "standing": item.standing,
                        "cite": item.cite,
                    }
                )
            continue
        print(
            f"Edition {edition}: {len(loaded.rules)} rules, {cases} worked cases, {len(broken)} fail."
        )
        for case in broken:
            print(f"  FAILS {case.rule}: {case.why}: expected {case.expected}, found {case.found}")
        for item in unquoted:
            value = f".{item.value}" if item.value else ""
            print(f"  {item.standing:8} {item.rule}{value}: {item.cite}")
    if failed:
        raise typer.Exit(3)


def _tell(change: Change) -> None:
    heading = {"new": "New", "gone": "No longer a rule", "opened": "Left open", "steps": "Order"}
    print(f"{heading.get(change.what, 'Changed')}: {change.question}")
    for sentence in change.before:
        print(f"  before  {sentence}")
    for sentence in change.after:
        print(f"  now     {sentence}")
    print()


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="The earlier edition.")],
    new: Annotated[str, typer.Argument(help="The later edition.")],
    process: Process = default().process,
    as_json: AsJson = False,
) -> None:
    """Say in words what a candidate would notice between two editions."""
    changes = difference(_load(process, old), _load(process, new))
    for change in changes:
        if as_json:
            _line(
                {
                    "what": change.what,
                    "rule": change.rule,
                    "question": change.question,
                    "before": change.before,
                    "now": change.after,
                }
            )
        else:
            _tell(change)
    if not as_json:
        print(f"{len(changes)} differences between {old} and {new}.")
