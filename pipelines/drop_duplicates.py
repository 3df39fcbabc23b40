"""One article is archived once, however many URLs lead to it and however many runs meet it."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog
from crawler.items import Article
from crawler.locations import database_url


class DropDuplicates:
    """Knows the articles of this run and, through the catalog, those of all runs before."""

    def __init__(self, database: str, stats: StatsCollector) -> None:
        self._database = database
        self._stats = stats
        self._seen: set[str] = set()

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
        """Raises DropItem for an article that is archived, or on its way in this run."""
        if item.doc_id in self._seen or item.url in self._seen:
            self._drop("in_run", item)
        if self._catalog.known([item.doc_id]) or self._catalog.doc_id_of(item.url):
            self._drop("archived", item)
        self._seen |= {item.doc_id, item.url}
        return item

    def _drop(self, reason: str, item: Article) -> None:
        self._stats.inc_value(f"archive/drop_duplicates/{reason}")
        raise DropItem(f"duplicate ({reason}): {item.doc_id} {item.url}", log_level="INFO")
