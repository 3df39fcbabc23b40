"""Jobs go to processes; their results come in the jobs' order."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.run.worker_pool import WorkerPool


@dataclass(frozen=True)
class Job:
    args: tuple[Any, ...] | None


def results(jobs: Iterator[Job], seconds: float = 30, ahead: int = 3) -> list[Any]:
    """In two processes; an exception stands as its class's name."""

    async def collect() -> list[Any]:
        pool = WorkerPool(2)
        try:
            found = [result async for _, result in pool.imap(seconds, _work, jobs, ahead)]
        finally:
            await asyncio.to_thread(pool.stop)
        return [type(result).__name__ if isinstance(result, Exception) else result for result in found]

    return asyncio.run(collect())


def _work(number: int, seconds: float = 0) -> int:
    time.sleep(seconds)
    return 60 // number


def test_a_slow_job_keeps_its_place() -> None:
    assert results(iter([Job((1, 0.5)), Job((2,)), Job(None), Job((3,))])) == [60, 30, None, 20]


def test_a_job_that_fails_or_takes_too_long_costs_itself_alone() -> None:
    assert results(iter([Job((0,)), Job((1, 60)), Job((2,))]), seconds=1) == ["ZeroDivisionError", "TimeoutError", 30]


def test_jobs_are_taken_no_further_ahead_than_wanted() -> None:
    taken: list[int] = []

    def jobs() -> Iterator[Job]:
        for number in range(1, 7):
            taken.append(number)
            yield Job(None)

    async def first() -> int:
        async for _ in WorkerPool.__new__(WorkerPool).imap(1, _work, jobs(), 2):  # no job needs the pool
            return len(taken)
        return 0

    assert asyncio.run(first()) == 2
