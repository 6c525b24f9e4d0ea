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
    "bank": Command("concours.cli.bank:app", "Item bank: bring items in and out, check it."),
    "bench": Command("concours.cli.bench:bench", "Measure speed.", django=False),
    "backup": Command("concours.cli.backup:backup", "Copy data into one folder, keys to another."),
    "calibrate": Command(
        "concours.cli.calibrate:calibrate",
        "Item parameters and a technical report from answers.",
        django=False,
    ),
    "checkpoint": Command(
        "concours.cli.checkpoint:checkpoint", "Take entries into the log, print its signed head."
    ),
    "check": Command("concours.cli.check:check", "Look for what a service must not start with."),
    "dispose": Command("concours.cli.dispose:dispose", "Erase personal data whose time has come."),
    "import": Command("concours.cli.imports:app", "Read answer sheets and their key in."),
    "keys": Command("concours.cli.keys:app", "Make, list and rotate the service's keys."),
    "marks": Command(
        "concours.cli.marks:app", "Responses to the measurement room, scores from it."
    ),
    "policy": Command(
        "concours.cli.policy:app", "Show, check and compare the rules.", django=False
    ),
    "prepare": Command(
        "concours.cli.prepare:prepare", "Make keys, migrate, compile messages, collect files."
    ),
    "rebuild": Command("concours.cli.rebuild:rebuild", "Fold all standing rows anew."),
    "recompute": Command(
        "concours.cli.recompute:recompute", "Make decisions again by their rules."
    ),
    "reference": Command(
        "concours.cli.reference:command", "Write the generated pages of docs/reference."
    ),
    "replay": Command("concours.cli.replay:replay", "Show a file's state as of any two times."),
    "restore": Command("concours.cli.restore:restore", "Bring a backup into an empty service."),
    "run": Command(
        "concours.cli.run:run", "Prepare and run a whole rehearsal on this machine.", django=False
    ),
    "seats": Command(
        "concours.cli.seats:app", "Make a published drawing of seats again.", django=False
    ),
    "score": Command(
        "concours.cli.score:score",
        "Scores with their errors from answers; or the same once more.",
        django=False,
    ),
    "soak": Command(
        "concours.cli.soak:soak",
        "Load a rehearsal of its own, kill its processes, check everything.",
        django=False,
    ),
    "verify": Command(
        "concours.cli.verify:verify",
        "Check a downloaded record, or the whole ledger.",
        django=False,
    ),
    "rehearse": Command("concours.cli.rehearse:command", "Build the rehearsal competition, once."),
    "worker": Command("concours.cli.worker:command", "Release and send notices, sign the log."),
    "serve": Command("concours.cli.serve:serve", "Serve pages and the exam room.", django=False),
    "dif": Command(
        "concours.cli.dif:dif", "Check items for differential functioning.", django=False
    ),
    "equate": Command(
        "concours.cli.equate:equate",
        "Equate two forms, by scores or item parameters.",
        django=False,
    ),
    "impact": Command(
        "concours.cli.impact:impact", "Compare selection rates by group.", django=False
    ),
    "items": Command(
        "concours.cli.items:items",
        "Analyse items: difficulty, key check, reliability.",
        django=False,
    ),
    "raters": Command(
        "concours.cli.raters:raters", "Severity, fit and agreement of raters.", django=False
    ),
    "standard": Command(
        "concours.cli.standard:app", "Set a cut score, with its error.", django=False
    ),
}
