"""Pages are read without worker processes, which take a second to start and to end: a test may need many runs."""

from collections.abc import Callable
from typing import Any, TypeVar

from crawler.run.worker_pool import WorkerPool

T = TypeVar("T")


async def read_here(_pool: WorkerPool, _seconds: float, function: Callable[..., T], *args: Any) -> T:
    """Stands in for ``WorkerPool.run``: does the work in the process that asks for it."""
    return function(*args)
