"""The catalog learns of an article after its file is safe."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog
from crawler.items import Article
from crawler.locations import database_url


class RecordArticle:
    """Enters the article and its URLs."""

    def __init__(self, database: str, stats: StatsCollector) -> None:
        self._database = database
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(database_url(crawler.settings), crawler.stats)

    def open_spider(self) -> None:
        """Opens the catalog."""
        self._catalog = Catalog(self._database)

    def close_spider(self) -> None:
        """Closes the catalog."""
        self._catalog.close()

    def process_item(self, item: Article) -> Article:
        """Passes the article on."""
        self._catalog.record(item)
        self._stats.inc_value("archive/record_article/archived")
        return item
