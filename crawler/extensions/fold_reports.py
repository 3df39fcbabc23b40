"""Makes lines of the reports of old runs, so that years of them are a few files."""

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.archive.paths import has_one_writer
from crawler.archive.reports import Reports
from crawler.times import now

logger = logging.getLogger(__name__)


class FoldReports:
    """The run has the archive's lock, and has written its own report."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not has_one_writer(crawler.settings):
            raise NotConfigured  # a store has no such files, and other workers would fold them, too
        assert crawler.stats
        extension = cls(Archive.of(crawler), crawler.stats)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """What can't be folded stays as it is; the next run tries it again."""
        try:
            Reports(self._archive.root).fold(now())
        except OSError as error:
            self._stats.inc_value("archive/reports/not_folded")
            logger.warning("old reports stay files: %s", error)
