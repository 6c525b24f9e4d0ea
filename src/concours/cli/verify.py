"""`concours verify`: check a downloaded record with the public key alone, or the whole ledger."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from concours.cli.lines import end, line
from concours.ledger.checkpoint import read_verifier
from concours.ledger.consistency import is_consistency, verify_consistency
from concours.ledger.verification import as_json
from concours.ledger.verification import verify as check

PUBLIC_KEY = "CONCOURS_PUBLIC_KEY"


def verify(
    download: Annotated[
        Path | None,
        typer.Argument(help="A downloaded record, or a proof between heads; - for stdin."),
    ] = None,
    key: Annotated[
        str,
        typer.Option(help="The public key as the record page shows it, or a file with it."),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Check the whole ledger in this service's database.")
    ] = False,
) -> None:
    """Check every header, link, body, salt, proof and signature; name the entry that is wrong.

    Exit code 3 when something is. A download needs neither database nor network.
    Without --key the key is taken from CONCOURS_PUBLIC_KEY, or from `log.pub`
    among this machine's own keys.
    """
    if everything == (download is not None):
        print("Name a download, or say --all.", file=sys.stderr)
        raise typer.Exit(2)
    if download is None:
        # Only this needs tables: checking a download must run where Django is not set up.
        import_module("concours.cli.main").set_up_django()
        import_module("concours.cli.audit").audit()
        return
    content = sys.stdin.buffer.read() if str(download) == "-" else _read(download)
    if is_consistency(content):
        compared = verify_consistency(content, read_verifier(_key(key)))
        line(compared)
        end(bool(compared.wrong))
        return
    result = check(content, read_verifier(_key(key)))
    for found in as_json(result):
        print(found)
    end(len(result.findings))


def _key(given: str) -> str:
    text = given or os.environ.get(PUBLIC_KEY, "")
    if not text:
        folder = os.environ.get("CONCOURS_KEYS") or os.environ.get("CONCOURS_VAR", "var") + "/keys"
        text = str(Path(folder) / "log.pub")
        if not Path(text).is_file():
            print(f"Give the public key: --key, or {PUBLIC_KEY}.", file=sys.stderr)
            raise typer.Exit(2)
        print(f"The public key is the one in {text}.", file=sys.stderr)
    if "+" in text and not text.startswith(("/", ".")):
        return text
    return _read(Path(text)).decode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        print(f"{path} cannot be read: {error.strerror}.", file=sys.stderr)
        raise typer.Exit(2) from error
