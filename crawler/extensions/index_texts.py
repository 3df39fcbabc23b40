"""Brings the full-text index up to what a run archived."""

import logging
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from sqlalchemy.exc import SQLAlchemyError

from crawler.catalog import Catalog
from crawler.locations import archive_dir, database_url
from crawler.search.text_index import TextIndex

logger = logging.getLogger(__name__)
_MOST = 2_000  # articles, a second; of a larger run the next ones index more, or the first search all


class IndexTexts:
    """After the run, many at once: an article costs less than half a millisecond."""

    def __init__(self, root: Path, database: str) -> None:
        self._root = root
        self._database = database

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not database_url(crawler.settings).startswith("sqlite"):
            raise NotConfigured("full-text search needs an SQLite catalog")
        extension = cls(archive_dir(crawler.settings), database_url(crawler.settings))
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        """What can't be indexed now stays marked."""
        try:
            with Catalog(self._database) as catalog:
                self._index(TextIndex(catalog.engine, self._root))
        except (OSError, SQLAlchemyError) as error:
            logger.error("texts not indexed: %s", error)

    def _index(self, index: TextIndex) -> None:
        count = 0
        for part in index.catch_up():
            count += part
            if count >= _MOST:
                logger.info("texts not indexed yet: %s", index.behind())
                break
