"""The real spider through Scrapy's real engine, and the real commands' functions, in a world."""

import asyncio
import gc
import logging
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.spiderloader import DummySpiderLoader

from crawler import times
from crawler.archive.archive import Archive
from crawler.integrity.problem import Problem
from crawler.integrity.verification import verify
from crawler.rebuild.rebuild import Rebuild
from crawler.rebuild.selection import Selection
from crawler.run.worker_pool import WorkerPool
from crawler.spiders.sina_finance import SinaFinanceSpider
from tests.support.closing import close_archive
from tests.support.reading import read_here
from tests.support.world.disk import Accident, Disk, Killed
from tests.support.world.handler import Handler, Line
from tests.support.world.loop import Stuck, VirtualLoop
from tests.support.world.server import Asked, Server

_BROKEN_OFF = (None, 1)  # statuses of runs that were killed, or could not begin


@dataclass
class Ran:
    """A run. ``status`` is None for one that was killed; ``endless`` says why one would never have ended."""

    start: datetime
    end: datetime
    status: int | None
    stats: dict[str, Any]
    asked: list[Asked]
    sent: list[tuple[str, float]]
    refused: list[str] = field(default_factory=list)
    endless: str = ""
    log: list[str] = field(default_factory=list)

    @property
    def lists(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.lid]

    @property
    def articles(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.doc_id]


class Machine:
    """The computer with the archive in ``folder``."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.disk = Disk(folder)
        self._opened: Archive | None = None

    def crawl(self, at: datetime, arguments: dict[str, str], accident: Accident, seed: int) -> Ran:
        """One run, begun at `at`; it ends, or is killed."""
        run = self._crawl(at, arguments, accident, seed)
        if run.status in _BROKEN_OFF:
            with _unheard():
                gc.collect()
        return run

    def _crawl(self, at: datetime, arguments: dict[str, str], accident: Accident, seed: int) -> Ran:
        first = len(self.server.log)
        loop = VirtualLoop(self.disk.check)
        loop.set_exception_handler(lambda _loop, _context: None)  # a killed run's tasks are nobody's
        now = _clock_of(loop, at)
        Handler.line = line = Line(self.server, self.disk, now, random.Random(seed), [])
        random.seed(seed)  # Scrapy's delays
        status: int | None = None
        stats: dict[str, Any] = {}
        with self.disk.run(accident), _simulated(loop, now, line.chance), _logged() as log:
            runner = AsyncCrawlerRunner(self.settings())
            crawler = runner.create_crawler(SinaFinanceSpider)
            try:
                loop.run_until_complete(_whole(runner, crawler, arguments))
                stats = crawler.stats.get_stats() if crawler.stats else {}
                status = stats.get("archive/run/exit_status", 1)
            except Stuck as error:
                line.endless = str(error)
            except Killed:
                pass
            except Exception as error:  # it could not start, as `scrapy crawl` says with its exit status
                status, stats = 1, {"archive/run/reason": repr(error)}
            finally:
                self.disk.is_killed = True  # what its tasks do while they are collected, a dead process would not
                with _unheard() if status in _BROKEN_OFF else nullcontext():
                    _forget(loop, crawler)
        self.disk.bury()
        ended = at + timedelta(seconds=loop.elapsed)
        return Ran(at, ended, status, stats, self.server.log[first:], line.sent, self.disk.refused, line.endless, log)

    def settings(self, folder: Path | None = None) -> Settings:
        """The project's own, for the archive here or in another `folder`."""
        ours = Settings()
        ours.setmodule("crawler.settings")
        own = {
            "ARCHIVE_DIR": str(folder or self.folder),
            "ARCHIVE_EXTRACT_WORKERS": 1,
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), Handler),
            "TWISTED_REACTOR_ENABLED": False,
            "MEMUSAGE_ENABLED": False,
            "SPIDER_LOADER_CLASS": DummySpiderLoader,  # the class is known
            "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it reads our source anew for every page
        }
        ours.setdict(own, "cmdline")
        return ours

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        """Opened, to be looked at; within another such block it is that one's."""
        if self._opened:
            yield self._opened
            return
        with Archive.open(self.settings()) as archive:
            self._opened = archive
            try:
                yield archive
            finally:
                self._opened = None

    def verify(self) -> tuple[Problem, ...]:
        """What ``scrapy verify`` finds."""
        with self.archive() as archive:
            return verify(self.folder, archive.engine, 1, True).problems

    def rebuild(self, at: datetime, into: Path) -> None:
        """What ``scrapy rebuild`` makes of a copy of the captures."""
        shutil.copytree(self.folder / "captures", into / "captures")
        with patch.object(times, "clock", lambda: at), patch.object(WorkerPool, "run", read_here), _logged():
            Rebuild(self.settings(into), 1, Selection()).run()


def _clock_of(loop: VirtualLoop, at: datetime) -> Callable[[], datetime]:
    return lambda: at.astimezone(UTC) + timedelta(seconds=loop.elapsed)


async def _whole(runner: AsyncCrawlerRunner, crawler: Any, arguments: dict[str, str]) -> None:
    await runner.crawl(crawler, **arguments)


@contextmanager
def _simulated(loop: VirtualLoop, now: Callable[[], datetime], chance: random.Random) -> Iterator[None]:
    """Clock, timers, threads and worker processes are the world's."""

    async def beside(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(chance.choice((0, 0, 0.01, 0.3)))  # a thread takes its time, and others go on
        return function(*args, **kwargs)

    with (
        patch.object(times, "clock", now),
        patch("scrapy.core.downloader.monotonic", loop.time),
        patch("crawler.extensions.keep_pace.monotonic", loop.time),
        patch("scrapy.utils.asyncio.time", SimpleNamespace(monotonic=loop.time, time=loop.time)),
        patch.object(asyncio, "to_thread", beside),
        patch.object(WorkerPool, "run", read_here),
    ):
        yield


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"    {record.levelname}: {record.getMessage()}"[:300])


@contextmanager
def _logged() -> Iterator[list[str]]:
    """The warnings and errors meanwhile, and nothing else anywhere."""
    lines, root = _Lines(), logging.root
    handlers, level = root.handlers, root.level
    root.handlers, root.level = [lines], logging.WARNING
    logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]  # it remembers which level is enabled
    try:
        yield lines.lines
    finally:
        root.handlers, root.level = handlers, level
        logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]


@contextmanager
def _unheard() -> Iterator[None]:
    """What was broken off complains here, to nobody, and not in the next run."""
    with patch.object(sys, "unraisablehook", lambda _broken: None):
        yield


def _forget(loop: VirtualLoop, crawler: Any) -> None:
    """Nothing of the run is left: no task goes on, and the catalog is closed."""
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        with suppress(BaseException):
            task.get_coro().close()  # now, and not when it is collected
    close_archive(crawler)
    loop.close()
