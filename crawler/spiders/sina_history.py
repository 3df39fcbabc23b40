"""The spider for the past: it asks public web archives for what they hold of Sina's articles, and never Sina."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.archive.archive import Archive
from crawler.archive.mementos import ARCHIVED, REFUSED, SAME, HeldMemento
from crawler.items import COMMON_CRAWL, Article, ListEntry
from crawler.replay.replay import NOT_SAVED
from crawler.run.arguments import refuse_unknown
from crawler.run.drops import Drop
from crawler.run.following import Following
from crawler.run.history_arguments import HISTORY_NAMES, HistoryArguments
from crawler.run.history_searches import addresses, history_searches, read_records
from crawler.run.host_stops import BLOCKED, HostStops
from crawler.run.identity import Identity
from crawler.run.index_reader import IndexReader
from crawler.run.item_outcomes import ItemOutcomes, failure_reason
from crawler.run.page_parser import PageParser
from crawler.run.refusals import NotAsked, NotRead, NotWanted, reason_of
from crawler.run.web_archives import SLOTS, WebArchives
from crawler.sina.article import Page, set_provenance
from crawler.sina.urls import identify
from crawler.times import iso, now
from crawler.webarchive.memento import Memento

_NEXT_FIRST = 1  # priority: an article that is begun goes on before another one begins
_ENOUGH = 5  # captures in a row for which an archive could not be reached
_PAGES_APART = timedelta(days=30)  # that the pages of one text may have been captured at


class SinaHistorySpider(scrapy.Spider):
    """Reads indexes, then fetches the captures that are due, those of one article one after the other, oldest first.

    The next one is asked for when the former went through the pipelines: the numbers of revisions don't
    depend on which answer was faster. Arguments, all text: ``since`` and ``until``, days in the
    articles' addresses; or ``urls``, a file with one article URL per line; or ``records``, a file of
    lines of Common Crawl's index; or ``gaps=1``, what Sina no longer has; ``archives``, which web
    archives are asked; ``order``, newest or oldest articles first. A bad one raises ValueError.
    """

    name = "sina_history"
    custom_settings: ClassVar = {  # type: ignore[misc]  # Scrapy's own name
        "ITEM_PIPELINES": {
            "pipelines.require_fields.RequireFields": 100,
            "pipelines.drop_duplicates.DropDuplicates": 200,
            "pipelines.extract_body.ExtractBody": 300,
            "pipelines.find_revision.FindRevision": 330,
            "pipelines.link_near_duplicates.LinkNearDuplicates": 360,
            "pipelines.write_markdown.WriteMarkdown": 400,  # and no KeepImages: they are Sina's
            "pipelines.record_article.RecordArticle": 500,
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "crawler.middlewares.stay_on_site.StayOnSite": 50,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.middlewares.obey_robots.ObeyRobots": 100,
            "crawler.middlewares.prove_whole.ProveWhole": 595,
            "crawler.middlewares.record_mementos.RecordMementos": 990,
            "crawler.middlewares.prove_memento.ProveMemento": 1000,
            "crawler.middlewares.refuse_stopped.RefuseStopped": 1200,
        },
        "REDIRECT_ENABLED": False,  # an archive redirects to captures of another time
        "AUTOTHROTTLE_ENABLED": False,  # the archives say what pace they want
        "DOWNLOAD_SLOTS": SLOTS,
    }
    archive: Archive
    archives: WebArchives
    run: Identity
    allowed_domains: list[str]  # StayOnSite holds every request to them

    def __init__(self, **arguments: str) -> None:
        super().__init__()  # not with the arguments: Scrapy would put them in the place of our methods
        self.parsed = _parse(arguments)
        self.arguments = self.parsed.given
        self._unreached: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.run = Identity.of(crawler)
        spider.archive = Archive.of(crawler)
        spider.archives = WebArchives.of(crawler.settings)
        spider.allowed_domains = spider.archives.hosts
        return spider

    @classmethod
    def check(cls, _settings: BaseSettings, arguments: Mapping[str, str]) -> None:
        """Raises ValueError for arguments that are bad, before anything is made; the run reads the file of URLs."""
        _parse({name: value for name, value in arguments.items() if name != "urls"})

    @property
    def provenance(self) -> dict[str, str]:
        """For the warcinfo of its captures."""
        return {
            "description": "Captures of public web archives, each proved by its digest. WARC-Target-URI and WARC-Date"
            " are those of the original capture; WARC-Source-URI is where it was fetched from.",
            "source": ", ".join(self.archives.hosts),
            "fetched-since": iso(self.run.started),
            "robots": "not asked: interfaces that the archives document for programs",
        }

    @cached_property
    def stops(self) -> HostStops:
        """Which hosts are not asked any more."""
        return HostStops.of(self.crawler)

    @cached_property
    def parser(self) -> PageParser:
        """Of the captures of this crawl."""
        return PageParser.of(self.crawler)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """First all indexes, then the first capture of each article that has one to be fetched."""
        assert self.crawler.stats
        self._outcomes = ItemOutcomes.of(self.crawler)
        if self.parsed.records:
            await self._read_records(self.parsed.records)
        named = addresses(self.parsed, self.archive)
        reader = IndexReader(self.crawler, self.archive, self.crawler.stats)
        for archive in self.parsed.archives:
            urls = None if named is None else named.values()
            await reader.read(archive, history_searches(self.parsed, archive, urls))
        for doc_id in self._due() if named is None else named:
            if request := self._next(doc_id):
                yield request

    async def parse_memento(self, response: Response, held: HeldMemento) -> AsyncIterator[scrapy.Request | Article]:
        """The article, or the request for its second page; then the request for its next capture."""
        self._reached(held.memento.archive, is_reached=True)
        try:
            page = await self.parser.parse(response, held.doc_id, held.memento.at)
            self._describe(page.article, response, held)
            following = self._following(page, page.article, held)
        except NotRead as error:
            self._let_go(held, error, "parse")
        else:
            if following:
                yield following
                return
            async for output in self._put_out(page.article, held):
                yield output
        if request := self._next(held.doc_id, held.memento):
            yield request

    async def parse_page(self, response: Response, asked: Following) -> AsyncIterator[scrapy.Request | Article]:
        """The article once its last page is there."""
        article, first = asked.article, asked.first
        try:
            page = await self.parser.parse(response, first.doc_id, asked.held.memento.at)
            asked.join(page)
            self._settle(asked.held, ARCHIVED)
            following = self._following(page, article, first)
        except NotRead as error:
            self._let_go(first, error, "parse")
        else:
            if following:
                yield following
                return
            async for output in self._put_out(article, first):
                yield output
        if request := self._next(first.doc_id, first.memento):
            yield request

    def failed(self, failure: Failure) -> list[scrapy.Request]:
        """A capture that could not be had, or is not proved; what to ask for next."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        asked: Following | None = request.cb_kwargs.get("asked")
        held: HeldMemento = asked.first if asked else request.cb_kwargs["held"]
        error = failure.value
        is_busy = isinstance(error, HttpError) and error.response.status == HTTPStatus.TOO_MANY_REQUESTS
        if is_busy or (isinstance(error, NotAsked) and error.is_for_now):  # no attempt: the capture stays due
            self._count("fetch", "http_429" if is_busy else reason_of(error))
            self.logger.info("not asked (%s): %s [%s]", error, request.url, held.doc_id)
        else:
            self._let_go(held, error, "fetch")
            self._reached(held.memento.archive, isinstance(error, (HttpError, NotRead)), error)
        return [following] if (following := self._next(held.doc_id, held.memento)) else []

    def _reached(self, archive: str, is_reached: bool, error: BaseException | None = None) -> None:
        """One that can't be reached again and again is not asked any more: it may refuse us, and no capture is bad."""
        self._unreached[archive] = times = 0 if is_reached else self._unreached.get(archive, 0) + 1
        if times >= _ENOUGH:
            said = f"could not be reached {times} times in a row ({reason_of(error)})"
            self.stops.stop(self.archives.host(archive), BLOCKED, said)

    def _due(self) -> Iterator[str]:
        """The articles that have captures to be fetched, as long as there is an archive that may be asked."""
        for doc_id in self.archive.mementos.due(now(), self.parsed.archives, self.parsed.is_newest_first):
            if not self._open_archives():
                return
            yield doc_id

    def _next(self, doc_id: str, after: Memento | None = None) -> scrapy.Request | None:
        """The request for the article's next capture; those of which the catalog knows enough are passed over."""
        mementos = self.archive.mementos
        while held := mementos.next(doc_id, now(), self._open_archives(), after):
            after = held.memento
            if after.truncated:
                self._let_go(held, NotRead("truncated", f"cut by its crawl: {after.url}"), "fetch", for_good=True)
            elif mementos.is_entered(held):
                self._settle(held, ARCHIVED)
            elif (number := mementos.shown_already(held)) is not None:
                with self.archive.engine.begin() as connection:
                    self.archive.catalog.see_again(doc_id, number, after.archive, after.at, connection)
                self._settle(held, SAME)
            else:
                request = self.archives.memento_request(after)
                return request.replace(
                    callback=self.parse_memento, errback=self.failed, cb_kwargs={"held": held}, priority=_NEXT_FIRST
                )
        return None

    def _open_archives(self) -> list[str]:
        """The archives that did not ask us to wait."""
        hosts = {archive: self.archives.host(archive) for archive in self.parsed.archives}
        return [archive for archive, host in hosts.items() if not self.stops.reason(host)]

    def _describe(self, article: Article, response: Response, held: HeldMemento) -> None:
        """An archived ETag is no word of the server that Sina has today."""
        memento = held.memento
        set_provenance(article, ListEntry(url=memento.url, title=""), response.url, None, None)
        article.capture = response.meta.get("capture")
        article.seen_by, article.seen_at, article.learned_at = memento.archive, memento.at, self.run.started

    def _following(self, page: Page, article: Article, first: HeldMemento) -> scrapy.Request | None:
        """The request for the next page of the text. Raises NotRead where no archive has it of about that time."""
        if not page.next_url:
            return None
        number = identify(page.next_url).page
        held = self.archive.mementos.page(first, number, _PAGES_APART)
        if held is None:
            raise NotRead("next_page_not_held", f"no capture of {page.next_url} within {_PAGES_APART.days} days")
        request = self.archives.memento_request(held.memento)
        asked = {"asked": Following(held, article, first)}
        return request.replace(callback=self.parse_page, errback=self.failed, cb_kwargs=asked, priority=_NEXT_FIRST)

    async def _put_out(self, article: Article, held: HeldMemento) -> AsyncIterator[Article]:
        """Goes on when the article is through the pipelines, and known by what became of it."""
        outcome = self._outcomes.expect(article)
        yield article
        error = await outcome
        if error is None:
            self._settle(held, ARCHIVED)
        elif not isinstance(error, Drop):
            self._fail(held, failure_reason(error))
        elif error.failed:
            self._fail(held, error.reason)
        elif error.reason in ("unchanged", "in_run"):
            self._settle(held, SAME)
        else:
            self._settle(held, REFUSED, error.reason)

    def _let_go(self, held: HeldMemento, error: BaseException | None, component: str, for_good: bool = False) -> None:
        """Nothing comes of a capture: it is refused where it is proved and no article, else it has failed."""
        status = error.response.status if isinstance(error, HttpError) else None
        is_lacking = isinstance(error, HttpError) and NOT_SAVED in error.response.flags
        reason = "not_in_source" if is_lacking else f"http_{status}" if status else reason_of(error)
        is_refused = isinstance(error, NotWanted)
        self.logger.warning("%s (%s): %s [%s]", "refused" if is_refused else "failed", reason, error, held.doc_id)
        if is_refused:
            self._count("refuse_memento", reason)
            self._settle(held, REFUSED, reason)
        else:
            self._count(component, reason)
            self._fail(held, reason, for_good)

    def _fail(self, held: HeldMemento, reason: str, for_good: bool = False) -> None:
        self._count(held.memento.archive, "failed")
        self.archive.mementos.failed(held, reason, now(), for_good)

    def _settle(self, held: HeldMemento, state: str, reason: str | None = None) -> None:
        self._count(held.memento.archive, state)
        self.archive.mementos.fetched(held, state, reason)

    async def _read_records(self, path: Path) -> None:
        for reason, count in (await asyncio.to_thread(read_records, path, self.archive)).items():
            self._count(COMMON_CRAWL if reason == "held" else "index_line", reason, count)

    def _count(self, component: str, reason: str, count: int = 1) -> None:
        if count:
            assert self.crawler.stats
            self.crawler.stats.inc_value(f"archive/{component}/{reason}", count)


def _parse(arguments: Mapping[str, str]) -> HistoryArguments:
    refuse_unknown(arguments, HISTORY_NAMES)
    return HistoryArguments.parse(**{name: arguments[name] for name in HISTORY_NAMES if name in arguments})
