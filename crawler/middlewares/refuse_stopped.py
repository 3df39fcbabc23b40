"""No request goes to a host that the run asks no more."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from crawler.run.host_stops import HostStops, host_of, host_stopped


class RefuseStopped:
    """The last of the downloader middlewares before the network: some hold a request for long."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stops = HostStops.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.host_stopped, host_stopped)
        return middleware

    def process_request(self, request: Request) -> None:
        """Raises NotAsked; the request's errback hears of it."""
        if self._stops.reason(host := host_of(request)):
            raise self._stops.refuse(host)

    def host_stopped(self, host: str) -> None:
        """Takes back what waits in Scrapy's queue for its turn, which is behind all middlewares."""
        assert self._crawler.engine
        for slot in self._crawler.engine.downloader.slots.values():
            for waiting in [waiting for waiting in slot.queue if host_of(waiting[0]) == host]:
                slot.queue.remove(waiting)
                waiting[1].errback(Failure(self._stops.refuse(host)))  # type: ignore[no-untyped-call]  # Twisted's
