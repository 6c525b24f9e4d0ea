"""`concours bank import|export|demonstration|verify`: the item bank's ways in and out, and its histories."""

from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import WRONG, end, line
from concours.kernel.errors import Refusal
from concours.pages.clock import service_now
from concours.policy.shipped import default_edition
from concours.selection.authority import Actor
from concours.services.examination.sessions import test_step
from concours.services.items.demonstration import load_demonstration
from concours.services.items.exchange import FORMATS, WHATS, hand_out, take_in
from concours.services.items.figures import BadFile
from concours.services.items.history import history_faults
from concours.services.items.pages import item_names
from concours.services.listing import ListQuery

app = typer.Typer(no_args_is_help=True, help="Bring items in, hand them out, check histories.")
OPERATOR = Actor(code="operator", roles=frozenset({"test_administrator", "psychometrician"}))


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="A QTI package or file, or CSV.")],
    what: Annotated[str, typer.Option(help=f"One of {', '.join(WHATS)}.")] = "qti",
    subject: Annotated[
        str,
        typer.Option(help="section.subject.subtopic of items that name none (other programs')."),
    ] = "",
    administration: Annotated[
        str, typer.Option(help="For figures: which administration, such as 2016-06.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check only; take nothing in.")
    ] = False,
) -> None:
    """Take items, or figures of items, into the bank.

    The whole file is checked first. Each fault is named by row and column, and then
    nothing is taken in (exit code 3). What of a package cannot be kept is named too.
    """
    try:
        done = take_in(
            OPERATOR,
            file.read_bytes(),
            what=what,
            at=service_now(),
            about=subject,
            administration=administration,
            dry=dry_run,
        )
    except BadFile as bad:
        for fault in bad.faults:
            line(fault)
        raise typer.Exit(WRONG) from bad
    except Refusal as refusal:
        line({"refused": refusal.code, "remedy": refusal.remedy, **refusal.numbers})
        raise typer.Exit(WRONG) from refusal
    for lost in done.report:
        line(lost)
    line(
        {
            "dry_run": done.dry,
            "new": done.new,
            "changed": done.changed,
            "same": done.same,
            "stimuli": done.stimuli,
            "images": done.images,
            "figures": done.figures,
            "not_kept": len(done.report),
        }
    )


@app.command("export")
def bring_out(
    file: Annotated[Path, typer.Argument(help="Where to write; its keys are the test's.")],
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "qti",
    section: Annotated[str, typer.Option(help="One section only.")] = "",
    state: Annotated[str, typer.Option(help="One state only, such as operational.")] = "",
) -> None:
    """Write items with their keys to a file only its owner may read."""
    wanted = {k: v for k, v in (("section", section), ("state", state)) if v}
    names = item_names(OPERATOR, ListQuery(order="name", filters=wanted))
    try:
        data = hand_out(OPERATOR, names, form=form)
    except Refusal as refusal:
        line({"refused": refusal.code, "remedy": refusal.remedy})
        raise typer.Exit(WRONG) from refusal
    file.touch(mode=0o600)
    file.write_bytes(data)
    line({"items": len(names), "bytes": len(data), "file": str(file)})


@app.command()
def demonstration(
    author: Annotated[str, typer.Option(help="Account code that stands for the writers.")],
    reviewer: Annotated[str, typer.Option(help="Account code that stands for the readers.")],
) -> None:
    """Take the demonstration bank in. Its items are public: for rehearsals only."""
    edition = default_edition()
    count = load_demonstration(
        edition, step=test_step(edition), author=author, reviewer=reviewer, at=service_now()
    )
    line({"new": count})


@app.command()
def verify() -> None:
    """Check that every item's history is whole and that the list shows what it says."""
    faults = history_faults()
    for fault in faults:
        line({"wrong": fault})
    line({"faults": len(faults)})
    end(len(faults))
