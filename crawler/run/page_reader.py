"""Reads the pages that Sina serves, and says to the archive what came of those that gave no article."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import FAILED, GONE, MISSING, REFUSED, Archive
from crawler.items import Article, ListEntry
from crawler.run.block_signs import BlockSigns
from crawler.run.host_stops import host_of
from crawler.run.page_parser import PageParser
from crawler.run.refusals import NotRead, NotWanted
from crawler.sina.article import GONE as SAID_GONE
from crawler.sina.article import OtherLayout, Page, join_pages
from crawler.sina.ending import NO_HTML_END
from crawler.times import now

logger = logging.getLogger(__name__)


class PageReader:
    """Of a crawl of Sina's own hosts, which may block it."""

    def __init__(self, parser: PageParser, archive: Archive, stats: StatsCollector, signs: BlockSigns) -> None:
        self._parser = parser
        self._archive = archive
        self._stats = stats
        self._signs = signs

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """That of a crawl which has begun."""
        assert crawler.stats
        return cls(PageParser.of(crawler), Archive.of(crawler), crawler.stats, BlockSigns.of(crawler))

    async def read(self, response: Response, doc_id: str, entry: ListEntry | None) -> Page | None:
        """The page, or None: then the archive knows why, and the log says it."""
        try:
            page = await self._parser.parse(response, doc_id)
        except NotWanted as error:
            if error.reason != SAID_GONE:  # Sina's own word, which many may share
                self._see(response, is_article=False)
            self._note(self._archive.no_article(doc_id, error.reason, now(), entry), error.reason)
            logger.warning("no article (%s): %s [%s]", error.reason, response.url, doc_id)
            return None
        except NotRead as error:
            if error.reason == NO_HTML_END:
                self._see(response, is_article=False)
            self._count("parse", error.reason)
            self._archive.failed(doc_id, error.reason, now())
            logger.error("%s [%s]", error, doc_id)
            return None
        self._see(response, is_article=True)
        return page

    def _see(self, response: Response, is_article: bool) -> None:
        self._signs.page_seen(host_of(response), response.url, response.body, is_article=is_article)

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
