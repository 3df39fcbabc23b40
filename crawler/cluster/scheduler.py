"""scrapy-redis' scheduler for workers that come, die and go while a crawl is under way."""

import asyncio
import logging
from typing import Any

from redis import RedisError
from scrapy import Request, Spider
from scrapy.utils.asyncio import create_looping_call
from scrapy_redis.scheduler import Scheduler

from crawler.cluster.crew import crawl_key
from crawler.cluster.leased_queue import LeasedQueue

logger = logging.getLogger(__name__)
_BEAT = 1  # seconds


class SharedScheduler(Scheduler):  # type: ignore[misc]  # scrapy-redis ships no types
    """Gives signs of life, says which requests are done, and looks for new ones when there was none.

    Which requests are in progress only the engine knows, until the last item that came of them is
    through the pipelines; Scrapy has no signal for it.
    """

    queue: LeasedQueue

    def open(self, spider: Spider) -> None:
        """Raises redis.RedisError if Redis can't be reached."""
        self.queue_key = f"{crawl_key(spider)}requests"
        self.stats = None  # scrapy-redis 0.9.1 counts in a way that Scrapy is about to drop
        super().open(spider)
        logger.info("worker %s of crawl %s", self.queue.crew.worker, self.queue_key.split(":")[1])
        self._beats = create_looping_call(self._beat)
        self._beats.start(_BEAT)

    def enqueue_request(self, request: Request) -> bool:
        """False for a duplicate. That a request is known and that it waits is one step."""
        if self.queue.push(request, "" if request.dont_filter else self.df.request_fingerprint(request)):
            return True
        self.df.log(request, self.spider)
        return False

    def close(self, _reason: str) -> None:
        """Every request of this worker is done; what is left of the crawl stays for the others or a later run."""
        self._beats.stop()
        try:
            self.queue.finish(set())
            self.queue.crew.leave()
        except RedisError as error:
            logger.error("Redis was not told that this worker ends: %s", error)

    def _beat(self) -> None:
        slot: Any = self.spider.crawler.engine._slot
        if slot is None:
            return
        try:
            self.queue.finish(slot.inprogress)
        except RedisError as error:
            logger.error("no sign of life to Redis: %s", error)
        else:
            slot.nextcall.schedule()
        if self.queue.crew.is_lost and not slot.closing:
            logger.error("Redis has lost requests; start again: the catalog knows what is left")
            closing = self.spider.crawler.engine.close_spider_async(reason="queue_lost")
            self._closing = asyncio.ensure_future(closing)
