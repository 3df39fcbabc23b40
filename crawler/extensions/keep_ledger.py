"""Enters into the ledger what the pipelines could not archive, so that a later run tries it again."""

import logging
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from crawler.archive.archive import Archive
from crawler.items import SINA, Article
from crawler.run.drops import Drop
from crawler.run.item_outcomes import failure_reason
from crawler.sina.urls import doc_id_of
from crawler.times import now

logger = logging.getLogger(__name__)


class KeepLedger:
    """Hears of every article that the spider breaks on, or a pipeline drops or breaks on."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        extension = cls(Archive.of(crawler), crawler.stats)
        crawler.signals.connect(extension.item_dropped, signals.item_dropped)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_error, signals.spider_error)
        crawler.signals.connect(extension.request_dropped, signals.request_dropped)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def item_dropped(self, item: Article, exception: BaseException) -> None:
        """A failure is tried again; a duplicate or an unchanged article is none, nor is what a web archive has."""
        if item.seen_by != SINA:
            return
        if not isinstance(exception, Drop) or exception.failed:
            self._archive.failed(item.doc_id, getattr(exception, "reason", type(exception).__name__), now())

    def item_error(self, item: Article, failure: Failure) -> None:
        """A pipeline broke, or the disk or the database did not take what it wrote."""
        reason = failure_reason(failure.value)
        self._stats.inc_value(f"archive/pipeline/{reason}")
        if item.seen_by == SINA:
            self._archive.failed(item.doc_id, reason, now())

    def spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        """The spider broke on a page, on a list, or, without a `response`, before it had asked for all it wanted."""
        reason = type(failure.value).__name__
        meta = getattr(getattr(response, "request", None), "meta", {})
        if doc_id := meta.get("doc_id") or meta.get("part_of"):
            self._stats.inc_value(f"archive/parse/{reason}")
            self._archive.failed(doc_id, reason, now())
        else:
            self._stats.inc_value(f"archive/{'listing' if response else 'start'}/{reason}")

    def request_dropped(self, request: Request) -> None:
        """A redirection led to an address that was asked for already, so nobody answers for it."""
        doc_id = request.meta.get("doc_id")
        if doc_id and request.meta.get("redirect_times"):
            self._stats.inc_value("archive/fetch/redirects_to_known")
            logger.warning("leads to an address that was asked for already: %s [%s]", request.url, doc_id)
            self._archive.refused(doc_id, f"leads_to_{doc_id_of(request.url) or 'no_article'}", now())

    def spider_closed(self) -> None:
        """After the last answer: tombstones, but none where many articles vanish at once."""
        buried, doubted = self._archive.end_run()
        for stat, doc_ids in (("archive/revision/gone", buried), ("archive/fetch/many_gone", doubted)):
            if doc_ids:
                self._stats.inc_value(stat, len(doc_ids))
        for doc_id in buried:
            logger.warning("gone, as Sina says again: its post stays [%s]", doc_id)
        if doubted:
            logger.error("%s articles vanished in one run: that is not believed, they are tried again", len(doubted))
