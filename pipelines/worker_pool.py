"""Worker processes beside the event loop, for work that would hold it up."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Semaphore
from typing import Any, TypeVar

from pebble import ProcessPool

T = TypeVar("T")
_STARTING = 10  # seconds that a worker may take to start


class WorkerPool:
    """`size` processes that import ``pipelines.extraction`` once and then wait for work.

    They don't inherit the event loop, leave Ctrl-C to the crawl, and end when it is killed.
    """

    def __init__(self, size: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipelines.extraction"])
        self._size = size
        self._is_running = False  # pebble starts the workers with the first work
        self._started = context.Semaphore(0)
        self._pool = ProcessPool(size, context=context, initializer=_prepare_worker, initargs=[self._started])

    async def run(self, seconds: float, function: Callable[..., T], *args: Any) -> T:
        """What `function` returns, or raises.

        Raises TimeoutError after `seconds`; the worker is killed and another takes its place.
        """
        self._is_running = True
        return await asyncio.wrap_future(self._pool.schedule(function, args=list(args), timeout=seconds))

    def stop(self) -> None:
        """Ends the workers; blocks until they are gone."""
        for _ in range(
            self._size if self._is_running else 0
        ):  # one that is stopped while it starts would print a traceback
            self._started.acquire(timeout=_STARTING)
        self._pool.close()  # type: ignore[no-untyped-call]  # pebble's one method without types
        self._pool.join(timeout=_STARTING)


def _prepare_worker(started: Semaphore) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()
    started.release()


def _end_with(parent: BaseProcess) -> None:
    """A killed crawl leaves no worker behind."""
    parent.join()
    os._exit(1)
