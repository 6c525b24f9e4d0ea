"""The packed file: responses of a sitting on disk, read through a memory map.

Layout: a first page that begins with MAGIC, the packed rows (persons x bytes, see
``concours.psychometrics.layout``), identifiers, group labels and weights where given, a JSON
description, its length in eight bytes (little-endian), MAGIC. What varies stands at the end, so
that rows can be written as they come.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.layout import Layout, lay_out
from concours.psychometrics.responses import Responses

MAGIC = b"CONCOURS-PACKED-1\n"
PAGE = 4096
NEWLINE = b"\n"[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The responses of a sitting and what is known of its persons.

    ids, groups, weights  (persons,) or None where the file has none
    """

    responses: Responses
    ids: NDArray[np.str_] | None
    groups: NDArray[np.str_] | None
    weights: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some persons on their way into a file: packed rows, and their other columns."""

    rows: NDArray[np.uint8]
    ids: list[str] | None
    groups: list[str] | None
    weights: list[float] | None


def write_packed(path: Path, layout: Layout, batches: Iterable[Batch]) -> int:
    """Write batches of persons one after another; returns how many persons there were.

    Memory holds one batch at a time; what stands behind the rows waits in unnamed files beside it.
    """
    persons = 0
    with path.open("wb") as out, ExitStack() as files:
        ids, groups, weights = (
            files.enter_context(tempfile.TemporaryFile(dir=path.parent)) for _ in range(3)
        )
        out.write(MAGIC.ljust(PAGE, b"\0"))
        for batch in batches:
            out.write(np.ascontiguousarray(batch.rows).tobytes())
            for file, lines in ((ids, batch.ids), (groups, batch.groups)):
                if lines:
                    file.write(("\n" * bool(persons) + "\n".join(lines)).encode())
            weights.write(np.asarray(batch.weights or (), "<f8").tobytes())
            persons += batch.rows.shape[0]
        if persons == 0:
            raise BadInput("no_persons", field=str(path), remedy="The input has no rows.")
        head = {
            "items": list(layout.names),
            "categories": [int(k) for k in layout.categories],
            "persons": persons,
            "ids": _block(out, ids),
            "groups": _block(out, groups),
            "weights": _block(out, weights),
        }
        text = json.dumps(head).encode()
        out.write(text + len(text).to_bytes(8, "little") + MAGIC)
    return persons


def read_packed(path: Path) -> Sheet:
    """Open a packed file; rows stay on disk until they are used.

    Raises BadInput if the file is not one, or is cut short.
    """
    size = path.stat().st_size
    tail = len(MAGIC) + 8
    with path.open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC or size < PAGE + tail:
            raise BadInput(
                "not_a_packed_file", field=str(path), remedy="Pack it again from CSV or Parquet."
            )
        source.seek(size - tail)
        end = source.read(tail)
        length = int.from_bytes(end[:8], "little")
        if end[8:] != MAGIC or length > size - tail - PAGE:
            raise BadInput(
                "packed_file_cut_short",
                field=str(path),
                remedy="Pack it again; its end is missing.",
            )
        source.seek(size - tail - length)
        head = json.loads(source.read(length))
        layout = lay_out(head["items"], head["categories"])
        ids, groups = (_read_lines(source, head[key]) for key in ("ids", "groups"))
        weights = np.frombuffer(_read(source, head["weights"]), "<f8").astype(np.float64)
    rows = np.memmap(path, np.uint8, "c", PAGE, (head["persons"], layout.width))
    return Sheet(
        Responses(layout, np.asarray(rows)),
        ids if ids.size else None,
        groups if groups.size else None,
        weights if weights.size else None,
    )


def is_packed(path: Path) -> bool:
    """Whether a file begins as a packed file does."""
    with path.open("rb") as source:
        return source.read(len(MAGIC)) == MAGIC


def batches_of(sheet: Sheet, size: int = 65536) -> Iterator[Batch]:
    """A sheet in batches, as ``write_packed`` takes them."""
    for low in range(0, sheet.responses.persons, size):
        cut = slice(low, low + size)
        yield Batch(
            sheet.responses.rows[cut],
            None if sheet.ids is None else [str(v) for v in sheet.ids[cut]],
            None if sheet.groups is None else [str(v) for v in sheet.groups[cut]],
            None if sheet.weights is None else [float(v) for v in sheet.weights[cut]],
        )


def _block(out: BinaryIO, content: BinaryIO) -> list[int]:
    at = out.tell()
    content.seek(0)
    shutil.copyfileobj(content, out)
    return [at, out.tell() - at]


def _read(source: BinaryIO, place: list[int]) -> bytes:
    source.seek(place[0])
    return source.read(place[1])


def _read_lines(source: BinaryIO, place: list[int]) -> NDArray[np.str_]:
    """Labels, without ever holding each as an object of its own."""
    data = np.frombuffer(_read(source, place), np.uint8)
    if not data.size:
        return np.array([], dtype=np.str_)
    ends = np.append(np.flatnonzero(data == NEWLINE), data.size)
    starts = np.append(0, ends[:-1] + 1)
    width = max(1, int((ends - starts).max()))
    found = np.zeros((ends.size, width), np.uint8)
    for place_in in range(width):
        longer = ends - starts > place_in
        found[longer, place_in] = data[starts[longer] + place_in]
    labels = found.view(f"S{width}").ravel()
    return labels.astype(np.str_) if data.max() < 128 else np.char.decode(labels, "utf-8")
