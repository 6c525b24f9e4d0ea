"""Calibration on a Dask cluster of real processes, one of which is killed in the middle."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from distributed import Client

from concours.kernel.errors import BadInput
from concours.psychometrics.calibration import calibrate
from concours.psychometrics.fitting import Step
from concours.psychometrics.parameters import item_parameters
from concours.psychometrics.sum_scores import category_probabilities
from concours.services.measurement.cluster import connected

SOURCE = Path(__file__).parents[3] / "src"


def started(stack: ExitStack, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PYTHONPATH": str(SOURCE),
        "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "0",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers; yields the scheduler's address and the workers."""
    with ExitStack() as stack:
        known = tmp_path / "scheduler.json"
        started(
            stack, "distributed.cli.dask_scheduler",
            "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(known),
        )  # fmt: skip
        workers = [
            started(
                stack, "distributed.cli.dask_worker",
                "--scheduler-file", str(known), "--nthreads", "1", "--no-nanny",
                "--no-dashboard", "--local-directory", str(tmp_path / name),
            )
            for name in ("one", "two")
        ]  # fmt: skip
        yield wait_for(known, 2), workers


def wait_for(known: Path, count: int) -> str:
    for _ in range(300):
        if known.is_file() and known.read_text():
            address = str(json.loads(known.read_text())["address"])
            with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(count, timeout=30)
            return address
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def answers() -> np.ndarray:
    generator = np.random.default_rng(1)
    truth = item_parameters(a=generator.lognormal(0, 0.3, 24), b=generator.normal(0, 1, 24))
    theta = generator.normal(size=12_000)
    right = np.stack([p[1] for p in category_probabilities(truth, theta)], axis=1)
    result = (generator.random(right.shape) < right).astype(np.int8)
    result[generator.random(right.shape) < 0.1] = -1
    return result


def test_losing_a_worker_in_the_middle_changes_no_bit(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, workers = cluster
    given = answers()
    here = calibrate(given, standard_errors="none")

    def kill_one(step: Step) -> None:
        if step.iteration == 3:
            workers[0].kill()
            workers[0].wait()

    with connected(address) as run:
        there = calibrate(given, standard_errors="none", map=run, progress=kill_one)
    assert workers[0].poll() is not None
    assert workers[1].poll() is None
    assert there.a.tobytes() == here.a.tobytes()
    assert there.b.tobytes() == here.b.tobytes()
    assert there.log_likelihood == here.log_likelihood
    assert there.record == here.record


def test_an_address_where_nothing_answers_is_refused() -> None:
    with pytest.raises(BadInput) as refused, connected("tcp://127.0.0.1:9", timeout=0.5):
        pass
    assert refused.value.code == "no_scheduler"
