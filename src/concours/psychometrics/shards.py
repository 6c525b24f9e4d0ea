"""Shards of persons and the ways to run a function over them."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from concours.kernel.errors import BadInput
from concours.psychometrics.counted import Counted
from concours.psychometrics.layout import Layout

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive persons, small enough to work on at once; safe to send to another process.

    start    number of the first person
    rows     (n, bytes)  packed responses
    groups   (n,)        group of each person, from 0
    cells    (n,)        form-by-group cell of each person, from 0
    weights  (n,)        how many persons each row stands for
    """

    layout: Layout
    start: int
    rows: NDArray[np.uint8]
    groups: NDArray[np.int64]
    cells: NDArray[np.int64]
    weights: NDArray[np.float64]


class ShardMap(Protocol):
    """Runs a function over shards and yields the results in the order of the shards.

    The built-in ``map`` is one; a cluster's is another. Sums over shards are taken in that order,
    so results do not depend on how many workers there are.
    """

    def __call__(
        self, function: Callable[[Shard], R], shards: Iterable[Shard], /
    ) -> Iterable[R]: ...


def threaded(threads: int | None = None) -> ShardMap:
    """A shard map over threads of this process (the kernels release the interpreter lock).

    ``threads`` defaults to the number of processors this process may use. At most twice as many
    shards as threads are in flight, so that results do not pile up.
    Raises BadInput for a number below one. Cost: none of its own; a shard's tables for each thread.
    Source: none; it divides work.
    """
    if threads is not None and threads < 1:
        raise BadInput("wrong_threads", field="threads", remedy="Give one thread or more.")
    count = threads or len(os.sched_getaffinity(0))

    def run(function: Callable[[Shard], R], shards: Iterable[Shard], /) -> Iterator[R]:
        waiting = iter(shards)
        first = list(islice(waiting, 2))
        if count == 1 or len(first) < 2:
            yield from map(function, chain(first, waiting))
            return
        with ThreadPoolExecutor(count) as pool:
            waiting = chain(first, waiting)
            going = [pool.submit(function, shard) for shard in islice(waiting, 2 * count)]
            while going:
                result = going.pop(0).result()
                going.extend(pool.submit(function, shard) for shard in islice(waiting, 1))
                yield result

    return run


def counting(run: ShardMap, tell: Counted) -> ShardMap:
    """The same shard map, telling shards done of all as their results come."""

    def telling(function: Callable[[Shard], R], shards: Iterable[Shard], /) -> Iterator[R]:
        waiting = list(shards)
        for done, result in enumerate(run(function, waiting), start=1):
            yield result
            tell(done, len(waiting))

    return telling


def bounds(persons: int, smallest: int = 1024, largest: int = 32768) -> Sequence[tuple[int, int]]:
    """Cut persons into runs; depends on their number only, never on the machine."""
    size = min(max(-(-persons // 16), smallest), largest)
    return [(low, min(low + size, persons)) for low in range(0, persons, size)]
