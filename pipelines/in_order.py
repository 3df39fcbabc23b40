"""Work for a pool of processes whose results are wanted in the order of the jobs."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from crawler.worker_pool import WorkerPool

T = TypeVar("T")
_TOGETHER = 8  # jobs that a worker is sent at once: a job takes milliseconds, and sending it nearly one


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
    size = min(_TOGETHER, ahead)
    waiting: deque[tuple[list[J], asyncio.Task[list[T | Exception | None]]]] = deque()
    coming = iter(jobs)
    while True:
        while len(waiting) < ahead // size and (some := list(islice(coming, size))):
            waiting.append((some, asyncio.create_task(_do(pool, seconds, function, some))))
            await asyncio.sleep(0)  # the workers have it before the next jobs are made
        if not waiting:
            return
        done, task = waiting.popleft()
        for job, result in zip(done, await task, strict=True):
            yield job, result


async def _do(
    pool: WorkerPool, seconds: float, function: Callable[..., T], jobs: Sequence[Job]
) -> list[T | Exception | None]:
    """All in one worker; if one of them breaks or holds it up, each for itself."""
    given = [job.args for job in jobs if job.args is not None]
    try:
        found: list[T | Exception] = [*(await pool.run(seconds, _each, function, given) if given else [])]
    except Exception:
        found = [await _one(pool, seconds, function, args) for args in given]
    results = iter(found)
    return [None if job.args is None else next(results) for job in jobs]


async def _one(pool: WorkerPool, seconds: float, function: Callable[..., T], args: tuple[Any, ...]) -> T | Exception:
    try:
        return await pool.run(seconds, function, *args)
    except Exception as error:
        return error


def _each(function: Callable[..., T], given: Sequence[tuple[Any, ...]]) -> list[T]:
    """In the worker."""
    return [function(*args) for args in given]
