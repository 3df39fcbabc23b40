"""The catalog and the ledger learn of an article after its file is safe."""

import logging
from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog
from crawler.items import Article
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import now, parse_distances
from crawler.together import Together

logger = logging.getLogger(__name__)
_MOST = 50  # articles in one transaction


class RecordArticle:
    """Enters articles, or their new revisions, with their URLs and ledger entries, in one transaction."""

    def __init__(self, catalog: Catalog, stats: StatsCollector) -> None:
        self._catalog = catalog
        self._ledger = Ledger(catalog.engine)
        self._stats = stats
        self._together = Together.in_thread(self.record, _MOST)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        return cls(
            Catalog(database_url(settings), parse_distances(settings["ARCHIVE_LOOK_AGAIN_AFTER"])), crawler.stats
        )

    def close_spider(self) -> None:
        """Closes the catalog."""
        self._catalog.close()

    async def process_item(self, item: Article) -> Article:
        """Passes the article on."""
        await self._together.do(item)
        done = "archived" if item.revision == 1 else "revised"
        self._stats.inc_value(f"archive/record_article/{done}")
        logger.info("%s: %s [%s]", done, item.path, item.doc_id)
        return item

    def record(self, items: Sequence[Article]) -> list[None]:
        """All or, if one of them is refused, none."""
        with self._catalog.engine.begin() as transaction:
            self._catalog.record_all(items, now(), transaction)
            for item in items:
                if item.revision > 1:
                    self._catalog.checked(item.doc_id, now(), within=transaction)
            self._ledger.archived(*(item.doc_id for item in items), within=transaction)
        return [None] * len(items)
