"""Reading takes the memory of a batch: four times the persons take no more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

FEW, ITEMS = 20_000, 180
# What may come on top for 60,000 persons more, in KB: identifiers and groups (2.6 MB), the packed
# answers where they are touched (2.7 MB), and the allocator's own whims.
MORE = 24_000


def sitting(path: Path, persons: int) -> None:
    """A file of answers with an identifier and a site."""
    right = np.random.default_rng(1).integers(0, 2, (persons, ITEMS), np.int8)
    frame = pl.DataFrame(right, schema=[f"q{j}" for j in range(ITEMS)])
    named = frame.with_columns(
        pl.int_range(persons).cast(pl.String).str.zfill(8).alias("who"),
        (pl.int_range(persons) % 3).cast(pl.String).alias("site"),
    )
    if path.suffix == ".csv":
        named.write_csv(path)
    else:
        named.with_columns(pl.col("^q.*$").cast(pl.Int64)).write_parquet(path)


def test_four_times_the_persons_take_no_more_memory_to_read(tmp_path: Path) -> None:
    paths = []
    for times in (1, 4):
        for kind in ("csv", "parquet"):
            paths.append(tmp_path / f"{times}.{kind}")
            sitting(paths[-1], times * FEW)
    script = Path(__file__).with_name("peak_of_reading.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    done = subprocess.run(
        [sys.executable, script, *paths],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    marks = json.loads(done.stdout)
    assert [mark["persons"] for mark in marks] == [FEW, FEW, 4 * FEW, 4 * FEW]
    assert marks[3]["peak_kb"] - marks[1]["peak_kb"] < MORE
