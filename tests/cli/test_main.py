"""The dispatcher loads only the command that is called."""

import os
import subprocess
import sys

import pytest

from concours.cli import main as dispatcher
from concours.cli.commands import COMMANDS


def loaded_by(*line: str) -> set[str]:
    """The top-level modules that a fresh process has loaded after running one command line."""
    program = (
        "import sys\nfrom concours.cli.main import main\n"
        f"try:\n    main({list(line)!r})\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("LOADED ")[2].split())


def test_help_names_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    dispatcher.main(["--help"])
    said = capsys.readouterr().out
    named = [line.split()[0] for line in said.splitlines() if line.startswith("  ")]
    assert named == sorted(COMMANDS)
    assert {"django", "typer", "numpy"} & loaded_by("--help") == set()


def test_a_command_that_needs_no_database_never_loads_django() -> None:
    assert {"django", "numpy", "scipy"} & loaded_by("policy", "show", "2016") == set()


def test_an_unknown_command_is_misuse_and_names_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        dispatcher.main(["polici"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "There is no command 'polici'. Did you mean `concours policy`? See `concours --help`.\n"
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_loaded_and_says_what_it_takes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        dispatcher.main([name, "--help"])
    assert ended.value.code == 0
    assert f"concours {name}" in capsys.readouterr().out


def test_a_setting_that_cannot_be_read_is_told_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "concours.cli.main", "check"],
        env={**os.environ, "PYTHONPATH": "src", "CONCOURS_MERGE_DELAY": "soon"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "CONCOURS_MERGE_DELAY is 'soon': it takes a whole number, 1 or more, in digits only. "
        "Set CONCOURS_MERGE_DELAY again or unset it.\n"
    )
