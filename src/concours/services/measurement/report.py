"""What a command leaves behind: tables (CSV and JSON), pictures (SVG), a record to recompute from,
and one self-contained HTML report.

A command builds a ``Report`` and calls ``write_report``; nothing else in this room writes files
into a result folder.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.counted import Counted, unheard
from concours.psychometrics.notice import Notice
from concours.services.measurement.reading import digest_of

Cell = str | int | float | None
# A column of a million persons stays an array, which takes a sixth of a list of numbers.
Column = Sequence[Cell] | NDArray[np.generic]
ROWS_SHOWN = 400
ROWS_AT_ONCE = 8192

STYLE = """
body{font:16px/1.5 "Noto Sans",Arial,sans-serif;color:#0b0c0c;margin:0 auto;max-width:62rem;padding:1rem 1.5rem}
h1{font-size:2rem;margin:1rem 0}h2{font-size:1.5rem;margin:2.5rem 0 .5rem;border-top:1px solid #b1b4b6;padding-top:1rem}
h3{font-size:1.1rem;margin:1.5rem 0 .25rem}table{border-collapse:collapse;font-size:.85rem}
caption{text-align:left;font-weight:bold;padding:.25rem 0}th,td{padding:.25rem .75rem .25rem 0;border-bottom:1px solid #e5e6e7;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}.warning{border-left:5px solid #d4351c;padding:.25rem 1rem}
figure{margin:1rem 0}svg{max-width:100%;height:auto}code{font-size:.85em;overflow-wrap:anywhere}
@media print{body{max-width:none}h2{break-after:avoid}table,figure{break-inside:avoid}}
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results: file name, caption, and columns of equal length.

    of_persons  one row a person: written to its files, and never into the page, which is published
    """

    name: str
    caption: str
    columns: Mapping[str, Column]
    of_persons: bool = False

    @property
    def length(self) -> int:
        """Number of rows."""
        return max((len(column) for column in self.columns.values()), default=0)

    def rows(self) -> Iterator[list[Cell]]:
        """Row by row, numbers plain, NaN and infinities left empty."""
        for low in range(0, self.length, ROWS_AT_ONCE):
            parts = [column[low : low + ROWS_AT_ONCE] for column in self.columns.values()]
            plain = [p.tolist() if isinstance(p, np.ndarray) else p for p in parts]
            for row in zip(*plain, strict=True):
                yield [_plain(v) for v in row]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: file name, caption that says what it shows, SVG text."""

    name: str
    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter of the report."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """A file that went in."""

    role: str
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run says.

    kind     "calibration", "scores", ... what ``--again`` dispatches on
    options  what was asked for, enough to ask for it again
    summary  the few numbers a reader looks for first
    """

    kind: str
    title: str
    inputs: tuple[Input, ...]
    options: Mapping[str, object]
    summary: Mapping[str, Cell]
    parts: tuple[Part, ...]
    warnings: tuple[Notice, ...] = field(default=())


def input_of(role: str, path: Path) -> Input:
    """A file with its digest."""
    return Input(role, str(path), digest_of(path), path.stat().st_size)


def write_report(folder: Path, report: Report, told: Counted | None = None) -> Path:
    """Write all of a report into ``folder`` (made if need be); returns the path of the record.

    ``told`` hears rows of tables written of all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    tables = [table for part in report.parts for table in part.tables]
    total, done = sum(table.length for table in tables), 0
    for table in tables:
        digests[table.name] = write_table(folder, table)
        done += table.length
        (told or unheard)(done, total)
    for part in report.parts:
        for figure in part.figures:
            (folder / f"{figure.name}.svg").write_text(figure.svg, encoding="utf-8")
    record = {
        "kind": report.kind,
        "title": report.title,
        "inputs": [asdict(i) for i in report.inputs],
        "options": dict(report.options),
        "summary": {k: _plain(v) for k, v in report.summary.items()},
        "warnings": [asdict(n) for n in report.warnings],
        "tables": digests,
    }
    path = folder / "report.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(render(report), encoding="utf-8")
    return path


def write_table(folder: Path, table: Table) -> str:
    """Write a table as CSV and JSON; returns the SHA-256 of the CSV, which ``--again`` compares."""
    path = folder / f"{table.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(["" if v is None else v for v in row] for row in table.rows())
    names = list(table.columns)
    with (folder / f"{table.name}.json").open("w", encoding="utf-8") as out:
        for row in table.rows():
            out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")
    return digest_of(path)


def render(report: Report) -> str:
    """The report as one HTML page that needs nothing else."""
    body = [f"<h1>{escape(report.title)}</h1>"]
    body.append(_html_table("In short", [[k, v] for k, v in report.summary.items()], ["", ""]))
    body.append("<h2>Warnings</h2>")
    if report.warnings:
        body += [
            f'<p class="warning"><strong>{escape(n.code)}</strong> '
            f"{escape(f'{n.where}: ' if n.where else '')}{escape(n.text)}</p>"
            for n in report.warnings
        ]
    else:
        body.append("<p>None.</p>")
    for part in report.parts:
        body.append(f"<h2>{escape(part.title)}</h2>")
        body += [f"<p>{escape(text)}</p>" for text in part.paragraphs]
        for figure in part.figures:
            caption = escape(figure.caption)
            body.append(f"<figure>{figure.svg}<figcaption>{caption}</figcaption></figure>")
        for table in part.tables:
            if table.of_persons:
                body.append(
                    f"<p>{escape(table.caption)}: one row a person in {escape(table.name)}.csv, "
                    "which is not for publication.</p>"
                )
                continue
            shown = list(islice(table.rows(), ROWS_SHOWN + 1))
            body.append(_html_table(table.caption, shown, list(table.columns)))
            if len(shown) > ROWS_SHOWN:
                body.append(f"<p>The other rows are in {escape(table.name)}.csv.</p>")
    body.append("<h2>What went in</h2>")
    files: list[list[Cell]] = [
        [i.role, Path(i.path).name, i.bytes, i.sha256] for i in report.inputs
    ]
    body.append(_html_table("Files", files, ["role", "file", "bytes", "SHA-256"]))
    asked: list[list[Cell]] = [
        [k, json.dumps(v, ensure_ascii=False)] for k, v in report.options.items()
    ]
    body.append(_html_table("What was asked for", asked, ["option", "value"]))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _html_table(caption: str, rows: Sequence[Sequence[Cell]], header: Sequence[str]) -> str:
    marks = [
        ' class="n"' if any(isinstance(row[k], int | float) for row in rows) else ""
        for k in range(len(header))
    ]
    named = zip(header, marks, strict=True) if any(header) else ()
    head = "".join(f'<th scope="col"{mark}>{escape(h)}</th>' for h, mark in named)
    lines = []
    for row in rows[:ROWS_SHOWN]:
        cells = "".join(
            f'<td class="n">{_shown(v)}</td>'
            if isinstance(v, int | float)
            else f"<td>{escape('' if v is None else str(v))}</td>"
            for v in row
        )
        lines.append(f"<tr>{cells}</tr>")
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>{top}'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _shown(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if abs(value) < 1e-3 and value != 0 else f"{value:,.4f}"


def _plain(value: object) -> Cell:
    match value:
        case None | str():
            return value
        case bool() | np.bool_():
            return "yes" if value else "no"
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            return float(value) if np.isfinite(value) else None
    raise TypeError(f"no cell for {type(value)}")
