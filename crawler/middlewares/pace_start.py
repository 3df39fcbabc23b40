"""Start requests no faster than they are asked for: a file of URLs or a backfill may hold millions."""

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler


class PaceStart:
    """A spider middleware: takes the next start request when the scheduler has run empty."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The start requests, each when there is room for it."""
        engine = self._crawler.engine
        assert engine
        async for request in start:
            if engine.needs_backout():
                await self._crawler.signals.wait_for(signals.scheduler_empty)
            yield request
