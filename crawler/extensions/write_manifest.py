"""Enters what a run wrote into the day's manifest, after its captures are closed."""

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.integrity.manifest import enter_new
from crawler.times import now

logger = logging.getLogger(__name__)


class WriteManifest:
    """If it can't be written, the run says so, and the next one enters what this one wrote."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        extension = cls(Archive.of(crawler), crawler.stats)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """Every component has closed what it wrote."""
        try:
            enter_new(self._archive.storage, self._archive.engine, now())
        except (OSError, SQLAlchemyError) as error:
            self._stats.inc_value("archive/manifest/not_written")
            logger.error("manifest not written: %s; the next run enters what this one wrote", error)
