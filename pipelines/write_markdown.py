"""One article, one Markdown file: written beside, flushed, and then put in place in one step."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.archive.posts import KEPT_OTHER, Posts
from crawler.items import Article
from crawler.run.batches import Batches
from crawler.run.drops import Drop

logger = logging.getLogger(__name__)
_BATCH_SIZE = 20  # posts that are written one after the other in a thread


class WriteMarkdown:
    """Writes the post of an article. A file that someone else wrote or edited is never overwritten."""

    def __init__(self, posts: Posts, stats: StatsCollector) -> None:
        self._posts = posts
        self._stats = stats
        self._batches = Batches.in_thread(posts.write_all, _BATCH_SIZE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Archive.of(crawler).posts, crawler.stats)

    async def process_item(self, item: Article) -> Article:
        """Raises Drop, naming the file, where the disk refuses it: then it is not recorded either."""
        try:
            outcome = await self._batches.do(item)
        except OSError as error:
            self._stats.inc_value("archive/write_markdown/failed")
            message = f"not written: {self._posts.where(item.path)}: {error}"
            raise Drop("not_written", message, failed=True, log_level="ERROR") from error
        self._stats.inc_value(f"archive/write_markdown/{outcome}")
        if outcome == KEPT_OTHER:
            logger.warning("a file with other content is kept: %s [%s]", self._posts.where(item.path), item.doc_id)
        return item
