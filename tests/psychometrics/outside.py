"""Reads the outside data sets and their reference values; used by the oracle suites only."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

FOLDER = Path(os.environ.get("CONCOURS_ORACLES", "."))


def reference(name: str) -> Any:
    """The reference values of a data set."""
    return json.loads((FOLDER / "reference" / f"{name}.json").read_text(encoding="utf-8"))


def table(name: str) -> pl.DataFrame:
    """A data set as a table; empty cells are null."""
    return pl.read_csv(FOLDER / f"{name}.csv", infer_schema_length=None)


def answers_of(name: str, items: Sequence[str] | None = None) -> NDArray[np.int8]:
    """Scored answers of a data set, -1 where a cell is empty."""
    found = table(name)
    return (
        (found if items is None else found.select(items)).fill_null(-1).to_numpy().astype(np.int8)
    )


def numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    """A column of reference values, NaN where the reference has none."""
    return np.array([v if isinstance(v, int | float) else np.nan for v in values], dtype=np.float64)
