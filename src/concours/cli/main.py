"""`concours`: hands the rest of the line to the command's module, loaded when it is called.

Exit codes: 0 done, 1 failed, 2 misuse, 3 found something wrong.
"""

import difflib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from concours.cli.commands import COMMANDS
from concours.kernel.errors import Refusal
from concours.site.environment import Misread

VERSION = "0.1.0"


def main(line: Sequence[str] | None = None) -> None:
    """Run the command named first; a refusal ends it with its remedy and exit code 1.

    A setting that cannot be read ends it with exit code 2: nothing was begun.
    """
    name, *rest = list(sys.argv[1:] if line is None else line) or ["--help"]
    if name in {"--help", "-h", "help"}:
        print(overview())
        return
    if name == "--version":
        print(f"concours {VERSION}")
        return
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean `concours {near[0]}`?" if near else ""
        print(f"There is no command {name!r}.{hint} See `concours --help`.", file=sys.stderr)
        sys.exit(2)
    try:
        call(name, rest)
    except Misread as misread:
        print(misread, file=sys.stderr)
        sys.exit(2)
    except Refusal as refusal:
        where = f" ({refusal.field})" if refusal.field else ""
        print(f"{refusal.code}{where}: {refusal.remedy}", file=sys.stderr)
        sys.exit(1)


def overview() -> str:
    """Every command with one line of help, from the table: nothing is imported for it."""
    wide = max(map(len, COMMANDS))
    lines = [f"  {name:<{wide}}  {COMMANDS[name].help}" for name in sorted(COMMANDS)]
    return "\n".join(
        [
            "Usage: concours COMMAND ...",
            "",
            "Runs a competitive selection into a public service.",
            "",
            *lines,
            "",
            "`concours COMMAND --help` says more. Exit codes: 0 done, 1 failed, 2 misuse,",
            "3 found something wrong.",
        ]
    )


def call(name: str, rest: Sequence[str]) -> None:
    """Import the command's module, with Django set up first when it needs that, and run it."""
    command = COMMANDS[name]
    if command.django:
        set_up_django()
    typer = import_module("typer")
    module, _, attribute = command.target.partition(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command()(target)
        target = app
    # A pretty traceback would print the values of variables, names of people among them.
    target.pretty_exceptions_enable = False
    target(args=list(rest), prog_name=f"concours {name}")


def set_up_django() -> None:
    """Load settings and tables, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concours.site.settings")
    import_module("django").setup()


if __name__ == "__main__":
    main()
