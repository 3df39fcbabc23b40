"""Components that break on every article, or lack the room for it."""

import errno
from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from crawler.items import Article


class Pipeline:
    def process_item(self, item: Article) -> Article:
        raise ZeroDivisionError(item.url)


class FullDisk:
    def process_item(self, item: Article) -> Article:
        raise OSError(errno.ENOSPC, "No space left on device")


class SpiderMiddleware:
    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            if isinstance(found, Article):
                raise ZeroDivisionError(found.url)
            yield found


class OnLists:
    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in result:
            raise ZeroDivisionError(response.url)
            yield output


class AtStart:
    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for request in start:
            raise ZeroDivisionError(request.url)
            yield request
