"""Worker processes: what comes back, what happens to those that hang or die, and that none stays behind."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pebble import ProcessExpired
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.run.worker_pool import WorkerPool, WorkersDied
from crawler.sina.article import parse_page
from crawler.sina.urls import NotAnArticle
from tests.support.crawling import ROOT


@asynccontextmanager
async def pool(size: int = 1) -> AsyncIterator[WorkerPool]:
    made = WorkerPool(size)
    try:
        yield made
    finally:
        await asyncio.to_thread(made.stop)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    """True once it is; it is given a minute."""
    deadline = time.monotonic() + 60
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_it_returns_what_the_function_returns_from_another_process() -> None:
    async def check() -> tuple[int, list[int]]:
        async with pool() as workers:
            return await workers.run(30, os.getpid), await workers.run(30, sorted, [3, 1, 2])

    pid, result = asyncio.run(check())
    assert pid != os.getpid()
    assert result == [1, 2, 3]


def test_it_raises_what_the_function_raises_and_goes_on() -> None:
    async def check() -> int:
        async with pool() as workers:
            with pytest.raises(ValueError, match="invalid literal"):
                await workers.run(30, int, "x")
            return await workers.run(30, int, "7")

    assert asyncio.run(check()) == 7


def test_an_article_that_is_none_is_so_in_the_other_process_too() -> None:
    async def check() -> None:
        async with pool() as workers:
            await workers.run(30, parse_page, b"<html></html>", "https://finance.sina.com.cn/china/")

    with pytest.raises(NotAnArticle) as raised:
        asyncio.run(check())
    assert (raised.value.reason, str(raised.value)) == (
        "no_article_url",
        "https://finance.sina.com.cn/china/: no_article_url",
    )


def test_a_crawl_has_one_pool_and_it_ends_with_the_spider(crawler: Crawler) -> None:
    async def check() -> int:
        pid = await WorkerPool.of(crawler).run(30, os.getpid)
        await crawler.signals.send_catch_log_async(signals.spider_closed)
        return pid

    assert WorkerPool.of(crawler) is WorkerPool.of(crawler)
    assert gone(asyncio.run(check()))


def test_one_that_takes_too_long_is_killed_and_another_takes_its_place() -> None:
    async def check() -> tuple[int, int]:
        async with pool() as workers:
            first = await workers.run(30, os.getpid)
            with pytest.raises(TimeoutError):
                await workers.run(0.3, time.sleep, 60)
            return first, await workers.run(30, os.getpid)

    first, second = asyncio.run(check())
    assert first != second
    assert gone(first)


def test_one_that_dies_takes_only_its_own_work_with_it() -> None:
    async def check() -> int:
        async with pool() as workers:
            with pytest.raises(ProcessExpired):
                await workers.run(30, os._exit, 3)
            return await workers.run(30, int, "7")

    assert asyncio.run(check()) == 7


@pytest.mark.parametrize("pause", [0, 0.5], ids=["at once", "later"])
@pytest.mark.parametrize("busy", [True, False], ids=["at work", "idle"])
def test_if_all_die_with_their_server_nothing_waits_for_ever_and_new_ones_go_on(busy: bool, pause: float) -> None:
    page = b"x" * 200_000  # more than fits into the pipe to the workers

    async def check() -> tuple[list[object], int]:
        async with pool(2) as workers:
            await asyncio.gather(*(workers.run(30, time.sleep, 0.1) for _ in range(4)))

            def send() -> list[asyncio.Task[int]]:
                return [asyncio.ensure_future(workers.run(30, _slow_length, page)) for _ in range(20)]

            work = send() if busy else []
            await asyncio.sleep(0.5)
            for child in _children():
                os.kill(child, signal.SIGKILL)
            await asyncio.sleep(pause)
            answers = await asyncio.wait_for(asyncio.gather(*work, *send(), return_exceptions=True), 60)
            return answers, await workers.run(30, int, "7")

    answers, last = asyncio.run(check())
    assert all(isinstance(one, (WorkersDied, ProcessExpired)) or one == len(page) for one in answers)
    assert last == 7


def test_one_that_is_killed_while_it_takes_up_work_does_not_stop_the_others() -> None:
    """It holds the lock of the pipe by which all of them get their work."""

    async def check() -> tuple[list[object], int]:
        async with pool(2) as workers:
            with pytest.raises(ProcessExpired):
                await workers.run(30, _die_with_the_lock)
            work = [workers.run(30, int, "6") for _ in range(4)]
            answers = await asyncio.wait_for(asyncio.gather(*work, return_exceptions=True), 60)
            return answers, await workers.run(30, int, "7")

    answers, last = asyncio.run(check())
    assert [answer for answer in answers if answer != 6 and not isinstance(answer, WorkersDied)] == []
    assert last == 7


def _die_with_the_lock() -> None:
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        assert frame.f_back
        frame = frame.f_back
    frame.f_locals["channel"].mutex.acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def _slow_length(page: bytes) -> int:
    time.sleep(0.2)
    return len(page)


def _children() -> list[int]:
    """The fork server of this process, and the workers that it started."""
    from multiprocessing.forkserver import _forkserver

    server = _forkserver._forkserver_pid  # type: ignore[attr-defined]
    workers = [process.pid for process in multiprocessing.active_children() if process.pid]
    return [server, *workers]


def test_the_event_loop_goes_on_meanwhile() -> None:
    async def check() -> int:
        async with pool() as workers:
            work, ticks = asyncio.ensure_future(workers.run(30, time.sleep, 0.5)), 0
            while not work.done():
                await asyncio.sleep(0.01)
                ticks += 1
            return ticks

    assert asyncio.run(check()) > 10


def test_as_many_work_at_once_as_there_are() -> None:
    async def check() -> float:
        async with pool(2) as workers:
            await asyncio.gather(*(workers.run(30, time.sleep, 0) for _ in range(4)))
            started = time.monotonic()
            await asyncio.gather(*(workers.run(30, time.sleep, 1) for _ in range(2)))
            return time.monotonic() - started

    assert asyncio.run(check()) < 1.9


def test_after_the_end_no_worker_is_left() -> None:
    async def check() -> int:
        async with pool() as workers:
            return await workers.run(30, os.getpid)

    assert gone(asyncio.run(check()))


def test_a_killed_crawl_leaves_no_worker_behind() -> None:
    program = """
import asyncio, os, time
from crawler.run.worker_pool import WorkerPool, WorkersDied
async def main():
    print(await WorkerPool(1).run(30, os.getpid), flush=True)
    time.sleep(60)
if __name__ == "__main__":
    asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        assert alive(worker)
        process.kill()
        assert gone(worker)
