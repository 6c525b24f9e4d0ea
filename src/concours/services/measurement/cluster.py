"""Shards on a Dask cluster: the same sums in the same order, on other machines.

Needs the extra ``cluster`` (Dask distributed). The scheduler keeps the recipe of every task, shards
included, so that what a lost worker held or was doing is done again elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from distributed import Client, Future

from concours.kernel.errors import BadInput
from concours.psychometrics.shards import Shard, ShardMap

R = TypeVar("R")

# A worker may be lost this often under one task before the task is held to be at fault.
LOSSES = 10


@contextmanager
def connected(address: str, *, timeout: float = 15.0) -> Iterator[ShardMap]:
    """A shard map over the workers of the scheduler at ``address``.

    Raises BadInput if nothing answers there within ``timeout`` seconds, or it has no workers.
    """
    try:
        client = Client(address, timeout=timeout, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise BadInput(
            "no_scheduler", field="cluster", remedy=f"No Dask scheduler answers at {address}."
        ) from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise BadInput(
                "no_workers", field="cluster", remedy=f"Start workers for the scheduler {address}."
            )
        yield over(client)


def over(client: Client) -> ShardMap:
    """A shard map over a client's workers; shards are sent once and kept there."""
    kept: dict[int, tuple[Shard, Future[Shard]]] = {}

    def keep(shard: Shard) -> "Future[Shard]":
        # the shard itself is held too, so that its id is not given to another
        if id(shard) not in kept:
            kept[id(shard)] = (shard, client.submit(_same, shard, pure=False, retries=LOSSES))
        return kept[id(shard)][1]

    def run(function: Callable[[Shard], R], shards: Iterable[Shard], /) -> Iterator[R]:

        tasks = [
            client.submit(function, keep(shard), pure=False, retries=LOSSES) for shard in shards
        ]
        for task in tasks:
            yield task.result()

    return run


def _same(shard: Shard) -> Shard:
    return shard
