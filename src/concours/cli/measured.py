"""What the measurement commands share: options spelt alike, and their last line."""

import json
from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import line

Out = Annotated[
    Path, typer.Option("--out", "-o", help="Folder for tables, pictures and the report.")
]
Items = Annotated[
    str, typer.Option("--items", help="Item columns, with commas; all others when left out.")
]
LeaveOut = Annotated[
    str, typer.Option("--leave-out", help="Columns that are no items, with commas.")
]


def split(text: str) -> tuple[str, ...]:
    """Names written with commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def said(out: Path) -> None:
    """Say where the report is, and every warning it holds, one JSON object a line."""
    record = json.loads((out / "report.json").read_text(encoding="utf-8"))
    for warning in record["warnings"]:
        line({"warning": warning["code"], "where": warning["where"], "text": warning["text"]})
    line({"report": str(out / "report.html"), "record": str(out / "report.json")})
