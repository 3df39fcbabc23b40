"""The report of a run: ``reports/<run>.json``, the last line of the log, and the exit status.

The report's keys are documented in docs/reports.md; they only ever grow.
"""

import json
import logging
import os
import platform
import socket
from datetime import datetime
from importlib.metadata import version
from typing import Any, Self

import sqlalchemy as sa
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError

from crawler.catalog import Catalog
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import iso, now
from crawler.outcome import WRITES, Outcome, judge
from crawler.schema import runs
from crawler.storage import Storage, open_storage

logger = logging.getLogger(__name__)
_MOST_FAILURES = 1000
_LIBRARIES = ("Scrapy", "trafilatura", "lxml", "SQLAlchemy")


class RunReport:
    """Judges the run when its spider has closed and everything is written."""

    def __init__(
        self, storage: Storage, catalog: Catalog, stats: StatsCollector, bounds: tuple[float, float], host: str = ""
    ) -> None:
        """`bounds`: the largest ratio of failures, and of unknown layouts, that still is a success.

        `host`: this machine's name, where others write into the same archive.
        """
        self._storage = storage
        self._catalog = catalog
        self._stats = stats
        self._bounds = bounds
        self._started = now()
        self._outcome: Outcome | None = None
        self.run = f"{self._started:%Y%m%dT%H%M%SZ}-{f'{host}-' if host else ''}{os.getpid()}"

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        bounds = (settings.getfloat("ARCHIVE_MAX_FAILURE_RATIO"), settings.getfloat("ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO"))
        host = socket.gethostname() if settings.get("ARCHIVE_REDIS_URL") else ""
        extension = cls(open_storage(settings), Catalog(database_url(settings)), crawler.stats, bounds, host)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        """A run that is killed leaves its row without an end."""
        with self._catalog.engine.begin() as connection:
            connection.execute(sa.insert(runs).values(run=self.run, started_at=iso(self._started)))

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Writes the report."""
        outcome = judge(self._stats.get_stats(), reason, *self._bounds)
        try:
            self._enter(spider, outcome, now())
        except (OSError, SQLAlchemyError) as error:
            outcome = Outcome("writes_failed", WRITES, f"report not written: {error}; before that: {outcome.reason}")
        self._catalog.close()
        self._outcome = outcome
        self._stats.set_value("archive/run/exit_status", outcome.status)
        self._stats.set_value("archive/run/outcome", outcome.name)
        self._stats.set_value("archive/run/reason", outcome.reason)

    def engine_stopped(self) -> None:
        """Nothing is logged after it."""
        if outcome := self._outcome:
            level = logging.INFO if outcome.status == 0 else logging.ERROR
            logger.log(level, "run %s: %s (exit status %s): %s", self.run, outcome.name, outcome.status, outcome.reason)

    def _enter(self, spider: Spider, outcome: Outcome, ended: datetime) -> None:
        report = self._report(spider, outcome, ended)
        values = {"ended_at": iso(ended), "outcome": outcome.name, "counts": json.dumps(report["counts"])}
        with self._catalog.engine.begin() as connection:
            connection.execute(sa.update(runs).where(runs.c.run == self.run).values(values))
        content = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        self._storage.write(f"reports/{self.run}.json", content.encode())

    def _report(self, spider: Spider, outcome: Outcome, ended: datetime) -> dict[str, Any]:
        ledger = Ledger(self._catalog.engine)
        stats = self._stats.get_stats()
        return {
            "run": self.run,
            "outcome": outcome.name,
            "exit_status": outcome.status,
            "reason": outcome.reason,
            "started_at": iso(self._started),
            "ended_at": iso(ended),
            "arguments": getattr(spider, "arguments", {}),
            "counts": {
                name.removeprefix("archive/"): value for name, value in sorted(stats.items()) if _is_count(name)
            },
            "channels": getattr(spider, "listed", {}),
            "unknown_layout_example": stats.get("archive/layout/unknown_example"),
            "failures": ledger.failures(self._started, _MOST_FAILURES),
            "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        }


def _is_count(name: str) -> bool:
    return name.startswith("archive/") and not name.endswith("_example")
