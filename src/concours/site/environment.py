"""Typed readers of the environment; each read is recorded with its meaning.

The record is what `docs/reference/settings.md` is generated from, so that a
setting cannot be read without being documented. A value that cannot be read as
what was asked for stops the program at once, naming the variable, the rule and
the remedy.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

READ: dict[str, "Read"] = {}
"""Every variable read so far, by name, in the order of reading."""

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Read:
    """One variable: its name, what kind of value it takes, its default in words, its meaning."""

    name: str
    kind: str
    default: str
    meaning: str


class Misread(ValueError):
    """A variable of the environment does not hold what its reader asks for."""

    def __init__(self, name: str, value: str, rule: str) -> None:
        super().__init__(f"{name} is {value!r}: {rule}. Set {name} again or unset it.")
        self.name = name


def text(name: str, default: str, *, meaning: str, shown: str | None = None) -> str:
    """The variable as it stands; ``shown`` words a default that differs by machine."""
    _record(name, "text", shown if shown is not None else default, meaning)
    return os.environ.get(name, default)


def flag(name: str, default: bool, *, meaning: str) -> bool:
    """A yes or a no; anything that is neither is an error, never a silent no."""
    _record(name, "flag", "yes" if default else "no", meaning)
    given = os.environ.get(name, "").strip().lower()
    if not given:
        return default
    if given in _TRUE:
        return True
    if given in _FALSE:
        return False
    raise Misread(name, given, "a flag is one of 1, 0, true, false, yes, no, on, off")


def whole(name: str, default: int, *, meaning: str, least: int = 0) -> int:
    """A whole number not below ``least``."""
    _record(name, "whole number", str(default), meaning)
    given = os.environ.get(name, "").strip()
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or int(given) < least:
        raise Misread(name, given, f"it takes a whole number, {least} or more, in digits only")
    return int(given)


def listing(name: str, default: tuple[str, ...], *, meaning: str) -> list[str]:
    """Parts between commas, trimmed; empty parts are dropped."""
    _record(name, "list", ",".join(default), meaning)
    given = os.environ.get(name)
    if given is None:
        return list(default)
    return [part.strip() for part in given.split(",") if part.strip()]


def choice(name: str, default: str, *, of: tuple[str, ...], meaning: str) -> str:
    """One word out of ``of``."""
    _record(name, f"one of {', '.join(of)}", default, meaning)
    given = os.environ.get(name, "").strip() or default
    if given not in of:
        raise Misread(name, given, f"it takes one of {', '.join(of)}")
    return given


def secret(name: str, *, meaning: str, fallback: Callable[[], str], shown: str) -> str:
    """The variable, or the content of the file named by ``NAME_FILE``, or the fallback.

    A named file that is missing or empty is an error: a service that was given a
    key must never go on with another one.
    """
    _record(name, "secret", shown, f"{meaning} Also read from the file named by `{name}_FILE`.")
    given = os.environ.get(name)
    if given:
        return given
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return fallback()
    try:
        content = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misread(
            f"{name}_FILE", file, f"the file cannot be read ({error.strerror})"
        ) from error
    if not content:
        raise Misread(f"{name}_FILE", file, "the file is empty")
    return content


def database(name: str, default: str, *, meaning: str, shown: str) -> dict[str, object]:
    """Django's connection parameters for ``sqlite:///path`` or ``postgresql://user:pass@host/db``.

    A PostgreSQL host may also be a directory with a socket, percent-encoded or as
    ``?host=/directory``. Other schemes are refused: the ledger's guards exist for these two.
    """
    _record(name, "address", shown, meaning)
    given = os.environ.get(name, "").strip() or default
    parts = urlsplit(given)
    if parts.scheme == "sqlite":
        if not parts.path.startswith("//") or not parts.path.strip("/"):
            raise Misread(name, given, "sqlite takes a whole path, as sqlite:////absolute/path")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:])}
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(name, given)
    raise Misread(name, parts.scheme, "it takes sqlite:////absolute/path or postgresql://...")


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as a content security policy names a source."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def documented() -> Mapping[str, Read]:
    """What has been read, for the reference page and the check."""
    return dict(READ)


def _postgresql(name: str, given: str) -> dict[str, object]:
    parts = urlsplit(given)
    base = unquote(parts.path).lstrip("/")
    if not base:
        raise Misread(name, given.split("@")[-1], "postgresql needs a database, as .../name")
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = unquote(options.pop("host", "") or parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {key: unquote(value) for key, value in options.items()},
    }


def _record(name: str, kind: str, default: str, meaning: str) -> None:
    READ[name] = Read(name=name, kind=kind, default=default, meaning=meaning)
