"""Has pages parsed in worker processes, whoever served them, and counts what they are."""

import logging
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.run.refusals import NotRead, NotWanted
from crawler.run.worker_pool import WorkerPool
from crawler.sina.article import Page, parse_page
from crawler.sina.ending import NO_HTML_END, has_html_end
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle
from crawler.times import now

logger = logging.getLogger(__name__)


class PageParser:
    """A page that takes too long is given up alone."""

    def __init__(self, pool: WorkerPool, seconds: float, archive: Archive, stats: StatsCollector) -> None:
        """`seconds`: the longest that one page may take."""
        self._pool = pool
        self._seconds = seconds
        self._archive = archive
        self._stats = stats

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """That of a crawl which has begun."""
        assert crawler.stats
        seconds = crawler.settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT")
        return cls(WorkerPool.of(crawler), seconds, Archive.of(crawler), crawler.stats)

    async def parse(self, response: Response, doc_id: str, seen_at: datetime | None = None) -> Page:
        """The page, as it was shown at `seen_at` or now. Raises NotRead, and NotWanted for what is no article.

        One without ``</html>`` may be cut: it is good enough for a first text where its layout is known, and not to
        replace a text, to bury it, or to prove that there is none.
        """
        self._count("fetch", "pages")
        cut = None if has_html_end(response.body) else NotRead(NO_HTML_END, f"{response.url} has no </html>")
        if cut:
            self._count("page", NO_HTML_END)
            logger.warning("the page has no </html>: %s [%s]", response.url, doc_id)
            if self._archive.catalog.known([doc_id]):
                raise cut
        try:
            page = await self._pool.run(self._seconds, parse_page, response.body, response.url, seen_at or now())
        except TimeoutError:
            raise NotRead("timeout", f"not read after {self._seconds:g} s: {response.url}") from None
        except NotAnArticle as error:
            raise cut or NotWanted(error.reason, str(error)) from error  # the rest of it could show that it is one
        if cut and page.article.layout == UNKNOWN:  # what is left of it may be its title and date
            raise cut
        self._describe(page, response.url)
        return page

    def _describe(self, page: Page, url: str) -> None:
        article = page.article
        self._count("layout", article.layout)
        for removal in article.removed:
            self._count("clean", removal.rule)
        if article.layout == UNKNOWN:
            logger.warning("unknown layout: %s [%s]", url, article.doc_id)
            self._stats.set_value("archive/layout/unknown_example", url)

    def _count(self, component: str, reason: str) -> None:
        self._stats.inc_value(f"archive/{component}/{reason}")
