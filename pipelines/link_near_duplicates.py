"""A text that stands under another doc id, as a reprint or with another title, is linked in the catalog."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.items import Article
from crawler.run.drops import Drop
from crawler.times import now


class LinkNearDuplicates:
    """By the bands of the text's MinHash. With ARCHIVE_KEEP_ONE_COPY only the first copy is archived."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Archive.of(crawler), crawler.stats)

    def process_item(self, item: Article) -> Article:
        """Raises Drop for a second copy where only one is to be kept."""
        is_refused = self._archive.link_near_duplicate(item, now())
        if item.duplicate_of:
            self._stats.inc_value("archive/link_near_duplicates/linked")
        if is_refused:
            self._stats.inc_value("archive/link_near_duplicates/dropped")
            raise Drop("copy", f"a copy of {item.duplicate_of}: {item.url}", failed=False, log_level="INFO")
        return item
