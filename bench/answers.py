"""How fast answers are kept: the real answer desk over HTTP beside the bare checked insert.

    concours bench answers

Starts a PostgreSQL of its own that waits for the disk (SQLite with --engine sqlite, and where
PostgreSQL is not installed), fills it with open sittings, and serves the desk by `concours
serve --only desk`. The load is a process of its own: each request one save, signed, decoded,
checked and acknowledged after the commit. Beside it, in the same run, pgbench with 64 clients
keeps one checked row a transaction in the same table. JSON lines; processor time of the
desk, the database and the load apart, and what other processes used meanwhile: a run in which
they used more than 0.2 cores says nothing.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from concours.cli.cluster import Cluster, NoCluster, cpu_seconds

PROGRAM = (sys.executable, "-m", "concours.cli.main")
FILL = Path(__file__).with_name("_answers_fill.py")
CONNECTIONS = (32, 256)
AIMS = {32: (0.6, 0.5, 15), 256: (1.2, 0.9, 60)}
"""Share of pgbench aimed at, the least, and the longest p99 in milliseconds."""
CLIENTS = 64
CHECKED = """
\\set sitting random(1, {bare})
\\set n random(1, 2000000000)
\\set item random(10, 59)
INSERT INTO records_answer
  (sitting_id, epoch, n, section, item, choice, text, at, receipt, late, given_at)
SELECT s.id, s.epoch, :n, 'job_knowledge', :item, 'A', NULL, now(), '0123456789ABCDEF', FALSE, NULL
FROM records_sitting s
WHERE s.id = {first} - 1 + :sitting AND s.epoch = 1 AND s.state = 'open'
  AND s.section = 'job_knowledge' AND now() < s.accepts_until
FOR SHARE
ON CONFLICT (sitting_id, epoch, n) DO NOTHING;
"""


@dataclass(slots=True)
class Bench:
    """A running desk: its surroundings, its database, its processes, its sittings."""

    surroundings: dict[str, str]
    cluster: Cluster | None
    tokens: list[str] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    desks: list[subprocess.Popen[bytes]] = field(default_factory=list)
    turn: int = 0


def main() -> None:
    """Fill, serve, measure: saves at each number of connections, pgbench, the section read."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--sittings", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=4.0, help="each measurement")
    parser.add_argument("--repeats", type=int, default=3, help="of each; medians are told")
    parser.add_argument("--desks", type=int, default=1, help="desk processes")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="concours-answers-") as name,
        running(Path(name), asked) as bench,
    ):
        measure(bench, asked)


@contextmanager
def running(folder: Path, asked: argparse.Namespace) -> Iterator[Bench]:
    """A desk on data of its own, and everything stopped at the end."""
    cluster = None
    if asked.engine == "postgresql":
        try:
            (folder / "pg").mkdir()
            folder.chmod(0o755)
            cluster = Cluster(folder / "pg", {"shared_buffers": "512MB", "max_wal_size": "4GB"})
            cluster.create()
        except NoCluster as reason:
            print(f"{reason} Measuring on SQLite.", file=sys.stderr)
    address = cluster.address if cluster else f"sqlite:///{folder}/answers.sqlite3"
    surroundings = {
        **os.environ,
        "DATABASE_URL": address,
        "CONCOURS_VAR": str(folder),
        "CONCOURS_KEYS": f"{folder}/keys",
        "CONCOURS_REHEARSAL": "yes",
        "CONCOURS_HASHED_STATIC": "no",
        "DJANGO_SETTINGS_MODULE": "concours.site.settings",
    }
    bench = Bench(surroundings, cluster)
    try:
        subprocess.run([*PROGRAM, "prepare"], env=surroundings, check=True, stdout=2)
        words = [sys.executable, str(FILL), f"{folder}/tokens.json", str(asked.sittings)]
        subprocess.run(words, env=surroundings, check=True)
        bench.bare, bench.tokens = json.loads((folder / "tokens.json").read_text())
        # As in production: no clock that somebody may move, so none is read for each batch.
        surroundings["CONCOURS_REHEARSAL"] = "no"
        for _ in range(asked.desks):
            serve(bench, folder)
        yield bench
    finally:
        for desk in bench.desks:
            desk.terminate()
            desk.wait()
        if cluster:
            cluster.stop()


def serve(bench: Bench, folder: Path) -> None:
    """Start one desk process and wait until it answers."""
    log = folder / f"desk-{len(bench.desks)}"
    with open(log, "wb") as out:
        words = [*PROGRAM, "serve", "--only", "desk", "--port", "0"]
        bench.desks.append(subprocess.Popen(words, env=bench.surroundings, stdout=out, stderr=out))
    until = time.monotonic() + 60
    while not (found := re.search(r"Listening on http://127\.0\.0\.1:(\d+)", log.read_text())):
        if bench.desks[-1].poll() is not None or time.monotonic() > until:
            sys.exit(f"The desk does not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)
    port = int(found[1])
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/desk/", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            break
        except OSError:
            time.sleep(0.05)
    bench.ports.append(port)


def measure(bench: Bench, asked: argparse.Namespace) -> None:
    """Every measurement, so many times in turn; then the medians beside the bare insert."""
    engine = "postgresql" if bench.cluster else "sqlite"
    load(bench, "save", 32, 1.0)  # plans, caches and pages are warm
    bare: list[float] = []
    saves: dict[int, list[dict[str, Any]]] = {count: [] for count in CONNECTIONS}
    reads = []
    for _ in range(asked.repeats):
        if bench.cluster:
            bare.append(pgbench(bench, asked))
        for count in CONNECTIONS:
            saves[count].append(load(bench, "save", count, asked.seconds))
        reads.append(load(bench, "read", 32, asked.seconds))
    size = {"engine": engine, "sittings": asked.sittings, "desks": asked.desks}
    if bare:
        say("pgbench", per_second=round(statistics.median(bare)), clients=CLIENTS, **size)
    for count, found in saves.items():
        middle = median_of(found)
        more = {}
        if bare:
            aim, least, p99 = AIMS[count]
            share = middle["per_second"] / statistics.median(bare)
            more = {
                "share_of_pgbench": round(share, 3),
                "aim": aim,
                "least": least,
                "p99_aim_ms": p99,
            }
        say("save", connections=count, **middle, **more, **size)
    say("read", connections=32, **median_of(reads), aim_per_second=3_000, **size)
    wrong = [r for found in (*saves.values(), reads) for r in found if r["other_replies"]]
    if wrong:
        sys.exit(f"Some requests were not answered as they should be: {wrong[0]['other_replies']}")


def load(bench: Bench, kind: str, connections: int, seconds: float) -> dict[str, Any]:
    """One load, and what desk, database, load and others used of the processors meanwhile."""
    asked = {
        "kind": kind,
        "connections": connections,
        "seconds": seconds,
        "tokens": bench.tokens,
        "ports": bench.ports,
        "first": bench.turn,
    }
    desks = [desk.pid for desk in bench.desks]
    servers = bench.cluster.processes() if bench.cluster else []
    before = cpu_seconds(desks), cpu_seconds(servers), busy_seconds()
    words = [sys.executable, "-m", "concours.cli.answer_load"]
    done = subprocess.run(words, input=json.dumps(asked).encode(), capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    servers = bench.cluster.processes() if bench.cluster else []
    after = cpu_seconds(desks), cpu_seconds(servers), busy_seconds()
    desk, server, busy = (b - a for a, b in zip(before, after, strict=True))
    bench.turn += 100_000
    each = 1e6 / found["done"]
    return {
        "per_second": round(found["per_second"]),
        "p50_ms": found["p50_ms"],
        "p99_ms": found["p99_ms"],
        "desk_cpu_us": round(desk * each),
        "database_cpu_us": round(server * each),
        "load_cpu_us": round(found["client_cpu"] * each),
        "other_cores": round(
            max(0.0, (busy - desk - server - found["client_cpu"]) / found["seconds"]), 2
        ),
        "other_replies": found["other_replies"],
    }


def median_of(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The repeat whose rate is the middle one, with the range of all."""
    ordered = sorted(found, key=lambda each: each["per_second"])
    middle = dict(ordered[len(ordered) // 2])
    middle["range"] = [ordered[0]["per_second"], ordered[-1]["per_second"]]
    return middle


def pgbench(bench: Bench, asked: argparse.Namespace) -> float:
    """One checked row a transaction, 64 clients, prepared: the rate pgbench tells."""
    assert bench.cluster is not None
    script = bench.cluster.folder / "checked.sql"
    script.write_text(CHECKED.format(bare=len(bench.bare), first=bench.bare[0]))
    script.chmod(0o644)
    words = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(round(asked.seconds))]
    said = bench.cluster.call(
        "pgbench", *bench.cluster.reach, *words, "-f", str(script), "concours"
    )
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        sys.exit(f"pgbench said nothing of its rate:\n{said}")
    return float(found[1])


def busy_seconds() -> float:
    """Processor time all processes of this machine have used so far."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / os.sysconf("SC_CLK_TCK")


def say(what: str, **more: object) -> None:
    """One result as a JSON line."""
    print(json.dumps({"bench": f"answers.{what}", **more}), flush=True)


if __name__ == "__main__":
    main()
