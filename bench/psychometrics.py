"""How fast measurement is, and how much memory it takes, beside what the machine can multiply.

    python bench/psychometrics.py [--only 2pl-1m,eap-1m] [--keep FOLDER]

One JSON object a line. Every measurement runs in a process of its own, so that its peak memory is
its own: data of a fixed seed are made once, a small warm-up call compiles (its seconds are
reported as ``warm_up_s``), then one call is timed, validation included. ``cpu_s`` is what the call
took of all processors: compare that where the machine was not idle.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from concours.psychometrics.calibration import Calibration, calibrate
from concours.psychometrics.parameters import item_parameters
from concours.psychometrics.scoring import score
from concours.services.measurement.packed_file import read_packed


def part(name: str) -> Any:
    """A module only some tasks need: the others' memory is not to hold it."""
    return import_module(name)


READING = "concours.services.measurement.reading"
# Calibration from 20,000 persons a block, as the figures of the established programs were taken.
BLOCK = 20_000


@dataclass(frozen=True)
class Task:
    """One measurement: the data it needs, what it does, and the aim."""

    data: str
    run: Callable[[Path], dict[str, Any]]
    aim_s: float | None = None
    aim_mb: float | None = None


def answers(persons: int, items: int, seed: int, path: Path, missing: float = 0.0) -> None:
    """Draw answers under the two-parameter model: slopes lognormal(0, 0.3), the rest normal."""
    generator = np.random.default_rng(seed)
    a, b = generator.lognormal(0, 0.3, items), generator.normal(0, 1, items)
    theta = generator.normal(0, 1, persons)
    result = np.lib.format.open_memmap(path, mode="w+", dtype=np.int8, shape=(persons, items))
    for low in range(0, persons, BLOCK):
        part = theta[low : low + BLOCK, None]
        right = generator.random((part.size, items)) < 1 / (1 + np.exp(-a * (part - b)))
        result[low : low + BLOCK] = right
        if missing:
            gaps = generator.random((part.size, items)) < missing
            result[low : low + BLOCK][gaps] = -1
    result.flush()
    np.savez(path.with_suffix(".truth.npz"), a=a, b=b)


def ratings(scripts: int, raters: int, path: Path) -> None:
    """Two raters a script, five criteria of four categories, severities normal(0, 0.5)."""
    generator = np.random.default_rng(20265)
    ability = generator.normal(0, 1.2, scripts)
    severity = generator.normal(0, 0.5, raters)
    person = np.repeat(np.arange(scripts), 10)
    item = np.tile(np.arange(5), 2 * scripts)
    pair = np.stack(
        [generator.integers(0, raters, scripts), generator.integers(1, raters, scripts)]
    )
    pair[1] = (pair[0] + pair[1]) % raters
    rater = np.repeat(pair.T.ravel(), 5)
    at = ability[person] - severity[rater] - np.linspace(-0.5, 0.5, 5)[item]
    steps = np.cumsum(at[:, None] - np.array([-1.0, 0.0, 1.0]), axis=1)
    weight = np.exp(np.concatenate([np.zeros((at.size, 1)), steps], axis=1))
    share = np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)
    points = (generator.random(at.size)[:, None] > share).sum(axis=1)
    np.savez(path, person=person, item=item, rater=rater, points=points)


MAKE: dict[str, Callable[[Path], None]] = {
    "1m.npy": lambda path: answers(1_000_000, 180, 20264, path),
    "1m-gaps.npy": lambda path: answers(1_000_000, 180, 20264, path, 0.05),
    "100k.npy": lambda path: answers(100_000, 180, 20263, path),
    "20k.npy": lambda path: answers(20_000, 100, 20262, path),
    "dif.npy": lambda path: answers(100_000, 100, 20266, path),
    "1m.packed": lambda path: _packed(path),
    "100k.csv": lambda path: _table(path),
    "1m.csv": lambda path: _table(path),
    "100k.parquet": lambda path: _table(path),
    "1m.parquet": lambda path: _table(path),
    "ratings-24k.npz": lambda path: ratings(2_400, 57, path),
    "ratings-200k.npz": lambda path: ratings(20_000, 2_000, path),
    "none": lambda path: path.touch(),
}


def _table(path: Path) -> None:
    """The answers of an array as CSV, or as Parquet with eight bytes each, as many programs do."""
    polars = part("polars")
    source = np.load(_made(path.parent, f"{path.stem}.npy"))
    frame = polars.DataFrame(source, schema=[f"q{j}" for j in range(180)])
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.lazy().cast(polars.Int64).sink_parquet(path)


def _packed(path: Path) -> None:
    source = _made(path.parent, "1m.parquet")
    part(READING).read_sheet(source, part(READING).Columns(), path)


def _made(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists():
        MAKE[name](path)
    return path


def timed(warm: Callable[[], object], call: Callable[[], Any]) -> tuple[Any, dict[str, Any]]:
    """Warm up, then time one call."""
    begun = time.perf_counter()
    warm()
    warmed = time.perf_counter() - begun
    begun, cpu = time.perf_counter(), time.process_time()
    result = call()
    return result, {
        "wall_s": round(time.perf_counter() - begun, 4),
        "cpu_s": round(time.process_time() - cpu, 4),
        "warm_up_s": round(warmed, 3),
    }


def calibration(model: str = "2pl", errors: str = "none") -> Callable[[Path], dict[str, Any]]:
    """A task that calibrates an array."""

    def run(path: Path) -> dict[str, Any]:
        given = np.load(path) if path.suffix == ".npy" else read_packed(path).responses
        few = np.load(path, mmap_mode="r") if path.suffix == ".npy" else given.unpack(0, 30_000)
        return _calibrated(given, np.array(few[:30_000]), model, errors, path)

    return run


def _calibrated(given: Any, few: np.ndarray, model: str, errors: str, path: Path) -> dict[str, Any]:
    def warm() -> None:
        calibrate(few, model, standard_errors="none", most_iterations=3)
        calibrate(few[:2000], model, standard_errors=errors, most_iterations=3)

    found, times = timed(warm, lambda: calibrate(given, model, standard_errors=errors))
    assert isinstance(found, Calibration)
    facts: dict[str, Any] = {
        "log_likelihood": found.log_likelihood,
        "passes": found.iterations,
        "converged": found.converged,
        "nodes": found.nodes.count,
    }
    truth = path.with_suffix(".truth.npz")
    if truth.exists() and model == "2pl":
        with np.load(truth) as known:
            facts["rmse_a"] = float(np.sqrt(((found.a - known["a"]) ** 2).mean()))
            facts["rmse_b"] = float(np.sqrt(((found.b - known["b"]) ** 2).mean()))
    if found.standard_errors is not None:
        facts["standard_errors"] = found.standard_errors.method
    return times | facts


def scoring(method: str) -> Callable[[Path], dict[str, Any]]:
    """A task that scores everybody with the true parameters."""

    def run(path: Path) -> dict[str, Any]:
        with np.load(path.with_suffix(".truth.npz")) as known:
            parameters = item_parameters(a=known["a"], b=known["b"])
        given = np.load(path)
        found, times = timed(
            lambda: score(given[:200], parameters, method=method),
            lambda: score(given, parameters, method=method),
        )
        return times | {"mean_se": float(np.nanmean(found.se))}

    return run


def dif(path: Path) -> dict[str, Any]:
    """Mantel-Haenszel and logistic DIF of 100 items, 100,000 persons in two groups."""
    given = np.load(path)
    focal = np.random.default_rng(1).random(given.shape[0]) < 0.4

    def both(cut: slice) -> None:
        part("concours.psychometrics.dif").mantel_haenszel(given[cut], focal[cut])
        part("concours.psychometrics.dif_logistic").logistic_dif(given[cut], focal[cut])

    return timed(lambda: both(slice(0, 2000)), lambda: both(slice(None)))[1]


def raters(path: Path) -> dict[str, Any]:
    """The many-facet model."""
    with np.load(path) as data:
        columns = [data[name] for name in ("person", "item", "rater", "points")]

    def call(cut: slice) -> Any:
        person, item, rater, points = (column[cut] for column in columns)
        return part("concours.psychometrics.raters").rater_model(
            person, item, {"rater": rater % 20 if cut.stop else rater}, points
        )

    found, times = timed(lambda: call(slice(0, 5000)), lambda: call(slice(None)))
    return times | {"ratings": int(columns[0].size), "converged": bool(found.converged)}


def reading(path: Path) -> dict[str, Any]:
    """A file of answers read and packed."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "x.packed"
        return timed(
            lambda: None, lambda: part(READING).read_sheet(path, part(READING).Columns(), target)
        )[1]


def products(path: Path) -> dict[str, Any]:
    """The machine's own rate of matrix products, in gigaflops."""
    rates = {}
    for kind in (np.float32, np.float64):
        left: Any = np.random.default_rng(0).normal(size=(2048, 2048)).astype(kind)
        left @ left
        best = np.inf
        for _ in range(3):
            begun = time.perf_counter()
            left @ left
            best = min(best, time.perf_counter() - begun)
        rates[f"gflops_{np.dtype(kind).name}"] = round(2 * 2048**3 / best / 1e9, 1)
    return rates


TASKS: dict[str, Task] = {
    "matrix-products": Task("none", products),
    "2pl-20k": Task("20k.npy", calibration()),
    "2pl-100k": Task("100k.npy", calibration(), 0.2),
    "2pl-1m": Task("1m.npy", calibration(), 1.5, 500),
    "2pl-1m-packed": Task("1m.packed", calibration(), 1.5, 500),
    "2pl-1m-gaps": Task("1m-gaps.npy", calibration(), 10.0),
    "3pl-1m": Task("1m.npy", calibration("3pl"), 30.0, 1000),
    "2pl-100k-with-errors": Task("100k.npy", calibration(errors="auto")),
    "2pl-1m-with-errors": Task("1m.npy", calibration(errors="auto")),
    "eap-1m": Task("1m.npy", scoring("eap"), 1.0),
    "wle-1m": Task("1m.npy", scoring("wle"), 10.0),
    "map-1m": Task("1m.npy", scoring("map"), 10.0),
    "dif-100k": Task("dif.npy", dif, 1.0),
    "raters-24k": Task("ratings-24k.npz", raters, 1.0),
    "raters-200k": Task("ratings-200k.npz", raters, 60.0),
    "csv-100k": Task("100k.csv", reading),
    "csv-1m": Task("1m.csv", reading),
    "parquet-100k": Task("100k.parquet", reading),
    "parquet-1m": Task("1m.parquet", reading),
}


def one(name: str, folder: Path) -> None:
    """Run a task in this process and print its line."""
    task = TASKS[name]
    found = task.run(folder / task.data)
    peak = peak_mb()
    line = {"task": name, **found, "peak_mb": round(peak)}
    line |= {"aim_s": task.aim_s} if task.aim_s else {}
    line |= {"aim_mb": task.aim_mb} if task.aim_mb else {}
    line |= {"load": round(os.getloadavg()[0], 2), "processors": len(os.sched_getaffinity(0))}
    print(json.dumps(line), flush=True)


def peak_mb() -> float:
    """This process's largest resident memory (the kernel's own mark; a child's begins anew)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Make the data, then run each task in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="names of tasks, separated by commas")
    parser.add_argument("--keep", default="", help="folder where made data stay")
    parser.add_argument("--task", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.task:
        one(asked.task, Path(asked.keep))
        return
    names = asked.only.split(",") if asked.only else list(TASKS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(asked.keep or made)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            _made(folder, TASKS[name].data)
            command = [sys.executable, __file__, "--task", name, "--keep", str(folder)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
