"""What ships beside the rules: the default process, and what its rehearsal is made of."""

from functools import cache
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from concours.kernel.errors import BadInput
from concours.policy.edition import Edition, EditionText, load_edition, rulebooks

T = TypeVar("T", bound=msgspec.Struct)


class Default(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The process and edition that pages explain when nobody has chosen another."""

    process: str
    edition: str


class RehearsalCentre(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One invented test centre."""

    code: str
    name: str
    city: str
    country: str
    zone: str
    address: str
    abroad: bool = False


class RehearsalPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the invented assessment days are held."""

    code: str
    place: str
    address: str


class Rehearsal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the rehearsal of a process is made of besides its rules; ``tracks`` gives each track's share."""

    title: str
    citizen_of: str
    tracks: dict[str, float]
    assessment: RehearsalPlace
    centres: list[RehearsalCentre]


def _read(kind: type[T], *path: str) -> T:
    file = rulebooks().joinpath(*path)
    name = "/".join(path)
    if not file.is_file():
        raise BadInput("bad_rulebook", remedy=f"{name} is missing.")
    try:
        return msgspec.toml.decode(file.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise BadInput("bad_rulebook", remedy=f"{name}: {error}") from error


@cache
def default() -> Default:
    """The default process and edition, as ``rulebooks/default.toml`` names them."""
    return _read(Default, "default.toml")


def default_edition() -> Edition:
    """The default edition, whole."""
    return load_edition(default().process, default().edition)


def default_zone() -> str:
    """The board's time zone by the default edition; reads that edition's head alone."""
    found = default()
    return _read(EditionText, found.process, found.edition, "edition.toml").zone


@cache
def rehearsal_of(process: str) -> Rehearsal:
    """What the rehearsal of a process is made of. Raises BadInput where it ships none."""
    return _read(Rehearsal, process, "rehearsal.toml")


def process_locales() -> tuple[Traversable, ...]:
    """The folders of message files that translate what the rulebooks ask, one a process."""
    folders = sorted(rulebooks().iterdir(), key=lambda f: f.name)
    return tuple(f / "locale" for f in folders if (f / "locale").is_dir())
