"""`concours import answers`: answer sheets and their key from files, checked whole, then scored."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from concours.kernel.errors import Refusal
from concours.pages.clock import service_now
from concours.selection.authority import Actor
from concours.services.competitions import read_competition
from concours.services.examination import imports, scoring
from concours.services.examination.sessions import choice_sections
from concours.services.examination.sheets import (
    OMITTED,
    BadSheets,
    Sheets,
    deal,
    read_key,
    read_sheets,
)

app = typer.Typer(no_args_is_help=True, help="Read files of others in.")
OPERATOR = Actor(
    code="operator", roles=frozenset({"test_administrator", "psychometrician", "policy_officer"})
)


@app.callback()
def read_in() -> None:
    """Read files of others in."""


@app.command()
def answers(
    sheets: Annotated[Path, typer.Argument(help="Answer sheets, a row a person (CSV).")],
    key: Annotated[
        Path, typer.Argument(help="The key: columns item and key, perhaps section, counts (CSV).")
    ],
    competition: Annotated[str, typer.Option(help="The competition's file code.")],
    person_column: Annotated[
        str,
        typer.Option(
            help="Column with the candidacy's code; without it sheets go to those who wait, in order."
        ),
    ] = "",
    omitted: Annotated[str, typer.Option(help="What else stands for no answer, such as 8.")] = "",
    options: Annotated[
        str,
        typer.Option(help="Answers that may stand in a cell, such as A,B,C,D,E; else the key's."),
    ] = "",
    shared_out: Annotated[
        bool, typer.Option("--share-out", help="Share items without a section over the sections.")
    ] = False,
    reference: Annotated[
        bool, typer.Option("--reference", help="Make this group the reference of the base scale.")
    ] = False,
    score: Annotated[
        bool, typer.Option("--score/--no-score", help="Score what was taken in.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check only; take nothing in.")
    ] = False,
) -> None:
    """Take in answer sheets with their key and score them.

    The whole file is checked first. Each fault is named by row and column, and then
    nothing is taken in (exit code 3).
    """
    try:
        read = _read(sheets, key, competition, person_column, omitted, options, shared_out)
        if dry_run:
            _say({"checked": len(read.sheets), "items": len(read.key), "faults": 0})
            return
        _take_in(read, competition, bool(person_column), reference, score)
    except BadSheets as bad:
        for fault in bad.faults:
            _say(
                {
                    "row": fault.row,
                    "column": fault.column,
                    "code": fault.code,
                    "remedy": fault.remedy,
                }
            )
        raise typer.Exit(3) from bad
    except Refusal as refusal:
        _say({"refused": refusal.code, "remedy": refusal.remedy, **refusal.numbers})
        raise typer.Exit(3) from refusal


def _read(
    sheets: Path,
    key: Path,
    competition: str,
    person_column: str,
    omitted: str,
    options: str,
    shared_out: bool,
) -> Sheets:
    with key.open(encoding="utf-8-sig", newline="") as lines:
        items = read_key(lines)
    if shared_out:
        items = deal(items, choice_sections(competition))
    with sheets.open(encoding="utf-8-sig", newline="") as lines:
        return read_sheets(
            lines,
            key=items,
            person_column=person_column,
            omitted=OMITTED | frozenset(omitted.split(",")),
            options=[option for option in options.split(",") if option],
        )


def _take_in(read: Sheets, competition: str, by_code: bool, reference: bool, score: bool) -> None:
    at = service_now()
    print("Taking the sheets in …", file=sys.stderr)
    done = imports.import_answers(OPERATOR, competition, read, by_code=by_code, at=at)
    _say({"sheets": done.sheets, "items": done.items, "run": done.run.code})
    if reference:
        scale = imports.set_reference_group(OPERATOR, competition, at=at)
        _say({"base_scale": {section: list(pair) for section, pair in scale.items()}})
    if score:
        print("Scoring …", file=sys.stderr)
        run = scoring.score_all(OPERATOR, competition, at=at)
        page = scoring.scoring_page(OPERATOR, competition)
        _say(
            {
                "scored": run.decided,
                "at_or_above": page.at_or_above,
                "cut": page.cut,
                "run": run.code,
                "title": read_competition(competition).title,
            }
        )


def _say(found: dict[str, object]) -> None:
    print(json.dumps(found, ensure_ascii=False, sort_keys=True))
