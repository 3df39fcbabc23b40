"""Work that is cheaper done together: what comes while some is under way is done at once after it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from typing import Generic, Self, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Batches(Generic[J, R]):
    """Makes groups without waiting for any: of what comes in one turn of the event loop, and of what had to wait."""

    def __init__(self, do: Callable[[list[J]], Awaitable[Sequence[R | Exception]]], most: int, lanes: int = 1) -> None:
        """`do` gives a result or an exception for each job of a group; a group has at most `most` jobs.

        As many groups as there are `lanes` are under way at a time, and jobs are spread over the free ones.
        """
        self._do = do
        self._most = most
        self._lanes = lanes
        self._waiting: deque[tuple[J, asyncio.Future[R]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._beginning = False

    @classmethod
    def in_thread(cls, do: Callable[[list[J]], Sequence[R | Exception]], most: int) -> Self:
        """For a `do` that blocks: one thread at a time does it, beside the event loop."""

        async def beside(jobs: list[J]) -> Sequence[R | Exception]:
            return await asyncio.to_thread(do, jobs)

        return cls(beside, most)

    async def do(self, job: J) -> R:
        """What becomes of the job; raises what it raises. A group that fails is done again one by one."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[R] = loop.create_future()
        self._waiting.append((job, result))
        if not self._beginning:
            self._beginning = True
            loop.call_soon(self._begin)
        return await result

    def _begin(self) -> None:
        self._beginning = False
        while self._waiting and (free := self._lanes - len(self._under_way)):
            size = min(self._most, ceil(len(self._waiting) / free))
            group = [self._waiting.popleft() for _ in range(size)]
            task = asyncio.get_running_loop().create_task(self._finish(group))
            self._under_way.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._begin()

    async def _finish(self, group: list[tuple[J, asyncio.Future[R]]]) -> None:
        try:
            results = await self._do([job for job, _ in group])
        except Exception as error:
            if len(group) > 1:  # one of them may be to blame alone
                await asyncio.gather(*(self._finish([job]) for job in group))
                return
            results = [error]
        for (_, waiting), result in zip(group, results, strict=True):
            if waiting.done():  # whoever asked has gone
                continue
            if isinstance(result, Exception):
                waiting.set_exception(result)
            else:
                waiting.set_result(result)
