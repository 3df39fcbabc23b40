"""Work for a pool of processes whose results are wanted in the order of the jobs."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import islice
from typing import Any, Protocol, TypeVar

from crawler.worker_pool import WorkerPool

T = TypeVar("T")


class Job(Protocol):
    """``args`` are those of the function; None: there is nothing to do, only a place in the order to keep."""

    @property
    def args(self) -> tuple[Any, ...] | None: ...


J = TypeVar("J", bound=Job)


async def in_order(
    pool: WorkerPool, seconds: float, function: Callable[..., T], jobs: Iterable[J], ahead: int
) -> AsyncIterator[tuple[J, T | Exception | None]]:
    """Each job with what came of it, be it an exception; TimeoutError after `seconds`.

    At most `ahead` jobs are taken from `jobs` before they are wanted.
    """
    waiting: deque[tuple[J, asyncio.Task[T | Exception | None]]] = deque()
    coming = iter(jobs)
    while True:
        for job in islice(coming, ahead - len(waiting)):
            waiting.append((job, asyncio.create_task(_do(pool, seconds, function, job.args))))
        if not waiting:
            return
        job, task = waiting.popleft()
        yield job, await task


async def _do(
    pool: WorkerPool, seconds: float, function: Callable[..., T], args: tuple[Any, ...] | None
) -> T | Exception | None:
    try:
        return None if args is None else await pool.run(seconds, function, *args)
    except Exception as error:
        return error
