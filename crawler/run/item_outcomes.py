"""What the pipelines made of an item, for a spider that goes on only when it knows."""

import asyncio
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from sqlalchemy.exc import SQLAlchemyError
from twisted.python.failure import Failure


class ItemOutcomes:
    """Scrapy goes on with a callback while its item is in the pipelines; who waits here is told when it is through."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[BaseException | None]] = {}  # by the identity of the item

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Those of a crawl."""
        outcomes = cls()
        crawler.signals.connect(outcomes.item_scraped, signals.item_scraped)
        crawler.signals.connect(outcomes.item_dropped, signals.item_dropped)
        crawler.signals.connect(outcomes.item_error, signals.item_error)
        return outcomes

    def expect(self, item: Any) -> asyncio.Future[BaseException | None]:
        """To be called before the item is put out: None where it went through, else what dropped it or broke on it."""
        future: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        self._waiting[id(item)] = future
        return future

    def item_scraped(self, item: Any) -> None:
        """It went through."""
        self._tell(item, None)

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        """A pipeline let it go."""
        self._tell(item, exception)

    def item_error(self, item: Any, failure: Failure) -> None:
        """A pipeline broke on it."""
        self._tell(item, failure.value)

    def _tell(self, item: Any, error: BaseException | None) -> None:
        future = self._waiting.pop(id(item), None)
        if future and not future.done():
            future.set_result(error)


def failure_reason(error: BaseException | None) -> str:
    """In one word, why a pipeline broke: what was not written is told from what is a fault."""
    return "not_written" if isinstance(error, (OSError, SQLAlchemyError)) else type(error).__name__
