"""Backup and restore: database, documents and the list of erasures together, keys apart.

Who holds a backup without the keys holds no name. A restored copy is verified, and
the erasures made since the backup are repeated in it before anybody uses it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from concours.kernel.errors import BadInput
from concours.kernel.period import instant_text
from concours.records import guards, log
from concours.records.ledger_store import count_entries
from concours.records.models import FileHead
from concours.services.erasure import erasure_list, repeat_erasures
from concours.services.ledger.verifying import faulty_files, faulty_log

FORMAT = "concours-backup/1"
MANIFEST, ERASURES, DOCUMENTS = "manifest.json", "erasures.jsonl", "documents"
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds."""

    folder: str
    engine: str
    entries: int
    documents: int
    bytes: int
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restored copy holds, whether it verifies, and the erasures repeated in it."""

    entries: int
    documents: int
    faults: int
    erased: tuple[str, ...]


def backup(folder: Path, *, keys: Path | None, at: datetime) -> Backup:
    """Write a backup into a new folder, and the key files into another, if one is named.

    The database is copied while in use, as of one instant; documents after it, so
    that every row has its file. Raises BadInput when a folder exists and is not
    empty, or the keys would stand beside the data they open.
    """
    _require_empty(folder)
    if keys is not None:
        _require_apart(folder, keys)
        _require_empty(keys)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = log.newest()
    entries = count_entries()
    _dump(folder / DUMPS[connection.vendor])
    documents = _copy_tree(Path(settings.MEDIA_ROOT), folder / DOCUMENTS)
    if erasure_list().exists():
        shutil.copy2(erasure_list(), folder / ERASURES)
    if keys is not None:
        _copy_keys(keys)
    manifest = {
        "format": FORMAT,
        "made_at": instant_text(at),
        "engine": connection.vendor,
        "entries": entries,
        "checkpoint": head.note if head else "",
        "files": {name: digest for name, digest, _ in _digests(folder)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    size = sum(size for _, _, size in _digests(folder))
    return Backup(
        folder=str(folder),
        engine=connection.vendor,
        entries=entries,
        documents=documents,
        bytes=size,
        keys=str(keys) if keys else "not copied",
    )


def restore(folder: Path, *, keys: Path | None, at: datetime) -> Restored:
    """Restore a backup into an empty service, verify it, and repeat erasures.

    Raises BadInput when a file of the backup is damaged or lacking, the backup is
    of another database, or this service already holds a ledger.
    """
    manifest = _checked_manifest(folder)
    if _holds_ledger():
        raise BadInput(
            "not_empty", remedy="This service already holds a ledger. Restore into an empty one."
        )
    if keys is not None:
        _bring_keys(keys)
    _load(folder / DUMPS[connection.vendor])
    call_command("migrate", interactive=False, verbosity=0)
    guards.put_guards(connection)
    documents = _copy_tree(folder / DOCUMENTS, Path(settings.MEDIA_ROOT))
    _merge_erasures(folder / ERASURES)
    faults = sum(len(some) for _, some in (*faulty_files(), *faulty_log()))
    lost = int(manifest["entries"]) - count_entries()
    erased = repeat_erasures(at=at)
    return Restored(
        entries=count_entries(),
        documents=documents,
        faults=faults + max(0, lost),
        erased=tuple(one.person for one in erased),
    )


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        target.chmod(0o600)
        return
    _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _load(source: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        place.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{place}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(source, place)
        place.chmod(0o600)
        return
    _postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error",
        f"--dbname={connection.settings_dict['NAME']}", str(source),
    )  # fmt: skip


def _postgresql(tool: str, *arguments: str) -> None:
    """Run a tool of the database's own, which finds its server through the environment."""
    given = connection.settings_dict
    environment = os.environ | {
        name: str(value)
        for name, value in (
            ("PGHOST", given["HOST"]),
            ("PGPORT", given["PORT"]),
            ("PGUSER", given["USER"]),
            ("PGPASSWORD", given["PASSWORD"]),
            ("PGDATABASE", given["NAME"]),
        )
        if value
    }
    path = shutil.which(tool) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"), reverse=True)),
        "",
    )
    if not path:
        raise BadInput("no_tool", remedy=f"{tool} is missing: apt-get install postgresql-client")
    done = subprocess.run(
        [path, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadInput("tool_failed", remedy=f"{tool} failed: {done.stderr.strip()[-300:]}")


def _holds_ledger() -> bool:
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    tables = connection.introspection.table_names()
    return "records_filehead" in tables and FileHead.objects.exists()


def _checked_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput("no_backup", remedy=f"{folder} holds no readable {MANIFEST}.") from error
    if manifest.get("format") != FORMAT:
        raise BadInput("no_backup", remedy=f"{folder} is not a backup of format {FORMAT}.")
    if manifest["engine"] != connection.vendor:
        raise BadInput(
            "other_engine",
            remedy=f"The backup is of {manifest['engine']}, this service runs on {connection.vendor}.",
        )
    found = {name: digest for name, digest, _ in _digests(folder)}
    for name, digest in manifest["files"].items():
        if found.get(name) != digest:
            raise BadInput("backup_damaged", remedy=f"{name} of the backup is damaged or lacking.")
    return dict(manifest)


def _digests(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Name, SHA-256 and size of every file but the manifest."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != MANIFEST:
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            yield str(file.relative_to(folder)), digest, file.stat().st_size


def _copy_tree(source: Path, target: Path) -> int:
    if not source.exists():
        return 0
    shutil.copytree(source, target, dirs_exist_ok=True)
    return sum(file.is_file() for file in target.rglob("*"))


def _copy_keys(target: Path) -> None:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in sorted(Path(settings.KEYS).glob("*.key")):
        shutil.copy2(file, target / file.name)


def _bring_keys(source: Path) -> None:
    folder = Path(settings.KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in sorted(source.glob("*.key")):
        if not (folder / file.name).exists():
            shutil.copy2(file, folder / file.name)
            (folder / file.name).chmod(0o600)


def _merge_erasures(noted: Path) -> None:
    """Add the backup's list to this service's own, which may know later erasures."""
    lines = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
    place = erasure_list()
    known = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
    merged = list(dict.fromkeys([*lines, *known]))
    if merged:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(merged) + "\n", encoding="utf-8")
        place.chmod(0o600)


def _require_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("folder_not_empty", remedy=f"{folder} is not empty. Name a new folder.")


def _require_apart(folder: Path, keys: Path) -> None:
    data, apart = folder.resolve(), keys.resolve()
    if data == apart or data in apart.parents or apart in data.parents:
        raise BadInput(
            "keys_beside_data", remedy="Keys beside their data protect nothing. Name another place."
        )
