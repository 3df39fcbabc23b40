"""Worker processes beside the event loop, for work that would hold it up."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.archive.one_of_a_crawl import one_of_a_crawl
from crawler.run.batches import Batches
from crawler.run.fork_server import fork_server
from crawler.run.worker import Call, do_calls, prepare_worker

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

T = TypeVar("T")
_STARTING = 10  # seconds that a worker may take to start
_LOOK = 5  # seconds between two looks at a pool that gives no answer
_IDLE_LOOKS = 3  # in a row at which no worker was at work, though there is some
_BATCH_SIZE = 8  # calls that a worker is sent at once: one takes milliseconds, and to send it nearly one
# Loaded once for all workers, by name, for the crawl itself needs none of it; nor do they need anything of Scrapy's.
_PRELOADED = ["crawler.sina.article", "crawler.post.extraction", "crawler.post.minhash", "crawler.run.worker", "pebble"]


class WorkersDied(RuntimeError):
    """Not one worker is left, as when someone killed them all."""


class Job(Protocol):
    """``args`` are those of the function; None: there is nothing to do, only a place in the order to keep."""

    @property
    def args(self) -> tuple[Any, ...] | None: ...


J = TypeVar("J", bound=Job)


def _take_note(work: asyncio.Future[Any]) -> None:
    """Of work whose pool was given up nobody asks what came of it, and asyncio would log its error."""
    if not work.cancelled():
        work.exception()


class WorkerPool:
    """Processes that start with the first work and then wait for more; a run without work starts none.

    They don't inherit the event loop, hear no signal that is meant for the crawl, and end when it is killed.
    """

    def __init__(self, size: int = 0) -> None:
        """`size`: 0 is one a core."""
        self._size = size or os.cpu_count() or 1
        self._pool: ProcessPool | None = None
        self._sent: set[ProcessFuture[list[Any]]] = set()
        self._calls = Batches(self._send, _BATCH_SIZE, self._size + 1)  # one waits for the first that is free

    @classmethod
    @one_of_a_crawl
    def of(cls, crawler: Crawler) -> Self:
        """The one pool of a crawl, as its settings want it; it ends with the spider."""
        pool = cls(crawler.settings.getint("ARCHIVE_EXTRACT_WORKERS"))
        crawler.signals.connect(pool.close, signals.spider_closed)
        return pool

    async def run(self, seconds: float, function: Callable[..., T], *args: Any) -> T:
        """What `function` returns, or raises.

        Raises TimeoutError after `seconds`; the worker is killed and another takes its place. Raises
        WorkersDied if all of them went; the next work starts new ones.
        """
        result: T = await self._calls.do(Call(function, args, seconds))
        return result

    async def imap(
        self, seconds: float, function: Callable[..., T], jobs: Iterable[J], ahead: int
    ) -> AsyncIterator[tuple[J, T | Exception | None]]:
        """Each job with what came of it, in the order of the jobs, be it an exception; TimeoutError after `seconds`.

        At most `ahead` jobs are taken from `jobs` before they are wanted.
        """
        waiting: deque[tuple[J, asyncio.Task[T | Exception | None]]] = deque()
        coming = iter(jobs)
        while True:
            for job in islice(coming, ahead - len(waiting)):
                waiting.append((job, asyncio.create_task(self._attempt(seconds, function, job.args))))
            if not waiting:
                return
            job, task = waiting.popleft()
            yield job, await task

    async def _attempt(
        self, seconds: float, function: Callable[..., T], args: tuple[Any, ...] | None
    ) -> T | Exception | None:
        try:
            return None if args is None else await self.run(seconds, function, *args)
        except Exception as error:
            return error

    async def _send(self, calls: list[Call]) -> list[Any]:
        """All to one worker; none of them has longer than it has alone."""
        pool = self._pool = self._pool if self._pool and self._pool.active else self._start()
        try:
            sent = pool.schedule(do_calls, args=[calls], timeout=max(call.seconds for call in calls))
            self._sent.add(sent)
            try:
                return await self._answer(pool, asyncio.wrap_future(sent))
            finally:
                self._sent.discard(sent)
        except (RuntimeError, OSError) as error:  # an OSError is that of the function, or of a closed pipe
            if pool.active:
                raise
            raise WorkersDied("all worker processes have ended") from error

    async def _answer(self, pool: "ProcessPool", work: asyncio.Future[list[Any]]) -> list[Any]:
        """Of a pool that can't give one it says nothing by itself while work queues. Raises RuntimeError then."""
        work.add_done_callback(_take_note)
        idle = 0
        while not (await asyncio.wait([work], timeout=_LOOK))[0]:
            idle = 0 if any(sent.running() for sent in self._sent) else idle + 1
            if idle == _IDLE_LOOKS and pool.active:
                # One that was killed while it took up work holds the lock of the pipe by which all get theirs.
                pool.stop()  # type: ignore[no-untyped-call]  # of pebble's two, this and close
                await asyncio.to_thread(pool.join, _STARTING)
            if not pool.active:
                raise RuntimeError("the pool is broken")
        return await work

    async def close(self) -> None:
        """Ends the workers, beside the event loop."""
        await asyncio.to_thread(self.stop)

    def stop(self) -> None:
        """Ends the workers; blocks until they are gone."""
        if self._pool is None or not self._pool.active:
            return
        for _ in range(self._size):  # one that is stopped while it starts would print a traceback
            self._started.acquire(timeout=_STARTING)
        self._pool.close()  # type: ignore[no-untyped-call]  # as stop
        self._pool.join(timeout=_STARTING)
        self._pool = None

    def _start(self) -> "ProcessPool":
        from pebble import ProcessPool  # a run that finds nothing new needs none of it

        context = fork_server(_PRELOADED)
        self._started = context.Semaphore(0)
        return ProcessPool(self._size, context=context, initializer=prepare_worker, initargs=[self._started])
