"""Reads fetched pages in worker processes, and says to the archive what came of those that gave no article."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import FAILED, GONE, MISSING, REFUSED, Archive
from crawler.items import Article, ListEntry
from crawler.run.block_signs import BlockSigns
from crawler.run.host_stops import host_of
from crawler.run.worker_pool import WorkerPool
from crawler.sina.article import GONE as SAID_GONE
from crawler.sina.article import OtherLayout, Page, join_pages, parse_page
from crawler.sina.ending import NO_HTML_END, has_html_end
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle
from crawler.times import now

logger = logging.getLogger(__name__)


class PageReader:
    """A page that takes too long is given up alone."""

    def __init__(
        self, pool: WorkerPool, seconds: float, archive: Archive, stats: StatsCollector, signs: BlockSigns
    ) -> None:
        """`seconds`: the longest that one page may take."""
        self._pool = pool
        self._seconds = seconds
        self._archive = archive
        self._stats = stats
        self._signs = signs

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """That of a crawl which has begun."""
        assert crawler.stats
        seconds = crawler.settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT")
        return cls(WorkerPool.of(crawler), seconds, Archive.of(crawler), crawler.stats, BlockSigns.of(crawler))

    async def read(self, response: Response, doc_id: str, entry: ListEntry | None) -> Page | None:
        """The page, or None: then the archive knows why, and the log says it.

        One without ``</html>`` may be cut: it is good enough for a first text where its layout is known, and not to
        replace a text or bury it.
        """
        self._count("fetch", "pages")
        has_end = has_html_end(response.body)
        if not has_end:
            self._count("page", NO_HTML_END)
            logger.warning("the page has no </html>: %s [%s]", response.url, doc_id)
            if self._archive.catalog.known([doc_id]):
                self._cut(response, doc_id)
                return None
        try:
            page = await self._pool.run(self._seconds, parse_page, response.body, response.url, now())
        except TimeoutError:
            self._count("parse", "timeout")
            self._archive.failed(doc_id, "timeout", now())
            logger.error("not read after %g s: %s [%s]", self._seconds, response.url, doc_id)
            return None
        except NotAnArticle as error:
            if error.reason != SAID_GONE:  # Sina's own word, which many may share
                self._signs.page_seen(host_of(response), response.url, response.body, is_article=False)
            self._note(self._archive.no_article(doc_id, error.reason, now(), entry), error.reason)
            logger.warning("no article (%s): %s [%s]", error.reason, response.url, doc_id)
            return None
        if not has_end and page.article.layout == UNKNOWN:  # what is left of it may be its title and date
            self._cut(response, doc_id)
            return None
        self._signs.page_seen(host_of(response), response.url, response.body, is_article=True)
        self._count("layout", page.article.layout)
        for removal in page.article.removed:
            self._count("clean", removal.rule)
        if page.article.layout == UNKNOWN:
            logger.warning("unknown layout: %s [%s]", response.url, doc_id)
            self._stats.set_value("archive/layout/unknown_example", response.url)
        return page

    def _cut(self, response: Response, doc_id: str) -> None:
        self._signs.page_seen(host_of(response), response.url, response.body, is_article=False)
        self._count("parse", NO_HTML_END)
        self._archive.failed(doc_id, NO_HTML_END, now())

    async def read_following(self, response: Response, article: Article) -> Page | None:
        """A later page of `article`, joined to it; or None."""
        page = await self.read(response, article.doc_id, article.entry)
        try:
            if page:
                join_pages(article, page.article)
        except OtherLayout:
            self._count("refuse", "other_layout")
            self._archive.refused(article.doc_id, "other_layout", now())
            logger.warning("a later page has another layout: %s [%s]", response.url, article.doc_id)
            return None
        return page

    def no_page(self, doc_id: str, status: int, entry: ListEntry | None) -> bool:
        """An error came in the place of the page. True if it says that an archived article is gone."""
        outcome = self._archive.no_page(doc_id, status, now(), entry)
        self._note(outcome, f"http_{status}")
        return outcome in (MISSING, GONE)

    def _note(self, outcome: str, reason: str) -> None:
        if outcome == MISSING:
            self._count("revision", "missing")
        elif outcome == REFUSED:
            self._count("refuse", reason)
        elif outcome == FAILED and not reason.startswith("http_"):
            self._count("parse", reason)

    def _count(self, component: str, reason: str) -> None:
        self._stats.inc_value(f"archive/{component}/{reason}")
