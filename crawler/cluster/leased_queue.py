"""The shared queue: a request that was taken is not gone before its work is done."""

import logging
from collections.abc import Set
from typing import Any

from redis import RedisError
from scrapy import Request
from scrapy_redis.queue import PriorityQueue

from crawler.cluster.crew import Crew, crawl_key

logger = logging.getLogger(__name__)


class LeasedQueue(PriorityQueue):  # type: ignore[misc]  # scrapy-redis ships no types
    """scrapy-redis' queue by priority; what a dead worker held comes back to the others."""

    def __init__(self, server: Any, spider: Any, key: str, serializer: Any = None) -> None:
        super().__init__(server, spider, key, serializer)
        self.crew = Crew(server, crawl_key(spider), spider.crawler.settings.getfloat("ARCHIVE_LEASE"))
        self._taken: dict[Request, bytes] = {}

    def __len__(self) -> int:
        """Requests that other workers hold count, too: they may bring more, or come back."""
        return self.crew.left() or self.crew.is_lost  # a crawl that is lost is not finished

    def push(self, request: Request, fingerprint: str = "") -> bool:
        """Puts a request into the queue; False, and it is not put there, if its fingerprint is known.

        One that Redis does not take is lost to this crawl.
        """
        try:
            return self.crew.add(self._encode_request(request), -request.priority, fingerprint)
        except RedisError:
            self.crew.is_lost = True
            raise

    def pop(self, _timeout: int = 0) -> Request | None:
        """The next request; it stays this worker's until `finish`."""
        try:
            data, returned = self.crew.take()
        except RedisError as error:
            logger.error("no request from Redis: %s", error)
            return None
        self._count_returned(returned)
        if data is None:
            return None
        request: Request = self._decode_request(data)
        self._taken[request] = data
        return request

    def finish(self, in_progress: Set[Request]) -> None:
        """A sign of life: of what was taken, all but `in_progress` is done."""
        done = [request for request in self._taken if request not in in_progress]
        self._count_returned(self.crew.beat([self._taken[request] for request in done]))
        for request in done:
            del self._taken[request]

    def _count_returned(self, returned: int) -> None:
        if returned:
            self.spider.crawler.stats.inc_value("archive/cluster/taken_over", returned)
            logger.warning("%s requests of a worker that died are taken over", returned)
