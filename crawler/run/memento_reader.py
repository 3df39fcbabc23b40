"""Reads web archives' captures in worker processes. What comes of them is no word of Sina's: the ledger hears none."""

import logging
from dataclasses import dataclass
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.archive.mementos import HeldMemento
from crawler.items import Article
from crawler.run.refusals import NotRead, NotWanted
from crawler.run.worker_pool import WorkerPool
from crawler.sina.article import OtherLayout, Page, join_pages, parse_page
from crawler.sina.ending import NO_HTML_END, has_html_end
from crawler.sina.layouts import UNKNOWN
from crawler.sina.urls import NotAnArticle

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Following:
    """A later page that is asked for: its capture, the article so far, and the capture of its first page."""

    held: HeldMemento
    article: Article
    first: HeldMemento


class MementoReader:
    """A capture that takes too long is given up alone."""

    def __init__(self, pool: WorkerPool, seconds: float, archive: Archive, stats: StatsCollector) -> None:
        """`seconds`: the longest that one may take."""
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

    async def read(self, response: Response, held: HeldMemento) -> Page:
        """The page. Raises NotRead for an attempt in vain, NotWanted for what is no article.

        One without ``</html>`` may be cut, as in PageReader: it is good enough for a first text only.
        """
        self._stats.inc_value("archive/fetch/pages")
        if not has_html_end(response.body):
            self._stats.inc_value(f"archive/page/{NO_HTML_END}")
            logger.warning("the page has no </html>: %s [%s]", response.url, held.doc_id)
            if self._archive.catalog.known([held.doc_id]):
                raise NotRead(NO_HTML_END, f"{response.url} has no </html>")
        try:
            page = await self._pool.run(self._seconds, parse_page, response.body, response.url, held.memento.at)
        except TimeoutError:
            raise NotRead("timeout", f"not read after {self._seconds:g} s: {response.url}") from None
        except NotAnArticle as error:
            raise NotWanted(error.reason, str(error)) from error
        self._stats.inc_value(f"archive/layout/{page.article.layout}")
        if page.article.layout == UNKNOWN:
            logger.warning("unknown layout: %s [%s]", response.url, held.doc_id)
            self._stats.set_value("archive/layout/unknown_example", response.url)
        return page

    async def read_following(self, response: Response, held: HeldMemento, article: Article) -> Page:
        """A later page of `article`, joined to it. Raises NotRead and NotWanted."""
        page = await self.read(response, held)
        try:
            join_pages(article, page.article)
        except OtherLayout as error:
            raise NotWanted("other_layout", str(error)) from error
        return page
