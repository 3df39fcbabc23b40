"""Body HTML -> Markdown with trafilatura, in worker processes beside the event loop."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.items import Article
from crawler.post.extract import extract
from crawler.run.drops import Drop
from crawler.run.worker_pool import WorkerPool
from crawler.sina.layouts import UNKNOWN


class ExtractBody:
    """Fills ``markdown``. An article that takes too long, or has no text, is dropped alone and named."""

    def __init__(self, pool: WorkerPool, timeout: float, stats: StatsCollector) -> None:
        self._pool = pool
        self._timeout = timeout
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(WorkerPool.of(crawler), crawler.settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT"), crawler.stats)

    async def process_item(self, item: Article) -> Article:
        """Raises Drop, naming the URL, where no text comes out."""
        try:
            body = await self._pool.run(self._timeout, extract, item.body_html, item.layout, item.url)
        except TimeoutError:
            raise self._drop("timeout", f"no text after {self._timeout:g} s", item) from None
        except Exception as error:  # whatever a page brings about: it must not take others with it
            raise self._drop("failed", f"{type(error).__name__}: {error}", item) from error
        if not body.markdown:
            raise self._drop("empty", "no text", item)
        if body.lossy:
            self._stats.inc_value("archive/extract_body/kept_isolated_body")
        if item.layout == UNKNOWN:
            self._stats.inc_value("archive/extract_body/searched")
        for removal in body.removed:
            self._stats.inc_value(f"archive/clean/{removal.rule}")
        item.take(body)
        return item

    def _drop(self, reason: str, what: str, item: Article) -> Drop:
        self._stats.inc_value(f"archive/extract_body/{reason}")
        return Drop(reason, f"{what}: {item.url}", failed=True, log_level="ERROR")
