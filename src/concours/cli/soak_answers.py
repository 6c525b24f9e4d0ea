"""The answer desk under load while desk and database are killed: no acknowledged answer may be missing.

Every save has a number of its own and is sent until it is acknowledged; what was acknowledged
is then looked for in the database. The same with `synchronous_commit` off must lose some:
a check that cannot fail shows nothing.
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from os import environ
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded by the option

from concours.cli.cluster import Cluster, NoCluster
from concours.cli.lines import WRONG, line, machine_now
from concours.cli.soak_service import HOST, PATIENCE, PROGRAM, NotWell, free_port, surroundings_of

CLIENTS = 16
SITTINGS = 64
MORE = 200
"""Answers acknowledged between two kills, at least."""
SECTION = "job_knowledge"
CONTROL = {
    "synchronous_commit": "off",
    # What is acknowledged waits in memory for so long, as it would on a busier server.
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
    "wal_buffers": "64MB",
}
KEPT = ("saved", "superseded")
RECEIPT = re.compile(rb'"status":"([a-z_]+)","receipt":"([0-9A-F]+)"')

Key = tuple[int, int]


@dataclass(slots=True)
class Sent:
    """What the clients sent and what was acknowledged: sitting and number to receipt."""

    acknowledged: dict[Key, str] = field(default_factory=dict)
    waiting: set[Key] = field(default_factory=set)
    resent: int = 0
    odd: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Found:
    """What the comparison came to; sound when nothing is missing, changed, doubled or unsent."""

    missing: int
    changed: int
    doubled: int
    unsent: int

    @property
    def sound(self) -> bool:
        """Whether the database holds what was acknowledged, once, and nothing nobody sent."""
        return not (self.missing or self.changed or self.doubled or self.unsent)


def compare(sent: Sent, held: Mapping[tuple[int, int, str], int]) -> Found:
    """Look for every acknowledged answer among those held, and the other way round."""
    receipts: dict[Key, str] = {}
    doubled = 0
    for (sitting, n, receipt), count in held.items():
        doubled += count - 1 + ((sitting, n) in receipts)
        receipts[sitting, n] = receipt
    missing = sum(key not in receipts for key in sent.acknowledged)
    changed = sum(receipts.get(key, told) != told for key, told in sent.acknowledged.items())
    unsent = sum(key not in sent.acknowledged and key not in sent.waiting for key in receipts)
    return Found(missing, changed, doubled, unsent)


def soak_answers(*, rounds: int, seed: int, control: bool) -> int:
    """One whole run on a PostgreSQL of its own; counts what is wrong. Raises NotWell."""
    with tempfile.TemporaryDirectory(prefix="concours-soak-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "pg").mkdir()
        cluster = Cluster(folder / "pg", CONTROL if control else {"synchronous_commit": "on"})
        desk = Desk(folder, cluster)
        try:
            cluster.create()
            desk.do("prepare")
            desk.do("rehearse", "--people", "40")
            environ.update(desk.surroundings)
            import_module("concours.cli.main").set_up_django()
            rooms = import_module("concours.services.rehearsal.sittings")
            sittings: list[tuple[int, str]] = rooms.practice_sittings(
                SITTINGS, machine_now=machine_now()
            )
            import_module("django.db").connections.close_all()
            desk.start()
            began = time.monotonic()
            sent, killed = load(desk, sittings, rounds=rounds, chance=Random(seed), control=control)
            found = compare(sent, rooms.held_saves([sitting for sitting, _ in sittings]))
            import_module("django.db").connections.close_all()
        finally:
            desk.stop()
            cluster.stop()
    wrong = not found.missing if control else not found.sound
    line(
        {
            "soak": "answers.control" if control else "answers",
            "synchronous_commit": "off" if control else "on",
            "seed": seed,
            "rounds": rounds,
            "seconds": round(time.monotonic() - began, 1),
            "killed": dict(killed),
            "acknowledged": len(sent.acknowledged),
            "resent": sent.resent,
            "odd_replies": dict(sent.odd),
            "missing": found.missing,
            "changed": found.changed,
            "doubled": found.doubled,
            "unsent": found.unsent,
            "as_it_should_be": not wrong and not sent.odd,
        }
    )
    return int(wrong) + len(sent.odd)


class Desk:
    """`concours serve --only desk` as a process, killed and started again on one port."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.port = free_port()
        self.cluster = cluster
        self.log = folder / "desk.log"
        address = f"http://{HOST}:{self.port}"
        self.surroundings = {
            **surroundings_of(folder, address),
            "DATABASE_URL": cluster.address,
            "CONCOURS_KEYS": f"{folder}/keys",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, *words: str) -> None:
        """Run one command to its end. Raises NotWell."""
        done = subprocess.run([*PROGRAM, *words], env=self.surroundings, capture_output=True)
        if done.returncode:
            raise NotWell(f"concours {' '.join(words)} failed: {done.stderr.decode()[-2000:]}")

    def start(self) -> None:
        """Start it; return once it takes connections."""
        with open(self.log, "ab") as log:
            words = [*PROGRAM, "serve", "--only", "desk", "--port", str(self.port)]
            self._process = subprocess.Popen(words, env=self.surroundings, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection((HOST, self.port), 5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise NotWell("The desk does not start: " + self.log.read_text()[-2000:])

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def load(
    desk: Desk, sittings: list[tuple[int, str]], *, rounds: int, chance: Random, control: bool
) -> tuple[Sent, Counter[str]]:
    """Clients in threads, while this one kills now the desk, now the database, now both."""
    ended = threading.Event()
    parts = [Sent() for _ in range(CLIENTS)]
    clients = [
        threading.Thread(target=send, args=(desk.port, sittings[place::CLIENTS], part, ended))
        for place, part in enumerate(parts)
    ]
    for client in clients:
        client.start()
    killed: Counter[str] = Counter()
    try:
        for turn in range(rounds):
            # Nothing is killed before answers flow again: each kill must find some on their way.
            _wait_for_more(parts, desk)
            time.sleep(chance.uniform(0.0, 0.5))
            # The first three rounds are one of each; a control loses by the database only.
            kinds = ("database", "desk", "both")
            what = "database" if control else kinds[turn] if turn < 3 else chance.choice(kinds)
            killed[what] += 1
            if what in ("desk", "both"):
                desk.kill()
            if what in ("database", "both"):
                desk.cluster.kill()
                desk.cluster.start()
            if what in ("desk", "both"):
                desk.start()
        _wait_for_more(parts, desk)
    finally:
        ended.set()
        for client in clients:
            client.join()
    whole = Sent()
    for part in parts:
        whole.acknowledged |= part.acknowledged
        whole.waiting |= part.waiting
        whole.resent += part.resent
        whole.odd += part.odd
    return whole, killed


def _wait_for_more(parts: list[Sent], desk: Desk) -> None:
    wanted = sum(len(part.acknowledged) for part in parts) + MORE
    until = time.monotonic() + PATIENCE
    while sum(len(part.acknowledged) for part in parts) < wanted:
        if time.monotonic() > until:
            raise NotWell("No answers are kept any more: " + desk.log.read_text()[-2000:])
        time.sleep(0.02)


def send(port: int, sittings: list[tuple[int, str]], sent: Sent, ended: threading.Event) -> None:
    """One client: one save after another, each until it is acknowledged, each with a new number."""
    n, link = 0, None
    while not ended.is_set():
        n += 1
        for sitting, token in sittings:
            request = _request(token, n)
            sent.waiting.add((sitting, n))
            while not ended.is_set():
                try:
                    link = link or socket.create_connection((HOST, port), 10)
                    link.sendall(request)
                    answer = _answer(link)
                except OSError:
                    _gone(link)
                    link, answer = None, b""
                told = RECEIPT.search(answer)
                if told is not None and told[1].decode() in KEPT:
                    sent.acknowledged[sitting, n] = told[2].decode()
                    sent.waiting.discard((sitting, n))
                    break
                if answer and not answer.startswith(b"HTTP/1.1 503"):
                    sent.odd[answer[:300].decode(errors="replace")] += 1
                sent.resent += 1
                time.sleep(0.02)
    _gone(link)


def _gone(link: socket.socket | None) -> None:
    if link is not None:
        link.close()


def _request(token: str, n: int) -> bytes:
    save = {"n": n, "section": SECTION, "item": n % 60 + 1, "choice": "ABCD"[n % 4]}
    body = json.dumps({"saves": [save]}).encode()
    head = (
        f"POST /desk/answers HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _answer(link: socket.socket) -> bytes:
    """One whole answer: head and a JSON body. Raises OSError when the desk went away."""
    got = b""
    while not got.endswith(b"}"):
        part = link.recv(65_536)
        if not part:
            raise ConnectionError("the desk went away")
        got += part
    return got


def main() -> None:
    """Rounds, seed, and `control` or nothing; exit code 3 when something is wrong."""
    rounds, seed, *more = sys.argv[1:]
    try:
        wrong = soak_answers(rounds=int(rounds), seed=int(seed), control="control" in more)
    except (NotWell, NoCluster) as reason:
        print(reason, file=sys.stderr)
        line({"soak": "failed", "seed": int(seed), "why": str(reason).splitlines()[0]})
        wrong = 1
    sys.exit(WRONG if wrong else 0)


if __name__ == "__main__":
    main()
