"""Body HTML -> Markdown with trafilatura, in worker processes beside the event loop."""

import asyncio
import os
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.items import Article
from crawler.sina.layouts import UNKNOWN
from pipelines.extraction import extract
from pipelines.worker_pool import WorkerPool


class ExtractBody:
    """Fills ``markdown``. An article that takes too long, or has no text, is dropped alone and named."""

    def __init__(self, workers: int, timeout: float, stats: StatsCollector) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._timeout = timeout
        self._stats = stats
        self._pool: WorkerPool | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        settings = crawler.settings
        return cls(
            settings.getint("ARCHIVE_EXTRACT_WORKERS"), settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT"), crawler.stats
        )

    async def process_item(self, item: Article) -> Article:
        """Raises DropItem, naming the URL, where no text comes out."""
        pool = self._pool = self._pool or WorkerPool(self._workers)  # an idle run starts none
        try:
            extraction = await pool.run(self._timeout, extract, item.body_html, item.layout, item.url)
        except TimeoutError:
            raise self._drop("timeout", f"no text after {self._timeout:g} s", item) from None
        except Exception as error:  # whatever a page brings about: it must not take others with it
            raise self._drop("failed", f"{type(error).__name__}: {error}", item) from error
        if not extraction.markdown:
            raise self._drop("empty", "no text", item)
        if extraction.lossy:
            self._stats.inc_value("archive/extract_body/kept_isolated_body")
        if item.layout == UNKNOWN:
            self._stats.inc_value("archive/extract_body/searched")
        item.markdown, item.images = extraction.markdown, extraction.images
        return item

    async def close_spider(self) -> None:
        """Ends the workers; the engine has waited for all articles."""
        if self._pool:
            await asyncio.to_thread(self._pool.stop)

    def _drop(self, reason: str, what: str, item: Article) -> DropItem:
        self._stats.inc_value(f"archive/extract_body/{reason}")
        return DropItem(f"{what}: {item.url}", log_level="ERROR")
