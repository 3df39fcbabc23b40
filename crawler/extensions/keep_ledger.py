"""Enters into the ledger what the pipelines could not archive, so that a later run tries it again."""

from datetime import timedelta
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from sqlalchemy.exc import SQLAlchemyError
from twisted.python.failure import Failure

from crawler.catalog import Catalog
from crawler.drops import Drop
from crawler.items import Article
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import now, parse_distances


class KeepLedger:
    """Hears of every article that the spider breaks on, or a pipeline drops or breaks on."""

    def __init__(self, catalog: Catalog, try_again: tuple[timedelta, ...], stats: StatsCollector) -> None:
        self._catalog = catalog
        self._ledger = Ledger(catalog.engine, try_again)
        self._try_again = try_again
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        catalog = Catalog(database_url(settings), parse_distances(settings["ARCHIVE_LOOK_AGAIN_AFTER"]))
        extension = cls(catalog, parse_distances(settings["ARCHIVE_TRY_AGAIN_AFTER"]), crawler.stats)
        crawler.signals.connect(extension.item_dropped, signals.item_dropped)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_error, signals.spider_error)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def item_dropped(self, item: Article, exception: BaseException) -> None:
        """A failure is tried again; a duplicate or an unchanged article is none."""
        if not isinstance(exception, Drop) or exception.failed:
            self._failed(item.doc_id, getattr(exception, "reason", type(exception).__name__))

    def item_error(self, item: Article, failure: Failure) -> None:
        """A pipeline broke, or the disk or the database did not take what it wrote."""
        error = failure.value
        reason = "not_written" if isinstance(error, (OSError, SQLAlchemyError)) else type(error).__name__
        self._stats.inc_value(f"archive/pipeline/{reason}")
        self._failed(item.doc_id, reason)

    def spider_error(self, failure: Failure, response: Response) -> None:
        """The spider broke on a page."""
        if doc_id := response.meta.get("doc_id") or response.meta.get("part_of"):
            self._failed(doc_id, type(failure.value).__name__)

    def _failed(self, doc_id: str, reason: str) -> None:
        self._ledger.failed(doc_id, reason, now())
        self._catalog.check_failed(doc_id, now(), self._try_again)

    def spider_closed(self) -> None:
        """Gives the database back."""
        self._catalog.close()
