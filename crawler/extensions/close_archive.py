"""Closes the archive of a crawl when every other component has done with it."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.archive.archive import Archive


class CloseArchive:
    """The last of the extensions: Scrapy tells them in the order in which they are listed."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(Archive.of(crawler))
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """Nothing is written after it."""
        self._archive.close()
