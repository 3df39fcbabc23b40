"""Jobs become groups on their own, and each has its own end."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from crawler.run.batches import Batches


class Groups:
    """What a Batches was given at once; a number below zero breaks the whole group, zero its own job."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.under_way = self.most_under_way = 0
        self.begun = asyncio.Event()

    async def do(self, jobs: list[int]) -> Sequence[int | Exception]:
        self.seen.append(jobs)
        self.begun.set()
        self.under_way += 1
        self.most_under_way = max(self.under_way, self.most_under_way)
        await asyncio.sleep(0.01)
        self.under_way -= 1
        if any(job < 0 for job in jobs):
            raise RuntimeError(f"no {min(jobs)}")
        return [ZeroDivisionError() if job == 0 else 60 // job for job in jobs]


def run(together: Batches[int, int], jobs: Sequence[int]) -> list[int | BaseException]:
    """What came of each job; all come in one turn of the loop."""

    async def check() -> list[int | BaseException]:
        return await asyncio.gather(*(together.do(job) for job in jobs), return_exceptions=True)

    return asyncio.run(check())


def test_a_job_is_done_alone_where_it_comes_alone() -> None:
    groups = Groups()
    assert run(Batches(groups.do, 10), [4]) == [15]
    assert groups.seen == [[4]]


@pytest.mark.parametrize(
    ("most", "lanes", "seen"),
    [(10, 1, [[1, 2, 3, 4, 5]]), (2, 1, [[1, 2], [3, 4], [5]]), (10, 2, [[1, 2, 3], [4, 5]])],
    ids=["together", "no more than fit", "spread over the lanes"],
)
def test_what_comes_in_one_turn_of_the_loop_is_done_together(most: int, lanes: int, seen: list[list[int]]) -> None:
    groups = Groups()
    assert run(Batches(groups.do, most, lanes), [1, 2, 3, 4, 5]) == [60, 30, 20, 15, 12]
    assert groups.seen == seen
    assert groups.most_under_way == lanes


def test_what_comes_while_a_group_is_under_way_is_the_next_group() -> None:
    groups = Groups()
    together = Batches(groups.do, 10)

    async def check() -> None:
        first = asyncio.ensure_future(together.do(1))
        await groups.begun.wait()
        later = [asyncio.ensure_future(together.do(job)) for job in (2, 3)]
        await asyncio.sleep(0)
        later.append(asyncio.ensure_future(together.do(4)))
        assert await asyncio.gather(first, *later) == [60, 30, 20, 15]

    asyncio.run(check())
    assert groups.seen == [[1], [2, 3, 4]]


def test_a_job_s_own_exception_is_its_own() -> None:
    groups = Groups()
    first, second, third = run(Batches(groups.do, 10), [1, 0, 3])
    assert (first, type(second), third) == (60, ZeroDivisionError, 20)
    assert len(groups.seen) == 1


def test_where_a_group_fails_its_jobs_are_done_one_by_one() -> None:
    groups = Groups()
    first, second, third = run(Batches(groups.do, 10), [1, -2, 3])
    assert (first, str(second), third) == (60, "no -2", 20)
    assert groups.seen == [[1, -2, 3], [1], [-2], [3]]


def test_who_has_gone_is_not_waited_for() -> None:
    groups = Groups()
    together = Batches(groups.do, 10)

    async def check() -> int:
        gone = asyncio.ensure_future(together.do(1))
        stays = asyncio.ensure_future(together.do(2))
        await asyncio.sleep(0)
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(check()) == 30
