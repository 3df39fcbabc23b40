"""The last line of a run's log: how it ended."""

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.run.identity import Identity

logger = logging.getLogger(__name__)


class LogOutcome:
    """Says what RunReport has judged, when all have written and said what they had to."""

    def __init__(self, run: str, stats: StatsCollector) -> None:
        """`run`: its name."""
        self._run = run
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        extension = cls(Identity.of(crawler).name, crawler.stats)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """Nothing is logged after it."""
        status, name, reason = (
            self._stats.get_value(f"archive/run/{key}") for key in ("exit_status", "outcome", "reason")
        )
        if name:
            level = logging.INFO if status == 0 else logging.ERROR
            logger.log(level, "run %s: %s (exit status %s): %s", self._run, name, status, reason)
