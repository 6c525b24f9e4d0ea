"""`concours reference`: write docs/reference from the code, or check that it is current."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from concours.cli.reference_surroundings import commands_page, settings_page
from concours.policy.edition import load_edition, shipped_editions
from concours.policy.wording import sentences
from concours.selection import competition_folds, person
from concours.selection.authority import HOLDERS, ROLES
from concours.selection.class_plan import KINDS as CLASS_WORDS
from concours.selection.panel import KINDS as PANEL_WORDS
from concours.selection.session import KINDS as SESSION_WORDS
from concours.selection.steps import DEADLINES, TOLD, WORDS
from concours.services.reference import tables_by_kind

HEAD = "<!-- Written by `concours reference`; do not edit. -->\n\n"


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def entries_page() -> str:
    """Every kind of entry, by file kind, in one sentence each."""
    groups: Mapping[str, Mapping[str, str]] = {
        "Candidacy": WORDS,
        "Person": person.KINDS,
        "Competition": competition_folds.KINDS,
        "Session": SESSION_WORDS,
        "Panel": PANEL_WORDS,
        "Class": CLASS_WORDS,
    }
    text = HEAD + "# Entries\n\nA kind says what was decided about, never how it came out.\n"
    for name, words in groups.items():
        rows = (
            (f"`{kind}`", said, "yes" if kind in TOLD else "", DEADLINES.get(kind, ""))
            for kind, said in sorted(words.items())
        )
        text += f"\n## {name} file\n\n" + _table(
            ("kind", "meaning", "told", "starts the deadline"), rows
        )
    return text


def permissions_page() -> str:
    """The one table of who may do what."""
    text = HEAD + "# Permissions\n\n## Roles\n\n"
    text += _table(("role", "who"), ((f"`{r}`", said) for r, said in sorted(ROLES.items())))
    text += "\n## Actions\n\n"
    rows = ((f"`{a}`", ", ".join(sorted(holders))) for a, holders in sorted(HOLDERS.items()))
    return text + _table(("action", "held by"), rows)


def rules_page() -> str:
    """Every rule of every edition, with source and standing."""
    text = HEAD + "# Rules\n"
    for process, name in shipped_editions():
        edition = load_edition(process, name)
        text += f"\n## {edition.title}\n\n{edition.summary}\n\n"
        own = (
            (
                f"`{r.id}`",
                r.question,
                "; ".join(sentences(r)).replace(".; ", ". ")[:400],
                f"{r.cite} ({'open' if r.open else r.cite.standing})",
            )
            for r in edition.rules.values()
            if r.edition == name
        )
        text += _table(("rule", "question", "says", "source"), own)
    return text


def tables_page() -> str:
    """Every table, by kind: sources, the ledger, standing."""
    text = (
        HEAD
        + "# Tables\n\nSources are what people gave, the ledger what was decided, standing what follows.\n"
    )
    for kind, tables in tables_by_kind().items():
        rows = ((f"`{name}`", said, columns) for name, said, columns in tables)
        text += f"\n## {kind}\n\n" + _table(("table", "meaning", "columns"), rows)
    return text


PAGES = {
    "commands.md": commands_page,
    "entries.md": entries_page,
    "permissions.md": permissions_page,
    "rules.md": rules_page,
    "settings.md": settings_page,
    "tables.md": tables_page,
}


def command(
    folder: Annotated[Path, typer.Option(help="Where the pages are written.")] = Path(
        "docs/reference"
    ),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 when a page is old.")
    ] = False,
) -> None:
    """Write the generated reference, or check that it matches the code."""
    old = []
    for name, page in PAGES.items():
        file, text = folder / name, page()
        if check:
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                old.append(name)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if old:
        print(f"Old: {', '.join(old)}. Run `concours reference`.", file=sys.stderr)
        raise typer.Exit(3)
