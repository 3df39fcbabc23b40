"""Is an article that was met again the same, or a new revision?"""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import NEW, UNCHANGED, Archive
from crawler.items import Article
from crawler.run.drops import Drop
from crawler.times import now

logger = logging.getLogger(__name__)


class FindRevision:
    """Compares title and text with what is archived; what stands around them on the page is no revision."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Archive.of(crawler), crawler.stats)

    def process_item(self, item: Article) -> Article:
        """Raises Drop for an article that has not changed."""
        comparison = self._archive.find_revision(item, now())
        if comparison != NEW:
            self._stats.inc_value(f"archive/find_revision/{comparison}")
        if comparison == UNCHANGED:
            raise Drop("unchanged", f"unchanged: {item.url}", failed=False, log_level="INFO")
        if item.shrunk_from:
            self._stats.inc_value("archive/find_revision/much_shorter")
            sizes = (item.shrunk_from, len(item.markdown), item.url, item.doc_id)
            logger.warning("much shorter than before (%s characters, now %s), both are kept: %s [%s]", *sizes)
        return item
