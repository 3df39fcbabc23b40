"""The report of a run: ``reports/<run>.json``, and the exit status.

The report's keys are documented in docs/reports.md; they only ever grow.
"""

import json
import logging
import platform
from datetime import datetime
from importlib.metadata import version
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.items import Article, ArticleImages
from crawler.run.counts import by_name, part
from crawler.run.identity import Identity
from crawler.run.outcome import WRITES, Outcome, judge
from crawler.times import iso, now

logger = logging.getLogger(__name__)
_MOST_FAILURES = 1000
_LIBRARIES = ("Scrapy", "trafilatura", "lxml", "SQLAlchemy")


class RunReport:
    """Judges the run when its spider has closed, and once more when captures and manifest are written, or are not."""

    def __init__(self, archive: Archive, run: Identity, stats: StatsCollector, bounds: tuple[float, float]) -> None:
        """`bounds`: the largest ratio of failures, and of unknown layouts, that still is a success."""
        self._archive = archive
        self._stats = stats
        self._bounds = bounds
        self._started = run.started
        self._shortened: list[dict[str, Any]] = []
        self._has_row = False
        self._judged: tuple[Outcome, dict[str, int]] | None = None
        self._closed: tuple[Spider, str, datetime] | None = None
        self._path = run.report
        self.run = run.name

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        bounds = (settings.getfloat("ARCHIVE_MAX_FAILURE_RATIO"), settings.getfloat("ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO"))
        extension = cls(Archive.of(crawler), Identity.of(crawler), crawler.stats, bounds)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.item_scraped, signals.item_scraped)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        """A run that is killed leaves its row without an end. One that can't be entered is entered at its end."""
        try:
            self._archive.runs.begin(self.run, self._started)
            self._has_row = True
        except SQLAlchemyError as error:
            logger.error("the begin of the run is not in the catalog: %s", error)

    def item_scraped(self, item: Article | ArticleImages) -> None:
        """Names the articles of which much less is left than there was: a person is to look at them."""
        if isinstance(item, Article) and item.shrunk_from:
            sizes = {"before": item.shrunk_from, "now": len(item.markdown)}
            self._shortened.append({"doc_id": item.doc_id, "url": item.url, "revision": item.revision} | sizes)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Writes the report."""
        self._closed = spider, reason, now()
        self._judge(*self._closed)

    def engine_stopped(self) -> None:
        """What failed since then changes the judgement, and the report."""
        if self._closed:
            self._judge(*self._closed)

    def _judge(self, spider: Spider, reason: str, ended: datetime) -> None:
        outcome = judge(self._stats.get_stats(), reason, *self._bounds)
        judged = outcome, part(self._stats.get_stats(), "proof")  # a time stamp may come when the spider has closed
        if judged == self._judged:
            return
        self._judged = judged
        try:
            self._enter(spider, outcome, ended)
        except (OSError, SQLAlchemyError) as error:
            outcome = Outcome("writes_failed", WRITES, f"report not written: {error}; before that: {outcome.reason}")
        self._stats.set_value("archive/run/exit_status", outcome.status)
        self._stats.set_value("archive/run/outcome", outcome.name)
        self._stats.set_value("archive/run/reason", outcome.reason)

    def _enter(self, spider: Spider, outcome: Outcome, ended: datetime) -> None:
        report = self._report(spider, outcome, ended)
        if not self._has_row:
            self._archive.runs.begin(self.run, self._started)
            self._has_row = True
        self._archive.runs.end(self.run, ended, outcome.name, report["counts"])
        content = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        self._archive.storage.write(self._path, content.encode())

    def _report(self, spider: Spider, outcome: Outcome, ended: datetime) -> dict[str, Any]:
        stats = self._stats.get_stats()
        return {
            "run": self.run,
            "outcome": outcome.name,
            "exit_status": outcome.status,
            "reason": outcome.reason,
            "started_at": iso(self._started),
            "ended_at": iso(ended),
            "arguments": getattr(spider, "arguments", {}),
            "counts": by_name(stats),
            "channels": getattr(spider, "listed", {}),
            "unknown_layout_example": stats.get("archive/layout/unknown_example"),
            "failures": self._archive.ledger.failures(self._started, _MOST_FAILURES),
            "shortened": self._shortened,
            "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        }
