"""Reading takes the memory of a batch: eight times the persons take no more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

FEW, TIMES, ITEMS = 24_000, 8, 180
# Two bytes for each answer more. The text has two, Parquet eight, a frame of text sixteen.
# So many persons more because threads that are late keep up to 35 MB longer, whatever the file.
MORE_KB = 2 * (TIMES - 1) * FEW * ITEMS // 1024


def sitting(folder: Path, name: str, persons: int) -> list[Path]:
    """Answers as CSV, and as Parquet with eight bytes each, as other programs write them."""
    some = np.random.default_rng(1).integers(0, 2, (1000, ITEMS), np.int8)
    right = np.tile(some, (persons // 1000, 1))
    frame = pl.DataFrame(right, schema=[f"q{j}" for j in range(ITEMS)])
    paths = [folder / f"{name}.csv", folder / f"{name}.parquet"]
    frame.write_csv(paths[0])
    frame.cast(pl.Int64).write_parquet(paths[1])
    return paths


def test_eight_times_the_persons_take_no_more_memory_to_read(tmp_path: Path) -> None:
    few, many = sitting(tmp_path, "few", FEW), sitting(tmp_path, "many", TIMES * FEW)
    script = Path(__file__).with_name("peak_of_reading.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    done = subprocess.run(
        # few twice: what libraries set up once, and keep of what they free, is no growth
        [sys.executable, script, *few, *few, *many],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    marks = json.loads(done.stdout)
    assert [mark["persons"] for mark in marks] == [FEW] * 4 + [TIMES * FEW] * 2
    assert marks[-1]["peak_kb"] - marks[3]["peak_kb"] < MORE_KB
