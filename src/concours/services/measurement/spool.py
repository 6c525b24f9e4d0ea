"""Answers on their way into a packed file: on disk, a byte each, until all categories are known."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from concours.psychometrics.layout import Layout
from concours.psychometrics.responses import pack_chunk
from concours.services.measurement.packed_file import Batch

# Answers packed at once.
ANSWERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """Some persons as read: answers (persons, items), -1 not presented, and their other columns."""

    answers: NDArray[np.int8]
    ids: list[str] | None
    groups: list[str] | None
    weights: list[float] | None


class Spool:
    """Files that take parts in and give packed batches out, once; open one with ``spooled``.

    tops  (items,) the highest answer of each item so far
    """

    def __init__(
        self, items: int, answers: BinaryIO, ids: BinaryIO, groups: BinaryIO, weights: BinaryIO
    ) -> None:
        self.tops = np.zeros(items, np.int8)
        self._answers, self._ids, self._groups, self._weights = answers, ids, groups, weights
        self._persons = 0
        self._has = (False, False, False)

    def add(self, part: Part) -> None:
        """Take persons in, after those before; labels hold no line ends."""
        if not part.answers.size:
            return
        np.maximum(self.tops, part.answers.max(axis=0), out=self.tops)
        self._answers.write(np.ascontiguousarray(part.answers).tobytes())
        self._persons += part.answers.shape[0]
        self._has = (part.ids is not None, part.groups is not None, part.weights is not None)
        for file, lines in ((self._ids, part.ids), (self._groups, part.groups)):
            file.write("".join(f"{line}\n" for line in lines or ()).encode())
        self._weights.write(np.asarray(part.weights or (), "<f8").tobytes())

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Everybody, packed by ``layout``."""
        for file in (self._answers, self._ids, self._groups, self._weights):
            file.seek(0)
        step = max(1, ANSWERS // layout.items)
        for low in range(0, self._persons, step):
            count = min(step, self._persons - low)
            answers = np.frombuffer(self._answers.read(count * layout.items), np.int8)
            weights = np.frombuffer(self._weights.read(8 * count), "<f8")
            yield Batch(
                pack_chunk(layout, answers.reshape(count, layout.items), low),
                self._lines(0, count),
                self._lines(1, count),
                weights.tolist() if self._has[2] else None,
            )

    def _lines(self, which: int, count: int) -> list[str] | None:
        if not self._has[which]:
            return None
        file = (self._ids, self._groups)[which]
        return [file.readline()[:-1].decode() for _ in range(count)]


@contextmanager
def spooled(folder: Path, items: int) -> Iterator[Spool]:
    """A spool in unnamed files of this folder, which are gone when it is left."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        yield Spool(
            items, *(files.enter_context(tempfile.TemporaryFile(dir=folder)) for _ in range(4))
        )
