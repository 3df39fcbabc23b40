"""One worker feeds the crawl its first requests; if it dies, another does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.cluster.crew import Crew

_LOOK_AGAIN = 1  # seconds


class LeadStart:
    """A spider middleware: the other workers wait here, and work on what comes, until all of the start is there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The requests of the start in one worker, nothing in the others."""
        assert self._crawler.spider
        crew = Crew.of(self._crawler, self._crawler.spider)
        while not (leads := crew.leads()):
            if leads is None:
                return
            await asyncio.sleep(_LOOK_AGAIN)
        async for request in start:
            yield request
        if not crew.started():
            raise CloseSpider("queue_lost")
