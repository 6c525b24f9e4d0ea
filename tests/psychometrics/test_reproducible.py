"""The same to the bit for a given number of threads, and within 1e-8 for any other."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

HERE = Path(__file__).parent
# Two processes: what one of them happens to set up is not to matter.
RUNS = ({"two": 2, "one": 1}, {"two again": 2, "three": 3})
MODELS = ("1pl", "2pl", "2pl by scores", "3pl", "gpcm", "grm", "raters")

Found = Mapping[str, Mapping[str, NDArray[np.float64]]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What every run estimated."""
    folder = tmp_path_factory.mktemp("runs")
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src")}
    going = []
    for run in RUNS:
        asked = [
            part for name, threads in run.items() for part in (str(threads), folder / f"{name}.npz")
        ]
        command = [sys.executable, HERE / "estimated.py", *asked]
        going.append(subprocess.Popen(command, env=environment))
    assert [process.wait() for process in going] == [0, 0]
    read = {}
    for name in [name for run in RUNS for name in run]:
        with np.load(folder / f"{name}.npz") as numbers:
            read[name] = dict(numbers)
    return read


@pytest.mark.parametrize("model", MODELS)
def test_as_many_threads_give_the_same_bytes(found: Found, model: str) -> None:
    one, other = found["two"], found["two again"]
    names = [name for name in one if name.startswith(f"{model}/")]
    assert len(names) >= 5
    assert [name for name in names if one[name].tobytes() != other[name].tobytes()] == []


@pytest.mark.parametrize("model", MODELS)
def test_other_numbers_of_threads_agree_to_a_hundred_millionth(found: Found, model: str) -> None:
    names = [name for name in found["one"] if name.startswith(f"{model}/")]
    for name in names:
        for other in ("two", "three"):
            np.testing.assert_allclose(
                found[other][name], found["one"][name], rtol=1e-8, atol=1e-8, err_msg=name
            )
