"""The generated pages on what stands around the code: settings and commands."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from concours.cli.commands import COMMANDS
from concours.site import environment

HEAD = "<!-- Written by `concours reference`; do not edit. -->\n\n"

OUTSIDE_SETTINGS: Mapping[str, tuple[str, str, str]] = {
    "CONCOURS_PORT": ("whole number", "8000", "The port `concours run` serves on."),
    "CONCOURS_PUBLIC_KEY": (
        "key",
        "`log.pub` among the keys",
        "The public key that `concours verify` checks signatures with.",
    ),
    "CONCOURS_ORACLES": (
        "folder",
        "none",
        "Outside data sets that some tests compare with; those tests do not run without it.",
    ),
}
"""Variables that the commands and the tests read before or without the settings."""


def settings_page() -> str:
    """Every variable of the environment that is read, in the order of reading."""
    import_module("concours.site.settings")
    rows = [
        *((read.name, read.kind, read.default, read.meaning) for read in environment.READ.values()),
        *((name, *about) for name, about in OUTSIDE_SETTINGS.items()),
    ]
    text = HEAD + "# Settings\n\nThe service is set by variables of its environment.\n\n"
    text += "| variable | takes | without it | meaning |\n| --- | --- | --- | --- |\n"
    for name, kind, default, meaning in rows:
        text += f"| `{name}` | {kind} | {default or 'empty'} | {meaning} |\n".replace(
            "localhost>", "localhost\\>"
        )
    return text


def commands_page() -> str:
    """Every command with its verbs and options."""
    text = HEAD + "# Commands\n\nExit codes: 0 done, 1 failed, 2 misuse, 3 found something wrong.\n"
    for name in sorted(COMMANDS):
        module, _, attribute = COMMANDS[name].target.partition(":")
        target = getattr(import_module(module), attribute)
        if not isinstance(target, typer.Typer):
            app = typer.Typer(add_completion=False)
            app.command()(target)
            target = app
        text += f"\n## concours {name}\n\n{COMMANDS[name].help}\n"
        text += "".join(_verbs(f"concours {name}", get_command(target)))
    return text


def _verbs(name: str, command: Any) -> Iterator[str]:
    verbs: Mapping[str, Any] = getattr(command, "commands", {})
    if verbs:
        for verb, each in verbs.items():
            yield f"\n### {name} {verb}\n"
            yield from _verbs(f"{name} {verb}", each)
        return
    words = " ".join((command.help or "").split("\n\n")[0].split())
    if words:
        yield f"\n{words}\n"
    lines = []
    for parameter in command.params:
        if parameter.name in {"help", "install_completion", "show_completion"}:
            continue
        shown = parameter.opts[-1] if parameter.param_type_name == "option" else parameter.name
        said = " ".join((getattr(parameter, "help", None) or "").split())
        lines.append(f"- `{shown}`{': ' + said if said else ''}\n")
    if lines:
        yield "\n" + "".join(lines)
