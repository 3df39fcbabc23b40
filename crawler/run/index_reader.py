"""Reads indexes of web archives, one query after the other; each answer is entered before the next is asked for."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.archive.index_queries import IndexQueries, IndexQuery
from crawler.archive.mementos import HeldMemento
from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE
from crawler.run.index_search import Search
from crawler.run.refusals import NO_CONNECTION, UNCONNECTED, NotAsked, reason_of
from crawler.run.web_archives import WebArchives
from crawler.times import BEIJING, now
from crawler.webarchive import common_crawl, internet_archive
from crawler.webarchive.common_crawl import Crawl
from crawler.webarchive.memento import BadIndex, IndexAnswer

logger = logging.getLogger(__name__)
LINES = 10_000  # that an answer of the Internet Archive has at most: some 2 MB
_GOOD_FOR = timedelta(days=30)  # an index of the Internet Archive grows; one of Common Crawl never does
_ENOUGH = 3  # queries in a row without an answer: nobody is there


class NoIndex(Exception):
    """There is no answer; ``reason`` is one word."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class ResumeKeyExpired(Exception):
    """The index no longer knows where the query goes on."""


class IndexReader:
    """Of one crawl. An index that is not to be had is counted as a listing that failed."""

    def __init__(self, crawler: Crawler, archive: Archive, stats: StatsCollector) -> None:
        self._crawler = crawler
        self._index_queries = IndexQueries(archive.engine, archive.mementos)
        self._archives = WebArchives.of(crawler.settings)
        self._stats = stats
        self._unanswered = 0

    async def read(self, archive: str, searches: Iterable[Search]) -> None:
        """Enters what `archive` holds of what is searched for."""
        self._unanswered = 0
        walks = self._queries(searches) if archive == INTERNET_ARCHIVE else self._queries_of_crawls(list(searches))
        try:
            async for search, query in walks:
                if not await self._walk(search, query):
                    return
        except NotAsked as error:
            logger.info("%s", error)

    async def _queries(self, searches: Iterable[Search]) -> AsyncIterator[tuple[Search, IndexQuery]]:
        for search in searches:
            if query := self._index_queries.resume(INTERNET_ARCHIVE, search.name, now(), _GOOD_FOR):
                yield search, query

    async def _queries_of_crawls(self, searches: list[Search]) -> AsyncIterator[tuple[Search, IndexQuery]]:
        """The captures of a crawl are of articles from before it ended."""
        if not searches:
            return
        listing = IndexQuery(COMMON_CRAWL, "collinfo.json")
        try:
            response = await self._get(COMMON_CRAWL, common_crawl.collections_url(self._archives.common_crawl_index))
            crawls = common_crawl.read_collections(_good(response).body)
        except (NoIndex, BadIndex) as error:
            self._note_failure(listing, error.reason, error)
            return
        for crawl in crawls:
            for search in searches:
                name = f"{crawl.id} {search.name}"
                query = self._index_queries.resume(COMMON_CRAWL, name, now(), None)
                if query and _may_show(crawl, search):
                    yield search, query

    async def _walk(self, search: Search, query: IndexQuery) -> bool:
        """Reads a query to its end; False if nobody answers any more."""
        try:
            while True:
                try:
                    answer, goes_on = await self._ask(search, query)
                except ResumeKeyExpired:
                    logger.warning("the resume key is refused, the query begins anew: %s", query.query)
                    self._stats.inc_value("archive/index/resume_key_expired")
                    query = replace(query, next="")
                    continue
                shown = await asyncio.to_thread(self._select, search, answer)
                following = await asyncio.to_thread(self._index_queries.answered, query, shown, goes_on, now())
                self._note(query.archive, len(shown), following.count - query.count)
                if not goes_on:
                    break
                if goes_on == query.next:
                    raise NoIndex("no_progress", f"the answer leads to itself: {goes_on}")
                query = following
        except NotAsked as error:
            self._index_queries.failed(query, error.reason, now())
            raise
        except (NoIndex, BadIndex) as error:
            self._note_failure(query, error.reason, error)
            self._unanswered += 1
            if self._unanswered < _ENOUGH:
                return True
            logger.error("%s: no answer to %s queries in a row, the rest is left", query.archive, self._unanswered)
            return False
        self._unanswered = 0
        return True

    async def _ask(self, search: Search, query: IndexQuery) -> tuple[IndexAnswer, str]:
        """An answer, and how the query goes on. Raises NotAsked, NoIndex and BadIndex."""
        if query.archive == COMMON_CRAWL:
            return await self._ask_common_crawl(search, query)
        url = internet_archive.search_url(self._archives.internet_archive, search.prefix, None, None, LINES, query.next)
        response = await self._get(INTERNET_ARCHIVE, url)
        if query.next and HTTPStatus.BAD_REQUEST <= response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ResumeKeyExpired
        body = _good(response, HTTPStatus.FORBIDDEN).body
        answer = await asyncio.to_thread(internet_archive.read_index, body, now())
        return answer, answer.resume_key

    async def _ask_common_crawl(self, search: Search, query: IndexQuery) -> tuple[IndexAnswer, str]:
        """``next`` is the page to be read, of how many: ``3/7``."""
        base, crawl = self._archives.common_crawl_index, query.query.partition(" ")[0]
        if query.next:
            page, pages = map(int, query.next.split("/"))
        else:
            response = await self._get(COMMON_CRAWL, common_crawl.pages_url(base, crawl, search.prefix))
            page, pages = 0, common_crawl.read_page_count(_good(response, HTTPStatus.NOT_FOUND).body)
        if page >= pages:
            return IndexAnswer((), "", ()), ""
        response = await self._get(COMMON_CRAWL, common_crawl.search_url(base, crawl, search.prefix, page))
        body = _good(response, HTTPStatus.NOT_FOUND).body
        answer = await asyncio.to_thread(common_crawl.read_index, body, now())
        return answer, f"{page + 1}/{pages}" if page + 1 < pages else ""

    async def _get(self, archive: str, url: str) -> Response:
        assert self._crawler.engine
        self._stats.inc_value("archive/index/queries")
        try:
            return await self._crawler.engine.download_async(self._archives.index_request(archive, url))
        except NotAsked:
            raise
        except UNCONNECTED as error:
            said = f"no connection to {urlsplit(url).netloc}: {error}"
            self._stats.set_value(f"archive/{NO_CONNECTION}/host_example", said)
            raise NoIndex(NO_CONNECTION, said) from error
        except Exception as error:  # as an errback would hear of it
            raise NoIndex(reason_of(error), f"{type(error).__name__}: {error}: {url}") from error

    def _select(self, search: Search, answer: IndexAnswer) -> list[HeldMemento]:
        for line in answer.bad_lines:
            self._stats.inc_value(f"archive/index_line/{line.reason}")
            logger.warning("passed over: %s", line)
        return list(search.select(answer.mementos, self._skip))

    def _skip(self, reason: str) -> None:
        self._stats.inc_value(f"archive/skip/{reason}")

    def _note(self, archive: str, shown: int, new: int) -> None:
        self._stats.inc_value("archive/listing/pages")
        self._stats.inc_value("archive/index/captures", shown)
        self._stats.inc_value("archive/listing/entries", new)
        self._stats.inc_value(f"archive/{archive}/held", new)

    def _note_failure(self, query: IndexQuery, reason: str, error: Exception) -> None:
        self._index_queries.failed(query, reason, now())
        self._stats.inc_value(f"archive/listing/{reason}")
        logger.error("%s does not answer (%s): %s: %s", query.archive, reason, query.query, error)


def _good(response: Response, *others: HTTPStatus) -> Response:
    """Raises NoIndex for an answer of another status, which holds no index."""
    if response.status not in (HTTPStatus.OK, *others):
        raise NoIndex(f"http_{response.status}", f"{response.url} answered {response.status}")
    return response


def _may_show(crawl: Crawl, search: Search) -> bool:
    if crawl.until is None or search.since is None:
        return True
    first = datetime(search.since.year, search.since.month, search.since.day, tzinfo=BEIJING)
    return crawl.until >= first
