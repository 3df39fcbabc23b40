"""Enters into the ledger what the pipelines could not archive, so that a later run tries it again."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from crawler.catalog import Catalog
from crawler.drops import Drop
from crawler.items import Article
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import now, parse_distances


class KeepLedger:
    """Hears of every article that a pipeline drops or breaks on."""

    def __init__(self, catalog: Catalog, ledger: Ledger, stats: StatsCollector) -> None:
        self._catalog = catalog
        self._ledger = ledger
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        catalog = Catalog(database_url(crawler.settings))
        assert crawler.stats
        ledger = Ledger(catalog.engine, parse_distances(crawler.settings["ARCHIVE_TRY_AGAIN_AFTER"]))
        extension = cls(catalog, ledger, crawler.stats)
        crawler.signals.connect(extension.item_dropped, signals.item_dropped)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def item_dropped(self, item: Article, exception: BaseException) -> None:
        """A failure is tried again; a duplicate or an unchanged article is none."""
        if not isinstance(exception, Drop) or exception.failed:
            self._ledger.failed(item.doc_id, getattr(exception, "reason", type(exception).__name__), now())

    def item_error(self, item: Article, failure: Failure) -> None:
        """A pipeline broke."""
        self._stats.inc_value(f"archive/pipeline/{type(failure.value).__name__}")
        self._ledger.failed(item.doc_id, type(failure.value).__name__, now())

    def spider_closed(self) -> None:
        """Gives the database back."""
        self._catalog.close()
