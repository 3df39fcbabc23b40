"""No request for an article that is archived and unchanged, or whose next attempt is not due yet.

Asked before a request is scheduled.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.archive.archive import Archive
from crawler.archive.catalog import Held
from crawler.archive.ledger import ARCHIVED, GIVEN_UP, Known
from crawler.times import iso, iso_or_none, now

_BATCH_SIZE = 100  # requests that the database is asked about at once


class SkipArchived:
    """A spider middleware that leaves requests out. It knows a request for an article by ``doc_id`` in its meta."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self._archive = archive
        self._stats = stats
        self._requested: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(Archive.of(crawler), crawler.stats)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The requests of the start, without those to skip."""
        async for batch in _batched(start):
            for request in self._to_send(batch):
                yield request

    async def process_spider_output(
        self,
        response: Response,  # noqa: ARG002  # Scrapy calls it by name
        result: AsyncIterator[Any],
    ) -> AsyncIterator[Any]:
        """The requests of one page, without those to skip; items pass."""
        async for batch in _batched(result):
            for output in self._to_send(batch):
                yield output

    def _to_send(self, batch: Sequence[Any]) -> Iterator[Any]:
        """The requests for articles that are to go out, and all that is no request for an article."""
        doc_ids = {output.meta["doc_id"] for output in batch if _is_for_article(output)} - self._requested
        held, known = (
            (self._archive.catalog.held_of(doc_ids), self._archive.ledger.known(doc_ids)) if doc_ids else ({}, {})
        )
        for output in batch:
            if not _is_for_article(output):
                yield output
                continue
            doc_id = output.meta["doc_id"]
            reason = self._reason_to_skip(output, held.get(doc_id), known.get(doc_id))
            if reason:
                self._stats.inc_value(f"archive/skip/{reason}")
                if reason in ("archived", "requested"):
                    self._archive.catalog.add_alias(output.url, doc_id)
            else:
                self._requested.add(doc_id)
                yield output

    def _reason_to_skip(self, request: Request, held: Held | None, known: Known | None) -> str | None:
        doc_id = request.meta["doc_id"]
        if doc_id in self._requested:
            return "requested"
        if held and not request.meta.get("look_again"):
            mtime = iso_or_none(request.cb_kwargs["entry"].modified_at)
            if (mtime or "") <= (held.modified_at or ""):
                if known and (known.state != ARCHIVED or known.next_try_at):
                    self._archive.ledger.archived(doc_id)  # a run died before it said so
                return "archived"
        if known is None or known.reason is None:
            return None
        if known.next_try_at is None:
            return None if request.meta.get("look_again") else GIVEN_UP if held else known.state
        return "waits_for_retry" if known.next_try_at > iso(now()) else None


def _is_for_article(output: Any) -> bool:
    return isinstance(output, Request) and "doc_id" in output.meta


async def _batched(outputs: AsyncIterator[Any]) -> AsyncIterator[list[Any]]:
    """What a spider puts out, in batches for each of which the database is asked once.

    Whatever is no request for an article ends its batch, so that nothing waits that must not.
    """
    batch: list[Any] = []
    async for output in outputs:
        batch.append(output)
        if len(batch) == _BATCH_SIZE or not _is_for_article(output):
            yield batch
            batch = []
    if batch:
        yield batch
