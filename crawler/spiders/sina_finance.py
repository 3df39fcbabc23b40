"""The spider: from channels, or from a file of URLs, to articles."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.catalog import Catalog
from crawler.items import Article, ListEntry
from crawler.locations import database_url
from crawler.sina.article import Page, join_pages, parse_page
from crawler.sina.channels import Channel, find_channels
from crawler.sina.layouts import UNKNOWN
from crawler.sina.listing import ListingError, listing_url, parse_listing
from crawler.sina.urls import NotAnArticle, identify, without_tracking

_ARGUMENTS = {"channels", "urls", "max_pages"}
_NOT_OURS = {"_job"}  # scrapyd's


class SinaFinanceSpider(scrapy.Spider):
    """Asks the roll API for each channel, newest first, until a page brings nothing unknown.

    Arguments, all text: ``channels``, comma-separated lids or names; ``max_pages``, a bound on
    listing pages per channel; ``urls``, a file with one article URL per line, for which nothing is
    listed. A bad value raises ValueError before anything is fetched.
    """

    name = "sina_finance"
    allowed_domains: ClassVar = ["sina.com.cn", "sina.cn"]
    catalog: Catalog

    def __init__(self, channels: str = "", urls: str = "", max_pages: str = "", **others: str) -> None:
        super().__init__(**others)
        for name in sorted(others.keys() - _NOT_OURS):
            self.logger.warning("unknown argument %s=%s is ignored; known are: %s", name, others[name], _ARGUMENTS)
        self.channels = find_channels(channels)
        self.max_pages = _positive("max_pages", max_pages)
        self.urls = _read_urls(Path(urls)) if urls else None
        self._requested: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.catalog = Catalog(database_url(crawler.settings))
        crawler.signals.connect(spider.close_catalog, scrapy.signals.spider_closed)
        return spider

    def close_catalog(self) -> None:
        """Gives the database back."""
        self.catalog.close()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """One listing request per channel, or the articles of the file."""
        if self.urls is None:
            for channel in self.channels:
                yield self._listing(channel, 1)
            return
        entries = []
        for line, url in self.urls:
            if "://" not in url:
                self._count("skip", "not_a_url")
                self.logger.error("%s, line %s: not a URL: %s", "urls", line, url)
            else:
                entries.append(ListEntry(url=url, title=""))
        for request in self._articles(entries):
            yield request

    def parse_listing(self, response: Response, channel: Channel, page: int) -> Iterator[scrapy.Request]:
        """The requests for the articles not known yet, and for the next page if there were any."""
        try:
            listing = parse_listing(response.body, channel)
        except ListingError as error:
            self._count("listing", error.reason)
            self.logger.error("unreadable listing (%s): %s: %s", error.reason, response.url, error)
            return
        self._count("listing", "pages")
        self._count("listing", "entries", len(listing.entries))
        for reason, count in listing.left_out.items():
            self._count("skip", reason, count)
        requests = list(self._articles(listing.entries))
        yield from requests
        if requests and page < self.max_pages:
            yield self._listing(channel, page + 1)

    def parse_article(self, response: Response, entry: ListEntry) -> Iterator[scrapy.Request | Article]:
        """The article, or the request for its second page."""
        if page := self._read(response):
            page.article.entry = entry if entry.title else None
            page.article.aliases = tuple(dict.fromkeys([without_tracking(entry.url), response.url]))
            yield from self._rest(page, page.article)

    def parse_next_page(self, response: Response, article: Article) -> Iterator[scrapy.Request | Article]:
        """The article once its last page is there."""
        if page := self._read(response):
            join_pages(article, page.article)
            yield from self._rest(page, article)

    def failed(self, failure: Failure) -> None:
        """A page that could not be had. It is not archived, so the next run asks for it again."""
        error = failure.value
        reason = f"http_{error.response.status}" if isinstance(error, HttpError) else type(error).__name__
        self._count("fetch", reason)
        url = failure.request.url  # type: ignore[attr-defined]  # Scrapy sets it
        self.logger.error("not fetched (%s): %s", reason, url)

    def _listing(self, channel: Channel, page: int) -> scrapy.Request:
        arguments = {"channel": channel, "page": page}
        return scrapy.Request(
            listing_url(channel, page), self.parse_listing, errback=self.failed, cb_kwargs=arguments, dont_filter=True
        )

    def _articles(self, entries: list[ListEntry] | tuple[ListEntry, ...]) -> Iterator[scrapy.Request]:
        """A request for each entry that leads to an article which is neither archived nor requested."""
        found: dict[str, ListEntry] = {}
        for entry in entries:
            try:
                doc_id = identify(entry.url).doc_id
            except (NotAnArticle, ValueError) as error:
                reason = error.reason if isinstance(error, NotAnArticle) else "bad_url"
                self._count("skip", reason)
                self.logger.info("not asked for (%s): %s", reason, entry.url)
                continue
            if doc_id in self._requested or doc_id in found:
                self._count("skip", "requested")
            else:
                found[doc_id] = entry
        archived = self.catalog.known(found)
        self._count("skip", "archived", len(archived))
        for doc_id, entry in found.items():
            if doc_id not in archived:
                self._requested.add(doc_id)
                yield self._page(_address(entry.url), self.parse_article, {"entry": entry})

    def _page(self, url: str, callback: Any, arguments: dict[str, Any]) -> scrapy.Request:
        return scrapy.Request(url, callback, errback=self.failed, cb_kwargs=arguments)

    def _read(self, response: Response) -> Page | None:
        self._count("fetch", "pages")
        try:
            page = parse_page(response.body, response.url)
        except NotAnArticle as error:
            self._count("refuse", error.reason)
            self.logger.warning("no article (%s): %s", error.reason, response.url)
            return None
        self._count("layout", page.article.layout)
        if page.article.layout == UNKNOWN:
            self.logger.warning("unknown layout: %s", response.url)
        return page

    def _rest(self, page: Page, article: Article) -> Iterator[scrapy.Request | Article]:
        if page.next_url:
            yield self._page(page.next_url, self.parse_next_page, {"article": article})
        else:
            yield article

    def _count(self, component: str, reason: str, count: int = 1) -> None:
        if count:
            assert self.crawler.stats
            self.crawler.stats.inc_value(f"archive/{component}/{reason}", count)


def _address(url: str) -> str:
    """What to ask for: the URL as listed without tracking; behind a redirector, its target."""
    return identify(url).url if url.partition("://")[2].startswith("dp.sina.cn/") else without_tracking(url)


def _positive(name: str, value: str) -> float:
    if not value:
        return float("inf")
    if not (value.isascii() and value.isdigit()) or not int(value):
        raise ValueError(f"{name}: a number from 1 on is wanted, not {value!r}")
    return int(value)


def _read_urls(path: Path) -> list[tuple[int, str]]:
    """The lines of the file with their numbers; blank ones and comments (#) are passed over."""
    lines = enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1)
    return [(number, line.strip()) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
