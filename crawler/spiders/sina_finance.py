"""The spider: from channels, or from a file of URLs, to articles."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import timedelta
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.arguments import NAMES, Arguments
from crawler.backfill import Backfill, Walk
from crawler.catalog import Catalog
from crawler.items import Article, ListEntry
from crawler.ledger import Ledger
from crawler.locations import database_url
from crawler.moments import now, parse_distances
from crawler.sina.article import Page, join_pages, parse_page
from crawler.sina.channels import Channel
from crawler.sina.layouts import UNKNOWN
from crawler.sina.listing import Listing, ListingError, listing_url, parse_listing, window_url
from crawler.sina.urls import NotAnArticle, identify, is_http_url, without_tracking
from crawler.slices import Slices
from crawler.worker_pool import WorkerPool

_NOT_OURS = {"_job", "_version"}  # scrapyd's
_GONE = (404, 410)
_MOST_DUE = 10_000  # articles a run takes up from earlier runs; the rest is for the next


class SinaFinanceSpider(scrapy.Spider):
    """Asks the roll API for each channel, newest first, until a page brings nothing new.

    Before that it takes up what earlier runs left: articles listed but not fetched, failures whose
    next attempt is due, and archived articles that are to be looked at again. Arguments, all text:
    ``channels``, comma-separated lids or names; ``since`` and ``until``, a backfill of that window in
    Beijing time; ``max_pages``, a bound on listing pages per channel; ``urls``, a file with one
    article URL per line, for which nothing is listed. A bad value raises ValueError before
    anything is fetched.
    """

    name = "sina_finance"
    allowed_domains: ClassVar = ["sina.com.cn", "sina.cn", "sinaimg.cn"]  # StayOnSite holds every request to them
    catalog: Catalog
    ledger: Ledger
    pool: WorkerPool
    longest: float  # seconds that one page may take
    try_again: tuple[timedelta, ...]
    backfill: Backfill | None = None

    def __init__(self, **arguments: str) -> None:
        super().__init__()  # not with the arguments: Scrapy would put them in the place of our methods
        for name in sorted(arguments.keys() - {*NAMES, *_NOT_OURS}):
            known = ", ".join(NAMES)
            self.logger.warning("unknown argument %s=%s is ignored; known are: %s", name, arguments[name], known)
        self.wanted = Arguments.parse(**{name: arguments[name] for name in NAMES if name in arguments})
        self.arguments = self.wanted.given
        self.started = now()
        self.listed: dict[str, dict[str, int]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.open_catalog(crawler.settings)
        spider.pool, spider.longest = WorkerPool.of(crawler), crawler.settings.getfloat("ARCHIVE_EXTRACT_TIMEOUT")
        crawler.signals.connect(spider.close_catalog, scrapy.signals.spider_closed)
        return spider

    def open_catalog(self, settings: BaseSettings) -> None:
        """The catalog, and on it the ledger and the slices of a backfill."""
        self.catalog = Catalog(database_url(settings), parse_distances(settings["ARCHIVE_LOOK_AGAIN_AFTER"]))
        self.try_again = parse_distances(settings["ARCHIVE_TRY_AGAIN_AFTER"])
        self.ledger = Ledger(self.catalog.engine, self.try_again)
        if self.wanted.window:
            newest_first = settings["ARCHIVE_BACKFILL_ORDER"] != "oldest"
            self.backfill = Backfill(Slices(self.catalog.engine), *self.wanted.window, newest_first)

    def close_catalog(self) -> None:
        """Gives the database back."""
        self.catalog.close()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The articles of the file, or: what is due from earlier runs, and a listing per channel or slice."""
        if self.wanted.urls is not None:
            entries = (ListEntry(url=url, title="") for url in self._good_urls(self.wanted.urls))
            for request in self._articles(entries, None):
                yield request
            return
        for request in self._due():
            yield request
        if self.backfill:
            for walk in self.backfill.walks(self.wanted.channels):
                yield self._window(walk)
        else:
            for channel in self.wanted.channels:
                yield self._listing(channel, 1)

    def parse_listing(
        self, response: Response, channel: Channel, page: int, found: int = 0
    ) -> Iterator[scrapy.Request]:
        """The requests for the listed articles, and for the next page; `found`: entries of the pages before."""
        listing = self._read_listing(response, channel)
        if listing is None:
            return
        if page == 1 and not listing.entries:
            self._count("listing", "empty")
            self.logger.error("empty listing: %s", response.url)
        elif not listing.entries:
            self._end_list(channel, found, listing.total)
        yield from self._articles(listing.entries, channel)
        if listing.entries and page < self.wanted.max_pages:
            yield self._listing(channel, page + 1, found + len(listing.entries) + listing.left_out.total())

    def parse_window(self, response: Response, walk: Walk) -> Iterator[scrapy.Request]:
        """The same for one page of a slice of a backfill."""
        assert self.backfill
        listing = self._read_listing(response, walk.channel)
        if listing is None:
            self.backfill.fail(walk, "unreadable")
            return
        yield from self._articles(listing.entries, walk.channel)
        walks, failure = self.backfill.next_walks(walk, listing)
        if failure:
            self._count("listing", failure)
            self.logger.error("slice %s to %s failed (%s)", walk.part.start, walk.part.end, failure)
        for following in walks:
            yield self._window(following)

    async def parse_article(self, response: Response, entry: ListEntry) -> AsyncIterator[scrapy.Request | Article]:
        """The article, or the request for its second page."""
        doc_id = response.meta["doc_id"]
        if response.status == 304:
            self._count("fetch", "not_modified")
            self.logger.info("not modified: %s [%s]", response.url, doc_id)
            self.catalog.checked(doc_id, now(), entry.modified_at)
        elif page := await self._read(response, doc_id, entry):
            article = page.article
            if article.doc_id != doc_id:
                self.ledger.failed(doc_id, f"leads_to_{article.doc_id}", now(), refused=True)
                self.ledger.see([(article.doc_id, entry)], None, now())
            article.entry = entry if entry.title else None
            article.aliases = tuple(dict.fromkeys([without_tracking(entry.url), response.url]))
            article.capture = response.meta.get("capture")
            article.etag = _header(response, "ETag")
            article.last_modified = _header(response, "Last-Modified")
            yield self._rest(page, article)

    async def parse_next_page(self, response: Response, article: Article) -> AsyncIterator[scrapy.Request | Article]:
        """The article once its last page is there."""
        page = await self._read(response, article.doc_id, article.entry)
        if page and page.article.layout != article.layout:
            self._count("refuse", "other_layout")
            self.ledger.failed(article.doc_id, "other_layout", now(), refused=True)
            self.logger.warning("a later page has another layout: %s [%s]", response.url, article.doc_id)
        elif page:
            join_pages(article, page.article)
            yield self._rest(page, article)

    def failed(self, failure: Failure) -> None:
        """A page that could not be had. It is not archived; a later run asks for it again."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        error = failure.value
        status = error.response.status if isinstance(error, HttpError) else None
        reason = f"http_{status}" if status else type(error).__name__
        doc_id = request.meta.get("doc_id") or request.meta.get("part_of")
        self.logger.error("not fetched (%s): %s%s", reason, request.url, f" [{doc_id}]" if doc_id else "")
        if walk := request.cb_kwargs.get("walk"):
            assert self.backfill
            self.backfill.fail(walk, reason)
        if doc_id:
            if status in _GONE and self._bury(doc_id, reason, request.cb_kwargs.get("entry")):
                return
            self._to_try_again(doc_id, reason)
        self._count("fetch" if doc_id else "listing", reason)

    def _due(self) -> Iterator[scrapy.Request]:
        """What earlier runs left to do."""
        for doc_id, entry in self.ledger.due(now(), _MOST_DUE):
            yield self._article(doc_id, entry)
        for doc_id, url, etag, last_modified in self.catalog.due(now(), _MOST_DUE):
            request = self._article(doc_id, self.ledger.entry(doc_id) or ListEntry(url=url, title=""))
            request.meta["look_again"] = True
            if etag:
                request.headers["If-None-Match"] = etag
            if last_modified:
                request.headers["If-Modified-Since"] = last_modified
            yield request

    def _articles(self, entries: Iterable[ListEntry], channel: Channel | None) -> Iterator[scrapy.Request]:
        """A request for each entry that leads to an article; SkipArchived decides which of them go out."""
        found: dict[str, ListEntry] = {}
        for entry in entries:
            try:
                doc_id = identify(entry.url).doc_id
            except ValueError as error:
                reason = error.reason if isinstance(error, NotAnArticle) else "bad_url"
                self._count("skip", reason)
                self.logger.info("not asked for (%s): %s", reason, entry.url)
                continue
            if doc_id in found:
                self._count("skip", "requested")
            found.setdefault(doc_id, entry)
        self.ledger.see(found.items(), channel.lid if channel else None, now())
        for doc_id, entry in found.items():
            yield self._article(doc_id, entry)

    def _article(self, doc_id: str, entry: ListEntry) -> scrapy.Request:
        meta = {"doc_id": doc_id, "handle_httpstatus_list": [304]}
        return scrapy.Request(
            _address(entry.url), self.parse_article, errback=self.failed, cb_kwargs={"entry": entry}, meta=meta
        )

    def _listing(self, channel: Channel, page: int, found: int = 0) -> scrapy.Request:
        arguments = {"channel": channel, "page": page, "found": found}
        request = scrapy.Request(listing_url(channel, page), self.parse_listing, errback=self.failed, dont_filter=True)
        return request.replace(cb_kwargs=arguments, meta={"only_if_new": page > 1}, priority=-1 if page > 1 else 0)

    def _window(self, walk: Walk) -> scrapy.Request:
        url = window_url(walk.channel, walk.page, walk.part.start, walk.part.end)
        return scrapy.Request(
            url, self.parse_window, errback=self.failed, cb_kwargs={"walk": walk}, priority=-1, dont_filter=True
        )

    def _end_list(self, channel: Channel, found: int, total: int | None) -> None:
        """An empty page ends the list; it came too early if the API says there is more, but for the first reading."""
        if total is not None and found < total and self.ledger.was_read(channel.lid):
            self._count("listing", "short_answer")
            self.logger.error("the list of %s ends after %s of %s entries", channel.name, found, total)
        else:
            self.ledger.read_completely(channel.lid, self.started)

    def _read_listing(self, response: Response, channel: Channel) -> Listing | None:
        try:
            listing = parse_listing(response.body, channel)
        except ListingError as error:
            self._count("listing", error.reason)
            self.logger.error("unreadable listing (%s): %s: %s", error.reason, response.url, error)
            return None
        counts = self.listed.setdefault(channel.lid, {"pages": 0, "entries": 0})
        counts["pages"] += 1
        counts["entries"] += len(listing.entries)
        self._count("listing", "pages")
        self._count("listing", "entries", len(listing.entries))
        for reason, count in listing.left_out.items():
            self._count("skip", reason, count)
        return listing

    async def _read(self, response: Response, doc_id: str, entry: ListEntry | None) -> Page | None:
        """The page, read in a worker process; one that takes too long is given up alone."""
        self._count("fetch", "pages")
        try:
            page = await self.pool.run(self.longest, parse_page, response.body, response.url)
        except TimeoutError:
            self._count("parse", "timeout")
            self._to_try_again(doc_id, "timeout")
            self.logger.error("not read after %g s: %s [%s]", self.longest, response.url, doc_id)
            return None
        except NotAnArticle as error:
            if not self._bury(doc_id, error.reason, entry):
                self._count("refuse", error.reason)
                self.ledger.failed(doc_id, error.reason, now(), refused=True)
            self.logger.warning("no article (%s): %s [%s]", error.reason, response.url, doc_id)
            return None
        self._count("layout", page.article.layout)
        if page.article.layout == UNKNOWN:
            self.logger.warning("unknown layout: %s [%s]", response.url, doc_id)
            assert self.crawler.stats
            self.crawler.stats.set_value("archive/layout/unknown_example", response.url)
        return page

    def _to_try_again(self, doc_id: str, reason: str) -> None:
        self.ledger.failed(doc_id, reason, now())
        self.catalog.check_failed(doc_id, now(), self.try_again)

    def _bury(self, doc_id: str, reason: str, entry: ListEntry | None) -> bool:
        """A page that was archived and is gone or empty now: a tombstone, and the post stays."""
        if not self.catalog.known([doc_id]):
            return False
        if self.catalog.bury(doc_id, reason, now(), entry.modified_at if entry else None):
            self._count("revision", "gone")
        return True

    def _rest(self, page: Page, article: Article) -> scrapy.Request | Article:
        """The whole article, or the request for its next page."""
        if not page.next_url:
            return article
        request = scrapy.Request(page.next_url, self.parse_next_page, errback=self.failed, dont_filter=True)
        return request.replace(cb_kwargs={"article": article}, meta={"part_of": article.doc_id})

    def _good_urls(self, lines: list[tuple[int, str]]) -> Iterator[str]:
        for line, url in lines:
            if is_http_url(url):
                yield url
            else:
                self._count("skip", "not_a_url")
                self.logger.error("urls, line %s: not a URL: %s", line, url)

    def _count(self, component: str, reason: str, count: int = 1) -> None:
        if count:
            assert self.crawler.stats
            self.crawler.stats.inc_value(f"archive/{component}/{reason}", count)


def _address(url: str) -> str:
    """What to ask for: the URL as listed without tracking; for a redirector its target, for a later page the first."""
    address = identify(url)
    is_redirector = url.partition("://")[2].startswith("dp.sina.cn/")
    return address.url if is_redirector or address.page > 1 else without_tracking(url)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
