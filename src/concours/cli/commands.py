"""The commands by name. A command's module is imported only when it is called.

So `concours --help` answers at once, and a command that needs no database never
loads Django. A line here is all a new command needs besides its module: the
target is a function with typer's annotations, or a `typer.Typer` of verbs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command stands, one line of help, and whether it needs Django set up first."""

    target: str
    help: str
    django: bool = True


COMMANDS: dict[str, Command] = {
    "assets": Command("concours.cli.assets:main", "Install the front-end packages.", django=False),
    "check": Command("concours.cli.check:check", "Look for what a service must not start with."),
    "policy": Command(
        "concours.cli.policy:app", "Show, check and compare the rules.", django=False
    ),
    "prepare": Command(
        "concours.cli.prepare:prepare", "Make keys, migrate, compile messages, collect files."
    ),
    "reference": Command(
        "concours.cli.reference:command", "Write the generated pages of docs/reference."
    ),
    "run": Command(
        "concours.cli.run:run", "Prepare and run a whole rehearsal on this machine.", django=False
    ),
    "worker": Command("concours.cli.worker:command", "Release and send notices, sign the log."),
    "serve": Command("concours.cli.serve:serve", "Serve pages and the answer desk.", django=False),
}
