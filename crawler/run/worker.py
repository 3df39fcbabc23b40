"""What runs in a worker process. It loads nothing of Scrapy: neither its time nor its memory are needed there."""

import gc
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from traceback import format_exc
from typing import TYPE_CHECKING, Any

from crawler.run.fork_server import THE_GROUPS, end_with_main

if TYPE_CHECKING:
    from multiprocessing.synchronize import Semaphore


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; ``seconds``: the longest that it may take."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    seconds: float


def do_calls(calls: list[Call]) -> list[Any]:
    """What each call returns, or the exception it raises."""
    results: list[Any] = []
    for call in calls:
        try:
            results.append(call.function(*call.args))
        except Exception as error:
            error.add_note(f"in a worker process: {format_exc()}")
            results.append(error)
    return results


def prepare_worker(started: "Semaphore") -> None:
    """Before its first work: it is deaf to what is meant for the crawl, ends with it, and says that it has started."""
    os.setpgid(0, 0)
    while THE_GROUPS & signal.sigpending():  # sent to the group before this left it: the crawl still needs its workers
        signal.sigwait(THE_GROUPS)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, THE_GROUPS)
    gc.freeze()  # what the server loaded is shared by all workers, and stays so while no collection writes into it
    end_with_main()
    started.release()
