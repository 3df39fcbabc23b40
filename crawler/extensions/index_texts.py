"""Brings the full-text index up to what a run archived."""

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.archive.paths import database_url
from crawler.search.text_index import TextIndex

logger = logging.getLogger(__name__)
_MOST = 2_000  # articles, a second; of a larger run the next ones index more, or the first search all


class IndexTexts:
    """After the run, many at once: an article costs less than half a millisecond."""

    def __init__(self, index: TextIndex) -> None:
        self._index = index

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not database_url(crawler.settings).startswith("sqlite"):
            raise NotConfigured("full-text search needs an SQLite catalog")
        archive = Archive.of(crawler)
        extension = cls(TextIndex(archive.engine, archive.root))
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """What can't be indexed now stays marked."""
        count = 0
        try:
            for part in self._index.catch_up():
                count += part
                if count >= _MOST:
                    logger.info("texts not indexed yet: %s", self._index.behind())
                    break
        except (OSError, SQLAlchemyError) as error:
            logger.error("texts not indexed: %s", error)
