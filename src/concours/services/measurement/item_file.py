"""Item parameters on file: the table one command writes and the next one reads."""

from pathlib import Path

import numpy as np
import polars as pl

from concours.kernel.errors import BadInput
from concours.psychometrics.errors_of_estimate import StandardErrors
from concours.psychometrics.parameters import ItemParameters, item_parameters
from concours.services.measurement.report import Cell, Table

NEEDED = ("item", "model", "a")


def parameter_table(parameters: ItemParameters, errors: StandardErrors | None) -> Table:
    """One row per item: item, model, categories, a, b, c, thresholds b1, b2 ..., errors se_..."""
    columns: dict[str, list[Cell]] = {
        "item": list(parameters.names),
        "model": list(parameters.models),
        "categories": parameters.categories.tolist(),
        "a": parameters.a.tolist(),
        "b": parameters.b.tolist(),
        "c": parameters.c.tolist(),
    }
    steps = parameters.thresholds.shape[1]
    if steps > 1:
        for k in range(steps):
            columns[f"b{k + 1}"] = parameters.thresholds[:, k].tolist()
    if errors is not None:
        for name, values in (("a", errors.a), ("b", errors.b), ("c", errors.c)):
            columns[f"se_{name}"] = values.tolist()
        if steps > 1:
            for k in range(steps):
                columns[f"se_b{k + 1}"] = errors.thresholds[:, k].tolist()
    return Table("parameters", "Item parameters (logistic metric) with standard errors", columns)


def read_parameters(path: Path) -> ItemParameters:
    """Item parameters from such a table, or from any CSV with columns item, model, a, b, c.

    Thresholds are taken from b1, b2, ... where there are any, else from b.
    Raises BadInput for a missing file or column, or an unreadable number.
    """
    if not path.is_file():
        raise BadInput("no_such_file", field=str(path), remedy="Check the path.")
    table = pl.read_csv(path, infer_schema=False)
    missing = [name for name in NEEDED if name not in table.columns]
    if missing or not ({"b", "b1"} & set(table.columns)):
        raise BadInput(
            "wrong_columns",
            field=str(path),
            remedy="Item parameters need columns item, model, a, b (or b1, b2, ...) and, for 3pl, c.",
        )
    steps = [name for name in table.columns if name[:1] == "b" and name[1:].isdigit()]
    rows = []
    for n in range(table.height):
        row = [_number(table, name, n, path) for name in steps] if steps else []
        given = [v for v in row if not np.isnan(v)]
        if not given and "b" in table.columns:
            given = [v for v in [_number(table, "b", n, path)] if not np.isnan(v)]
        if not given:
            raise BadInput(
                "number_missing",
                field=f"row {n + 1}, column {steps[0] if steps else 'b'}",
                remedy=f"Every item in {path.name} needs a difficulty or thresholds.",
            )
        rows.append(given)
    lower = (
        [_number(table, "c", n, path) for n in range(table.height)] if "c" in table.columns else []
    )
    return item_parameters(
        a=[_number(table, "a", n, path) for n in range(table.height)],
        thresholds=rows,
        c=np.nan_to_num(np.array(lower)) if lower else None,
        models=table["model"].to_list(),
        names=table["item"].to_list(),
    )


def _number(table: pl.DataFrame, column: str, row: int, path: Path) -> float:
    text = table[column][row]
    if text is None or text == "":
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise BadInput(
            "number_unreadable",
            field=f"row {row + 1}, column {column}",
            remedy=f"Found {text!r} in {path.name}; write numbers with a point.",
        ) from None
