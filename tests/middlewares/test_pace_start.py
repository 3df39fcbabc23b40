"""Start requests wait in the spider, not in the scheduler."""

import pytest
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess  # noqa: F401  # Scrapy picks its reactor when this is loaded
from scrapy.utils.test import get_crawler

from crawler.middlewares.pace_start import PaceStart


class Engine:
    """Has no room from the third request on, until the scheduler says that it is empty."""

    def __init__(self) -> None:
        self.taken = 0

    def needs_backout(self) -> bool:
        self.taken += 1
        return self.taken > 2


@pytest.mark.parametrize("count", [0, 2, 5])
def test_a_request_is_taken_when_there_is_room_or_the_scheduler_is_empty(count: int) -> None:
    import asyncio

    crawler = get_crawler()
    waits = []

    async def wait_for(signal: object) -> None:
        waits.append(signal)

    crawler._engine = Engine()  # type: ignore[assignment]
    crawler.signals.wait_for = wait_for  # type: ignore[method-assign,assignment]

    async def start():  # type: ignore[no-untyped-def]
        for number in range(count):
            yield number

    async def run() -> list[int]:
        return [number async for number in PaceStart(crawler).process_start(start())]

    assert asyncio.run(run()) == list(range(count))
    assert waits == [signals.scheduler_empty] * max(0, count - 2)
