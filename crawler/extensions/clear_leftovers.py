"""Takes away the temporary files of runs that were killed: what is written under their names was never in its place."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.archive.files import is_regular, temporary
from crawler.archive.paths import has_one_writer

logger = logging.getLogger(__name__)
_FOLDERS = ("manifests", "reports")  # each of a day's or a run's files has a name that is not written again


class ClearLeftovers:
    """The run has the archive's lock: nobody else writes there."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not has_one_writer(crawler.settings):
            raise NotConfigured  # a store has no temporary files, and beside other workers they may be theirs
        assert crawler.stats
        extension = cls(Archive.of(crawler), crawler.stats)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Before anything is written. One that can't be taken away is named, and stays."""
        for file in self._leftovers():
            try:
                file.unlink(missing_ok=True)
                self._stats.inc_value("archive/leftovers/cleared")
                logger.info("what a run that was killed had begun to write is taken away: %s", file)
            except OSError as error:
                self._stats.inc_value("archive/leftovers/stay")
                logger.warning("what a run that was killed had begun to write stays: %s", error)

    def _leftovers(self) -> Iterator[Path]:
        root = self._archive.root
        promised = (temporary(root / path) for path in self._archive.promises.paths())
        written = (file for folder in _FOLDERS for file in sorted((root / folder).glob(".*.tmp")))
        yield from filter(is_regular, (*written, *promised))
