"""The spider: from sources, a channel's list or a file of URLs, to articles."""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.archive.archive import Archive
from crawler.items import Article, ListEntry
from crawler.replay.replay import NOT_SAVED
from crawler.run.arguments import NAMES, Arguments, refuse_together, refuse_unknown
from crawler.run.identity import Identity
from crawler.run.page_reader import PageReader
from crawler.run.refusals import NotAsked, reason_of
from crawler.sina.article import Page, set_provenance
from crawler.sina.channels import CHANNELS
from crawler.sina.page_address import address_of, address_to_ask
from crawler.sina.urls import NotAnArticle
from crawler.sources.choose import choose_sources
from crawler.sources.source import Answer, Ask, NoAnswer, Source
from crawler.times import now

_LIDS = [channel.lid for channel in CHANNELS]
_MOST_DUE = 10_000  # articles a run takes up from earlier runs; the rest is for the next


class SinaFinanceSpider(scrapy.Spider):
    """Asks its sources for articles, and archives them.

    Before that it takes up what earlier runs left: articles listed but not fetched, failures whose
    next attempt is due, and archived articles that are to be looked at again. Arguments, all text:
    ``channels``, comma-separated lids or names; ``since`` and ``until``, a backfill of that window in
    Beijing time; ``max_pages``, a bound on listing pages per channel; ``urls``, a file with one
    article URL per line, for which nothing is listed; ``sources``, the lists of the roll API and second
    witnesses beside them; ``flashes``, whether those of the 7x24 feed are articles. A bad value, and an
    argument that is none of these, raises ValueError before anything is fetched.
    """

    name = "sina_finance"
    allowed_domains: ClassVar = ["sina.com.cn", "sina.cn", "sinaimg.cn"]  # StayOnSite holds every request to them
    archive: Archive
    sources: dict[str, Source]
    run: Identity

    def __init__(self, **arguments: str) -> None:
        super().__init__()  # not with the arguments: Scrapy would put them in the place of our methods
        refuse_unknown(arguments, NAMES)
        self.parsed = Arguments.parse(**{name: arguments[name] for name in NAMES if name in arguments})
        self.arguments = self.parsed.given
        self.listed: dict[str, dict[str, int]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.run = Identity.of(crawler)
        spider.archive = archive = Archive.of(crawler)
        newest_first = crawler.settings["ARCHIVE_BACKFILL_ORDER"] != "oldest"
        spider.sources = {source.name: source for source in choose_sources(spider.parsed, archive, newest_first)}
        return spider

    @classmethod
    def check(cls, _settings: BaseSettings, arguments: Mapping[str, str]) -> None:
        """Raises ValueError for arguments that are bad, before anything is made; the run reads the file of URLs."""
        refuse_unknown(arguments, NAMES)
        refuse_together(arguments)
        Arguments.parse(**{name: arguments[name] for name in NAMES if name in arguments and name != "urls"})

    @cached_property
    def reader(self) -> PageReader:
        """Of the pages of this crawl."""
        return PageReader.of(self.crawler)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """What is due from earlier runs, but for a file of URLs; then what each source says to begin with."""
        for request in self._due() if self.parsed.urls is None else ():
            yield request
        for request in self._begin(after=""):
            yield request

    def parse_answer(self, response: Response, source: str, ask: Ask) -> Iterator[scrapy.Request]:
        """The requests for what a source shows, and what to ask it next."""
        asked = self.sources[source]
        try:
            answer = asked.read(ask, response.body)
        except NoAnswer as error:
            level = logging.WARNING if asked.is_second else logging.ERROR
            self.logger.log(level, "unreadable listing (%s): %s: %s", error.reason, response.url, error)
            yield from self._ask_instead(asked, ask, error.reason, "unreadable")
            return
        self._note(asked, answer)
        yield from self._shown(asked, answer)
        for following in answer.asks:
            yield self._ask(asked, following)
        if not answer.asks:
            yield from self._begin(after=asked.name)

    async def parse_article(self, response: Response, entry: ListEntry) -> AsyncIterator[scrapy.Request | Article]:
        """The article, or the request for its second page."""
        doc_id = response.meta["doc_id"]
        if response.status == 304:
            self._count("fetch", "not_modified")
            self.logger.info("not modified: %s [%s]", response.url, doc_id)
            self.archive.unchanged(doc_id, now(), entry.modified_at)
        elif page := await self.reader.read(response, doc_id, entry):
            article = page.article
            if article.doc_id != doc_id:
                self.archive.leads_to(doc_id, article, entry, now())
            etag, last_modified = _header(response, "ETag"), _header(response, "Last-Modified")
            set_provenance(article, entry, response.url, etag, last_modified)
            article.capture = response.meta.get("capture")
            yield self._rest(page, article)

    async def parse_next_page(self, response: Response, article: Article) -> AsyncIterator[scrapy.Request | Article]:
        """The article once its last page is there."""
        if page := await self.reader.read_following(response, article):
            yield self._rest(page, article)

    def failed(self, failure: Failure) -> list[scrapy.Request]:
        """A page that could not be had. It is not archived; a later run asks for it again. What to ask instead."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        error = failure.value
        status = error.response.status if isinstance(error, HttpError) else None
        not_asked = error if isinstance(error, NotAsked) else None
        if isinstance(error, HttpError) and NOT_SAVED in error.response.flags:
            status, reason = None, "not_in_source"  # a replay that lacks a page says nothing about it
        else:
            reason = f"http_{status}" if status else reason_of(error)
        doc_id: str = request.meta.get("doc_id") or request.meta.get("part_of") or ""
        source = None if doc_id else self.sources[request.cb_kwargs["source"]]
        is_expected = bool(doc_id and not_asked and not_asked.is_for_now)  # they may be many
        level = logging.INFO if is_expected or (source and source.is_second) else logging.ERROR
        self.logger.log(level, "not fetched (%s): %s%s", reason, request.url, f" [{doc_id}]" if doc_id else "")
        if source:
            return self._ask_instead(source, request.cb_kwargs["ask"], reason)
        if not_asked and not_asked.is_for_now:
            self._count("fetch", reason)
            self.archive.postponed(doc_id, reason, now())
        elif not status:
            self._count("fetch", reason)
            self.archive.failed(doc_id, reason, now())
        elif not self.reader.no_page(doc_id, status, request.cb_kwargs.get("entry")):
            self._count("fetch", reason)
        return []

    def _ask_instead(self, source: Source, ask: Ask, reason: str, entered: str = "") -> list[scrapy.Request]:
        """Where a source was not answered; `entered`: the reason for the ledger, if it is another than that counted."""
        if not ask.is_trial:
            self._count(_component(source), reason)
        instead = source.failed(ask, entered or reason)
        return [self._ask(source, other) for other in instead] if instead else list(self._begin(after=source.name))

    def _begin(self, after: str) -> Iterator[scrapy.Request]:
        """What the sources that begin after the source of that name, or with the run, ask for first."""
        for source in self.sources.values():
            if source.after == after:
                for first in source.start():
                    yield from [self._ask(source, first)] if isinstance(first, Ask) else self._shown(source, first)

    def _due(self) -> Iterator[scrapy.Request]:
        """What earlier runs left to do."""
        for due in self.archive.due(now(), _MOST_DUE):
            try:
                request = self._article(due.doc_id, due.entry)
            except ValueError as error:  # an older version entered it
                self._count("skip", "bad_url")
                self.logger.warning("not asked for, and not due again: %s [%s]", error, due.doc_id)
                self.archive.refused(due.doc_id, "bad_url", now(), for_good=True)
                continue
            if due.is_archived:
                request.meta["look_again"] = True
            if due.etag:
                request.headers["If-None-Match"] = due.etag
            if due.last_modified:
                request.headers["If-Modified-Since"] = due.last_modified
            yield request

    def _note(self, source: Source, answer: Answer) -> None:
        """Counts what a list shows, and says why it does not show all."""
        counts = self.listed.setdefault(source.channel or source.name, {"pages": 0, "entries": 0})
        counts["pages"] += 1
        counts["entries"] += len(answer.entries)
        self._count("listing", "pages")
        self._count("listing", "entries", len(answer.entries))
        if answer.failure:
            self._count(_component(source), answer.failure)
            self.logger.log(logging.WARNING if source.is_second else logging.ERROR, "%s", answer.detail)
        if answer.ended:
            self._count("reading", answer.ended.how)

    def _shown(self, source: Source, answer: Answer) -> Iterator[scrapy.Request]:
        """A request for each entry that leads to an article; SkipArchived decides which of them go out."""
        for reason, count in answer.left_out.items():
            self._count("skip", reason, count)
        entries = self._identified(answer.entries)
        self.archive.listed(entries.items(), source.channel, now())
        if source.is_second:
            self._note_unlisted(source, entries)
        if answer.ended:
            self.archive.readings.end(answer.ended)
        for doc_id, entry in entries.items():
            yield self._article(doc_id, entry)

    def _note_unlisted(self, source: Source, entries: Mapping[str, ListEntry]) -> None:
        """Counts what a second witness shows and no list of the roll API did."""
        unlisted = len(entries) - len(self.archive.ledger.shown_by(_LIDS, entries))
        self._count("witness", "not_in_list", unlisted)
        if unlisted:
            self.logger.info("%s showed %s articles that the list had not", source.name, unlisted)

    def _identified(self, entries: Iterable[ListEntry]) -> dict[str, ListEntry]:
        """Those that lead to an article, each once, by doc id."""
        identified: dict[str, ListEntry] = {}
        for entry in entries:
            try:
                doc_id = address_of(entry.url).doc_id
            except ValueError as error:
                reason = error.reason if isinstance(error, NotAnArticle) else "bad_url"
                self._count("skip", reason)
                self.logger.info("not asked for (%s): %s", reason, entry.url)
                continue
            if doc_id in identified:
                self._count("skip", "requested")
            identified.setdefault(doc_id, entry)
        return identified

    def _article(self, doc_id: str, entry: ListEntry) -> scrapy.Request:
        meta = {"doc_id": doc_id, "handle_httpstatus_list": [304]}
        arguments = {"entry": entry}
        url = address_to_ask(entry.url)
        return scrapy.Request(url, self.parse_article, errback=self.failed, cb_kwargs=arguments, meta=meta)

    def _ask(self, source: Source, ask: Ask) -> scrapy.Request:
        request = scrapy.Request(ask.url, self.parse_answer, errback=self.failed, dont_filter=True)
        return request.replace(cb_kwargs={"source": source.name, "ask": ask}, priority=ask.priority)

    def _rest(self, page: Page, article: Article) -> scrapy.Request | Article:
        """The whole article, or the request for its next page."""
        if not page.next_url:
            return article
        request = scrapy.Request(page.next_url, self.parse_next_page, errback=self.failed, dont_filter=True)
        return request.replace(cb_kwargs={"article": article}, meta={"part_of": article.doc_id})

    def _count(self, component: str, reason: str, count: int = 1) -> None:
        if count:
            assert self.crawler.stats
            self.crawler.stats.inc_value(f"archive/{component}/{reason}", count)


def _component(source: Source) -> str:
    """Under which a failure of the source is counted: that of a second witness alone fails no run."""
    return "second_source" if source.is_second else "listing"


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
