"""Crawls in one process, one after the other, each at the time it is told: many runs of a test take a second.

As a program (``python -m tests.support.runner``) it reads a job as JSON from each line of its input, and
answers with a line of JSON. It goes through Scrapy as ``scrapy crawl`` does, but for the command
and its lock; these have tests of their own.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.project import get_project_settings

from crawler import times
from crawler.run.worker_pool import WorkerPool
from tests.support.closing import close_archive
from tests.support.reading import read_here

_system_clock = times.clock


@dataclass
class Result:
    """What a run left: its exit status, its stats, its log, and if asked for its SQL with the parameters."""

    status: int
    stats: dict[str, Any]
    log: list[str]
    queries: list[tuple[str, Any]] = field(default_factory=list)


class Clock:
    """Stands in for the clock of ``crawler.times``."""

    moment: datetime | None = None

    def __call__(self) -> datetime:
        return self.moment or _system_clock()

    def tick(self, seconds: int) -> None:
        """Time goes by."""
        if self.moment:
            self.moment += timedelta(seconds=seconds)


clock = Clock()


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("[%(name)s] %(levelname)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def recorded_queries() -> Iterator[list[tuple[str, Any]]]:
    """Every SQL statement that is executed meanwhile, with its parameters, or the first ones of many."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        found.append((statement, parameters[0] if many else parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def crawl(
    settings: dict[str, Any], arguments: dict[str, str], at: datetime | None = None, spider: str = "sina_finance"
) -> Result:
    """One run of the spider, at the time `at` or now."""
    clock.moment = at
    ours = get_project_settings()
    for name, value in ({"TWISTED_REACTOR_ENABLED": False} | settings).items():
        ours.set(name, {**ours.getdict(name), **value} if isinstance(value, dict) else value, "cmdline")
    lines = _Lines()
    logging.root.addHandler(lines)
    logging.root.setLevel(logging.INFO)
    try:
        with patch.object(times, "clock", clock), recorded_queries() as queries:
            runner = AsyncCrawlerRunner(ours)
            crawler = runner.create_crawler(spider)
            try:
                await runner.crawl(crawler, **arguments)
            except BaseException:  # it could not begin: else it closes its archive itself
                close_archive(crawler)
                raise
    finally:
        logging.root.removeHandler(lines)
    assert crawler.stats
    stats = {name: value for name, value in crawler.stats.get_stats().items() if isinstance(value, int | float | str)}
    return Result(stats.get("archive/run/exit_status", 1), stats, lines.lines, queries)


async def _serve() -> None:
    WorkerPool.run = read_here  # type: ignore[method-assign]  # the runs are many
    while line := await asyncio.to_thread(sys.stdin.readline):
        job = json.loads(line)
        at = datetime.fromisoformat(job["at"]) if job["at"] else None
        result = asdict(await crawl(job["settings"], job["arguments"], at))
        if not job["queries"]:
            del result["queries"]
        sys.stdout.write(json.dumps(result, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    from tests.support import runner  # one module, whoever imports it

    asyncio.run(runner._serve())
