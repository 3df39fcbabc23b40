"""The catalog and the ledger learn of an article after its file is safe."""

import logging
from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.items import Article
from crawler.run.batches import Batches
from crawler.times import now

logger = logging.getLogger(__name__)
_BATCH_SIZE = 50  # articles in one transaction


class RecordArticle:
    """Enters articles, or their new revisions, with their URLs and ledger entries, in one transaction."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats
        self._batches = Batches.in_thread(self.record, _BATCH_SIZE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Archive.of(crawler), crawler.stats)

    async def process_item(self, item: Article) -> Article:
        """Passes the article on."""
        await self._batches.do(item)
        outcome = "archived" if item.revision == 1 else "past" if item.is_past else "revised"
        self._stats.inc_value(f"archive/record_article/{outcome}")
        logger.info("%s: %s [%s]", outcome, item.path, item.doc_id)
        return item

    def record(self, items: Sequence[Article]) -> list[None]:
        """All or, if one of them is refused, none."""
        self._archive.archived(items, now())
        return [None] * len(items)
