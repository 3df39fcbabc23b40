"""One article is archived once, however many URLs lead to it and however many runs meet it."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog
from crawler.drops import Drop
from crawler.items import Article
from crawler.locations import database_url


class DropDuplicates:
    """Knows the articles of this run and, through the catalog, the URLs of all runs before.

    An archived article that comes again under its own doc id passes: FindRevision compares it.
    """

    def __init__(self, catalog: Catalog, stats: StatsCollector) -> None:
        self._catalog = catalog
        self._stats = stats
        self._seen: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Catalog(database_url(crawler.settings)), crawler.stats)

    def close_spider(self) -> None:
        """Closes the catalog."""
        self._catalog.close()

    def process_item(self, item: Article) -> Article:
        """Raises Drop for an article that came already in this run, or is archived under another doc id."""
        if item.doc_id in self._seen or item.url in self._seen:
            self._drop("in_run", item)
        if self._catalog.doc_id_of(item.url) not in (None, item.doc_id):
            self._drop("archived", item)
        self._seen |= {item.doc_id, item.url}
        return item

    def _drop(self, reason: str, item: Article) -> None:
        self._stats.inc_value(f"archive/drop_duplicates/{reason}")
        raise Drop(reason, f"duplicate ({reason}): {item.url}", failed=False, log_level="INFO")
