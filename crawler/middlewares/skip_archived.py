"""No request for an article that is archived and unchanged, or whose next attempt is not due yet.

Asked before a request is scheduled. Also ends the paging: the request for a next listing page,
marked ``only_if_new``, goes out only if the page before it showed something that was not there when
the list was last read to where it was known. A list that a run could not read to that point is so
read to it by a later one.
"""

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.catalog import Catalog
from crawler.ledger import ARCHIVED, GIVEN_UP, Ledger
from crawler.locations import database_url
from crawler.moments import iso, iso_or_none, now


class SkipArchived:
    """A spider middleware. It knows an article request by ``doc_id`` in its meta."""

    def __init__(self, database: str, stats: StatsCollector) -> None:
        self._catalog = Catalog(database)
        self._ledger = Ledger(self._catalog.engine)
        self._stats = stats
        self._requested: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        middleware = cls(database_url(crawler.settings), crawler.stats)
        crawler.signals.connect(middleware.close, signals.spider_closed)
        return middleware

    def close(self) -> None:
        """Gives the database back."""
        self._catalog.close()

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The requests of the start, without those to skip."""
        async for found in start:
            if not isinstance(found, Request) or "doc_id" not in found.meta or self._wants(found):
                yield found

    async def process_spider_output(
        self,
        response: Response,
        result: AsyncIterator[Any],
    ) -> AsyncIterator[Any]:
        """The requests of one page, without those to skip; items pass."""
        any_new = False
        async for found in result:
            if not isinstance(found, Request):
                yield found
            elif "doc_id" in found.meta:
                any_new = any_new or self._is_new(found, response)
                if self._wants(found):
                    yield found
            elif found.meta.get("only_if_new") and not any_new:
                self._stats.inc_value("archive/skip/nothing_new")
                self._ledger.read_completely(found.cb_kwargs["channel"].lid, now())
            else:
                yield found

    def _is_new(self, request: Request, response: Response) -> bool:
        """True for an entry that no complete reading of the listing had shown before."""
        channel = response.request.cb_kwargs.get("channel") if response.request else None
        return channel is not None and self._ledger.is_new(request.meta["doc_id"], channel.lid)

    def _wants(self, request: Request) -> bool:
        reason = self._reason_to_skip(request)
        if reason:
            self._stats.inc_value(f"archive/skip/{reason}")
            if reason in ("archived", "requested"):
                self._catalog.add_alias(request.url, request.meta["doc_id"])
        else:
            self._requested.add(request.meta["doc_id"])
        return not reason

    def _reason_to_skip(self, request: Request) -> str | None:
        doc_id = request.meta["doc_id"]
        if doc_id in self._requested:
            return "requested"
        held, known = self._catalog.held(doc_id), self._ledger.known(doc_id)
        if held and not request.meta.get("look_again"):
            mtime = iso_or_none(request.cb_kwargs["entry"].modified_at)
            if (mtime or "") <= (held.modified_at or ""):
                if known and (known.state != ARCHIVED or known.next_try_at):
                    self._ledger.archived(doc_id)  # a run died before it said so
                return "archived"
        if known is None or known.reason is None:
            return None
        if known.next_try_at is None:
            return None if request.meta.get("look_again") else GIVEN_UP if held else known.state
        return "waits_for_retry" if known.next_try_at > iso(now()) else None
