"""`concours soak`: a rehearsal of its own under load, its processes killed, then checked whole.

`service` reads pages and moves the clock; `answers` saves answers at the answer desk (see
`soak_answers`). Everything happens in a temporary folder and on this machine's loopback address.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from importlib import import_module
from os import environ
from pathlib import Path
from random import Random  # noqa: TID251 -- seeded by the option
from typing import Annotated, Any

import typer

from concours.cli.lines import end, line, machine_now
from concours.cli.soak_reader import Interrupted, Reader
from concours.cli.soak_service import NotWell, Service

READERS = 3
CONTROL_ROUNDS = 5
"""Kills of the control; its losses show with the first."""
CLOCK_STEPS = ("hour", "day", "week", "month")


def soak(
    names: Annotated[
        list[str] | None, typer.Argument(help="service or answers; both when left out.")
    ] = None,
    seconds: Annotated[int, typer.Option(min=1, max=86_400, help="How long, without set-up.")] = 60,
    seed: Annotated[int, typer.Option(help="What is read, killed and moved when.")] = 1,
    people: Annotated[int, typer.Option(min=40, max=20_000, help="How many candidates.")] = 200,
    requests: Annotated[
        int, typer.Option(min=READERS, max=10_000_000, help="Most requests in all.")
    ] = 20_000,
    rounds: Annotated[
        int, typer.Option(min=1, max=10_000, help="How often desk or database are killed.")
    ] = 50,
) -> None:
    """Load a rehearsal, kill its processes, move its clock; check everything afterwards.

    Exit code 3 when a page broke, an entry, row or proof is not what it was, a file is
    stuck, somebody was told of one decision twice, an acknowledged answer is missing, or
    the control that must lose some does not.
    """
    asked = names or ["service", "answers"]
    unknown = sorted(set(asked) - {"service", "answers"})
    if unknown:
        print(f"There is no soak {', '.join(unknown)}: service or answers.", file=sys.stderr)
        raise typer.Exit(2)
    wrong = 0
    if "service" in asked:
        wrong += soak_service(seconds=seconds, seed=seed, people=people, requests=requests)
    if "answers" in asked:
        # Each in a process of its own: settings are read once, and each has its own database.
        wrong += sum(_answers_apart(rounds, seed, control=control) for control in (False, True))
    end(wrong)


def _answers_apart(rounds: int, seed: int, *, control: bool) -> int:
    words = [str(rounds if not control else min(rounds, CONTROL_ROUNDS)), str(seed)]
    program = [sys.executable, "-m", "concours.cli.soak_answers", *words]
    return int(subprocess.run([*program, "control"] if control else program).returncode != 0)


def soak_service(*, seconds: int, seed: int, people: int, requests: int) -> int:
    """Pages under load; counts what is wrong."""
    with tempfile.TemporaryDirectory(prefix="concours-soak-") as folder:
        service = Service(Path(folder))
        try:
            service.do("prepare")
            service.do("rehearse", "--people", str(people))
            loaded = load(service, seconds=seconds, seed=seed, requests=requests)
            checked = check(service)
        except NotWell as reason:
            print(reason, file=sys.stderr)
            line({"soak": "failed", "seed": seed, "why": str(reason).splitlines()[0]})
            return 1
        finally:
            service.stop()
    return loaded + checked


def load(service: Service, *, seconds: int, seed: int, requests: int) -> int:
    """Readers in threads, while this one kills processes and moves the clock; counts what broke."""
    readers = [
        Reader(service, chance=Random(f"{seed}/{number}"), most=requests // READERS)
        for number in range(READERS)
    ]
    stopped = threading.Event()
    threads = [threading.Thread(target=reader.read, args=(stopped,)) for reader in readers]
    service.start("web")
    service.start("worker")
    began = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        moved = disturb(service, chance=Random(seed), until=began + seconds)
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
    took = time.monotonic() - began
    answers: dict[str, int] = {}
    for reader in readers:
        if reader.failure is not None:
            raise reader.failure
        for status, count in sorted(reader.answers.items()):
            answers[str(status)] = answers.get(str(status), 0) + count
    broken = sorted({path for reader in readers for path in reader.broken})
    line(
        {
            "soak": "load",
            "seed": seed,
            "seconds": round(took, 1),
            "people": sum(reader.people for reader in readers),
            "answers": answers,
            "interrupted": sum(reader.interrupted for reader in readers),
            "broken": broken,
            "clock_moved": moved,
            "killed": dict(service.killed),
        }
    )
    return len(broken)


def disturb(service: Service, *, chance: Random, until: float) -> list[str]:
    """Now a kill, now a move of the clock, until the time is over; each kind at least once."""
    mover = Reader(service, chance=chance, most=1)
    order = ["clock", "worker", "web"]
    moved: list[str] = []
    turn = 0
    while turn < len(order) or time.monotonic() < until:
        time.sleep(min(chance.uniform(0.5, 4), max(0.0, until - time.monotonic())))
        what = order[turn] if turn < len(order) else chance.choice(order)
        turn += 1
        if what == "clock":
            by = chance.choice(CLOCK_STEPS)
            try:
                mover.move_clock(by)
            except Interrupted as error:
                raise NotWell("The web process ended by itself.") from error
            moved.append(by)
        else:
            service.kill(what)
    return moved


def check(service: Service) -> int:
    """With web and worker ended: rounds of the worker, then the whole ledger; counts what is wrong."""
    service.stop()
    for _ in range(2):
        service.do("worker", "--once")
    audit = _last(service.outcome("verify", "--all").stdout)
    rows = _last(service.outcome("rebuild").stdout)
    found = _look(service)
    wrong = {
        "ledger_faults": int(audit.get("faults", 1)),
        "row_differences": int(rows.get("differences", 1)),
        "stuck": found["stuck"],
        "told_twice": found["told_twice"],
    }
    line(
        {
            "soak": "check",
            "files": audit.get("files"),
            "log_leaves": audit.get("leaves"),
            "tellings": found["tellings"],
            "open_files": found["open"],
            **wrong,
            "sound": not sum(wrong.values()),
        }
    )
    return sum(wrong.values())


def _look(service: Service) -> dict[str, int]:
    """Stuck files and double tellings, read from the soak's own database in this process."""
    environ.pop("DATABASE_URL", None)
    environ.update(service.surroundings)
    import_module("concours.cli.main").set_up_django()
    # Only this needs tables, and only now are the settings those of the soak's service.
    at = import_module("concours.services.clock").service_time(machine_now=machine_now())
    watched = import_module("concours.services.watch").watch_files(at=at)
    told = import_module("concours.services.notices.told").tellings()
    import_module("django.db").connections.close_all()
    return {
        "open": watched.open,
        "stuck": watched.stuck,
        "tellings": told.count,
        "told_twice": len(told.twice),
    }


def _last(output: bytes) -> dict[str, Any]:
    """The summary a checking command ends with; nothing when it ended before it."""
    said = output.decode().splitlines()
    found: dict[str, Any] = json.loads(said[-1]) if said else {}
    return found
