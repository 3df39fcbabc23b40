"""One article is archived once, however many URLs lead to it and however many runs meet it."""

from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.items import Article
from crawler.run.drops import Drop


class DropDuplicates:
    """Knows the articles of this run and, through the archive, the URLs of all runs before.

    An archived article that comes again under its own doc id passes: FindRevision compares it.
    """

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats
        self._seen: set[tuple[str, datetime | None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Archive.of(crawler), crawler.stats)

    def process_item(self, item: Article) -> Article:
        """Raises Drop for an article that came already in this run, or is archived under another doc id.

        What a web archive saw at different times is not the same.
        """
        seen_here = {(name, item.seen_at) for name in (item.doc_id, item.url)}
        if seen_here & self._seen:
            self._drop("in_run", item)
        if self._archive.is_archived_elsewhere(item):
            self._drop("archived", item)
        self._seen |= seen_here
        return item

    def _drop(self, reason: str, item: Article) -> None:
        self._stats.inc_value(f"archive/drop_duplicates/{reason}")
        raise Drop(reason, f"duplicate ({reason}): {item.url}", failed=False, log_level="INFO")
