"""Who runs the shards: threads of this process, or a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from concours.psychometrics.shards import ShardMap, threaded


@contextmanager
def workers(threads: int = 0, cluster: str = "") -> Iterator[ShardMap]:
    """A shard map for as long as it is needed.

    threads  0: as many as this process may use processors
    cluster  address of a Dask scheduler; needs the package's extra ``cluster``. The module is
             imported only then, because most installations do without it
    """
    if not cluster:
        yield threaded(threads or None)
        return
    with import_module("concours.services.measurement.cluster").connected(cluster) as run:
        yield run
