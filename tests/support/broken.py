"""Components that break on every article, or lack the room for it."""

import errno
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
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


class TakesCapturesAway:
    """An extension that removes ``captures/`` as soon as an article is archived, as a person might."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(Path(crawler.settings["ARCHIVE_DIR"]))
        crawler.signals.connect(extension.item_scraped, signals.item_scraped)
        return extension

    def item_scraped(self) -> None:
        shutil.rmtree(self._archive / "captures", ignore_errors=True)


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
