"""How fast the record is: appending, the log, replaying, rebuilding, beside what the machine can do.

    concours bench ledger

Runs on the empty, migrated database that `concours bench` prepares. One JSON object a
line: what was measured, how many a second, and where it makes sense the physical limit
on the same machine and the share of it reached.
"""

import argparse
import hashlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import django
import numpy

django.setup()

from django.db import connection, transaction  # noqa: E402 - tables need the settings first

from concours.ledger.draft import Draft, Fact  # noqa: E402
from concours.ledger.entry import Head, seal  # noqa: E402
from concours.records.bulk import append_many  # noqa: E402
from concours.records.codes import new_code, new_salts  # noqa: E402
from concours.records.ledger_store import Recorded, append, read_many  # noqa: E402
from concours.records.models import LedgerBody, LedgerEntry  # noqa: E402
from concours.selection.fold import fold_candidacy  # noqa: E402
from concours.services.ledger.log import sequence_and_sign  # noqa: E402
from concours.services.ledger.rebuilding import rebuild  # noqa: E402
from concours.services.ledger.verifying import faulty_files, faulty_log  # noqa: E402
from concours.simulator.rehearsal import BASE, SEED, rehearsal_cohort  # noqa: E402
from concours.simulator.world import by_file  # noqa: E402

BODY = b"x" * 400
HASHES = 200_000
SYNCS = 200
ROWS = 100_000
SINGLES = 300
SEALS = 20_000

FileEntries = list[tuple[str, list[Recorded]]]


def main() -> None:
    """Measure everything once and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=600, help="candidates in the cohort")
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="concours-bench-") as folder:
        limits = measure_machine(Path(folder))
    files, candidacies = build(people)
    measure_writing(files, limits)
    everything = sum(len(recorded) for _, recorded in files) + SINGLES
    measure_reading(candidacies, everything, limits)


def measure_machine(folder: Path) -> dict[str, float]:
    """What this machine can do at all: hashes, waits for the disk, rows into a bare table."""
    limits = {
        "hash": rate(HASHES, lambda: [hashlib.sha256(BODY).digest() for _ in range(HASHES)]),
        "sync": rate(SYNCS, lambda: _syncs(folder / "sync")),
        "insert": rate(ROWS, lambda: _bare_inserts(folder / "bare.sqlite3")),
    }
    for name, found in limits.items():
        say(f"limit.{name}", found)
    return limits


def build(people: int) -> tuple[FileEntries, dict[str, int]]:
    """A cohort's entries by file, and how many each candidacy has."""
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
    candidacies = {
        code: len(facts) for code, facts in cohort.world.facts.items() if _is_candidacy(facts)
    }
    return files, candidacies


def measure_writing(files: FileEntries, limits: dict[str, float]) -> None:
    """Sealing, appending in bulk and one by one, and taking all of it into the log."""
    drafts = [item.draft for _, recorded in files for item in recorded][:SEALS]
    salts = new_salts(len(drafts))
    found = rate(
        len(drafts),
        lambda: [
            seal(d, Head(file=d.file), at=BASE, actor="system", role="system", salt=s)
            for d, s in zip(drafts, salts, strict=True)
        ],
    )
    say("seal", found, limit=limits["hash"] / 2)
    count = sum(len(recorded) for _, recorded in files)
    found = rate(count, lambda: append_many("bench", files))
    say("append_many", found, limit=limits["insert"] / 2, engine=connection.vendor)

    def singles() -> None:
        for _ in range(SINGLES):
            draft = Draft(file=new_code(), step="", kind="person.opened", body={})
            with transaction.atomic():
                append([draft], actor="system", role="system", at=BASE)

    say("append", rate(SINGLES, singles), limit=limits["sync"], engine=connection.vendor)
    say("sequence", rate(count + SINGLES, lambda: sequence_and_sign(at=BASE)))


def measure_reading(candidacies: dict[str, int], everything: int, limits: dict[str, float]) -> None:
    """Reading, replaying, rebuilding and verifying, per entry.

    Whoever reads, replays or rebuilds has at least to fetch every body and parse it;
    whoever verifies has at least to hash a header and a body.
    """
    texts: list[str] = []
    select = rate(everything, lambda: texts.extend(_bare_select()))
    parse = rate(len(texts), lambda: [json.loads(text) for text in texts])
    say("limit.select", select, engine=connection.vendor)
    say("limit.parse", parse)
    both = 1 / (1 / select + 1 / parse)
    read: dict[str, tuple[Fact, ...]] = {}
    entries = sum(candidacies.values())
    found = rate(entries, lambda: read.update(read_many(list(candidacies))))
    say("read", found, limit=both, engine=connection.vendor)
    found = rate(entries, lambda: [fold_candidacy(facts) for facts in read.values()])
    say("replay", found, limit=parse)
    say("rebuild", rate(everything, lambda: list(rebuild())), limit=both, engine=connection.vendor)
    found = rate(everything, lambda: [*faulty_files(), *faulty_log()])
    say("verify", found, limit=limits["hash"] / 2, engine=connection.vendor)


def _bare_select() -> list[str]:
    """Every body's text with its entry's header, in one plain query."""
    entries, bodies = LedgerEntry._meta.db_table, LedgerBody._meta.db_table
    key = LedgerBody._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT b.text, e.header FROM {entries} e JOIN {bodies} b ON b.{key} = e.id"
        )
        return [text for text, _ in cursor.fetchall()]


def _is_candidacy(facts: Sequence[Fact]) -> bool:
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
    main()
