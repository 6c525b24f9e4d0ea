"""How fast the record is: appending, the log, replaying, rebuilding, beside what the machine can do.

    python bench/ledger.py [--people 600]

Uses a fresh SQLite file, or the empty database DATABASE_URL names. One JSON object
a line: what was measured, how many a second, and where it makes sense the physical
limit on the same machine and the share of it reached.
"""

import argparse
import hashlib
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy

BODY = b"x" * 400
HASHES = 200_000
SYNCS = 200
ROWS = 100_000
SINGLES = 300


def main() -> None:
    """Measure everything once and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=600, help="candidates in the cohort")
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="concours-bench-") as folder:
        os.environ.update(CONCOURS_VAR=folder, CONCOURS_KEYS=f"{folder}/keys")
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concours.site.settings")
        measure(Path(folder), people)


def measure(folder: Path, people: int) -> None:
    """Build a cohort, write it, log it, read it back."""
    import django  # noqa: PLC0415 - settings must stand first
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from concours.services.keys import make_missing  # noqa: PLC0415

    make_missing(rehearsal=True)
    limits = {
        "hash": rate(HASHES, lambda: [hashlib.sha256(BODY).digest() for _ in range(HASHES)]),
        "sync": rate(SYNCS, lambda: _syncs(folder / "sync")),
        "insert": rate(ROWS, lambda: _bare_inserts(folder / "bare.sqlite3")),
    }
    for name, found in limits.items():
        say(f"limit.{name}", found)
    _record(people, limits)


def _record(people: int, limits: dict[str, float]) -> None:
    from django.db import connection, transaction  # noqa: PLC0415

    from concours.ledger.draft import Draft  # noqa: PLC0415
    from concours.ledger.entry import Head, seal  # noqa: PLC0415
    from concours.records.bulk import append_many  # noqa: PLC0415
    from concours.records.codes import new_code, new_salts  # noqa: PLC0415
    from concours.records.ledger_store import Recorded, append, read_many  # noqa: PLC0415
    from concours.selection.fold import fold_candidacy  # noqa: PLC0415
    from concours.services.ledger.log import sequence_and_sign  # noqa: PLC0415
    from concours.services.ledger.rebuilding import rebuild  # noqa: PLC0415
    from concours.services.ledger.verifying import faulty_files, faulty_log  # noqa: PLC0415
    from concours.simulator.rehearsal import BASE, SEED, rehearsal_cohort  # noqa: PLC0415
    from concours.simulator.world import by_file  # noqa: PLC0415

    began = time.perf_counter()
    cohort = rehearsal_cohort(numpy.random.default_rng(SEED), people=people)
    files = [
        (
            file,
            [Recorded(draft=d, at=act.at, actor=act.actor, role=act.role) for d, act in drafts],
        )
        for file, drafts in by_file(cohort.world.acts).items()
    ]
    count = sum(len(recorded) for _, recorded in files)
    say("simulate", count / (time.perf_counter() - began), people=people, entries=count)

    drafts = [item.draft for _, recorded in files for item in recorded][:20_000]
    salts = new_salts(len(drafts))
    say(
        "seal",
        rate(
            len(drafts),
            lambda: [
                seal(d, Head(file=d.file), at=BASE, actor="system", role="system", salt=s)
                for d, s in zip(drafts, salts, strict=True)
            ],
        ),
        limit=limits["hash"] / 2,
    )
    found = rate(count, lambda: append_many("bench", files))
    say("append_many", found, limit=limits["insert"] / 2, engine=connection.vendor)

    def singles() -> None:
        for _ in range(SINGLES):
            draft = Draft(file=new_code(), step="", kind="person.opened", body={})
            with transaction.atomic():
                append([draft], actor="system", role="system", at=BASE)

    say("append", rate(SINGLES, singles), limit=limits["sync"], engine=connection.vendor)
    say("sequence", rate(count + SINGLES, lambda: sequence_and_sign(at=BASE)))
    codes = [code for code in cohort.world.facts if _is_candidacy(cohort.world.facts[code])]
    read: dict[str, Any] = {}
    entries = sum(len(cohort.world.facts[code]) for code in codes)
    say("read", rate(entries, lambda: read.update(read_many(codes))))
    say("replay", rate(entries, lambda: [fold_candidacy(facts) for facts in read.values()]))
    say("rebuild", rate(count + SINGLES, lambda: list(rebuild())))
    say("verify", rate(count + SINGLES, lambda: [*faulty_files(), *faulty_log()]))


def _is_candidacy(facts: Any) -> bool:
    return bool(facts) and facts[0].kind == "candidacy.opened"


def _syncs(file: Path) -> None:
    """What a decision by itself cannot beat: writing a page and waiting for the disk."""
    with file.open("wb") as target:
        for _ in range(SYNCS):
            target.write(BODY)
            target.flush()
            os.fsync(target.fileno())


def _bare_inserts(file: Path) -> None:
    """Rows of the same size into a bare table, in one transaction."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE bare (a INTEGER PRIMARY KEY, b TEXT)")
        text = BODY.decode()
        database.executemany("INSERT INTO bare (b) VALUES (?)", ((text,) for _ in range(ROWS)))
        database.commit()


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def say(what: str, found: float, *, limit: float | None = None, **more: object) -> None:
    """One result as a JSON line."""
    line: dict[str, object] = {"bench": f"ledger.{what}", "per_second": round(found)}
    if limit is not None:
        line |= {"limit_per_second": round(limit), "share": round(found / limit, 3)}
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    sys.exit(main())
