"""The pace that a host asks for: Retry-After of its answers, and Crawl-delay of its robots.txt.

Both are kept in the host's slot of Scrapy's downloader, as AutoThrottle keeps its own pace there.
"""

import asyncio
import logging
from datetime import timedelta
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.statscollectors import StatsCollector

from crawler.run import robots
from crawler.run.host_stops import ASKED_TO_WAIT, INTERRUPTED, HostStops, host_of
from crawler.run.retry_after import retry_after
from crawler.times import now, parse_intervals

logger = logging.getLogger(__name__)
_BUSY = (429, 503)  # the answers that say when to come again
_LOOK = 1  # seconds between looks whether the run was told to stop


class KeepPace:
    """Makes a host's requests wait; a host that asks for too long is not asked any more."""

    def __init__(self, crawler: Crawler, longest: timedelta, slowest: float, agent: str) -> None:
        """`longest`: the longest wait; `slowest`: the most seconds between two requests; `agent`: who we are."""
        assert crawler.stats
        self._crawler = crawler
        self._stats: StatsCollector = crawler.stats
        self._stops = HostStops.of(crawler)
        self._longest = longest
        self._slowest = slowest
        self._agent = agent
        self._delays: dict[str, float] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if settings.get("ARCHIVE_REPLAY_FROM"):
            raise NotConfigured  # nobody is asked in a replay
        (longest,) = parse_intervals(settings["ARCHIVE_MAX_RETRY_AFTER"])
        extension = cls(crawler, longest, settings.getfloat("AUTOTHROTTLE_MAX_DELAY"), robots.agent_of(settings))
        crawler.signals.connect(extension.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(extension.request_reached_downloader, signals.request_reached_downloader)
        # AutoThrottle is connected before it, and what it sets is raised again.
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Notes the delay of the request's host. No RFC has Crawl-delay; many sites do, in seconds."""
        delay = robotparser.crawl_delay(self._agent)
        host = host_of(request)
        self._delays.pop(host, None)
        if delay and delay > 0:
            self._delays[host] = min(delay, self._slowest)
            self._stats.inc_value("archive/pace/crawl_delay")
            logger.info("robots.txt of %s wants %g s between requests, it gets %g s", host, delay, self._delays[host])

    def request_reached_downloader(self, request: Request) -> None:
        """The host's slot may be a new one."""
        self._slow_down(request)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Before the host's next request is taken."""
        self._slow_down(request)
        if response.status not in _BUSY or not (value := response.headers.get("Retry-After")):
            return
        wait = retry_after(value.decode("latin-1"), now())
        host = host_of(request)
        if wait is None:
            self._stats.inc_value("archive/pace/bad_retry_after")
            logger.warning("Retry-After is neither seconds nor a date: %r: %s", value, request.url)
        elif wait > self._longest:
            self._stops.stop(host, ASKED_TO_WAIT, f"answered {response.status} and asks us to wait {wait}")
        else:
            self._hold(request, host, wait)

    def spider_closed(self) -> None:
        """Nothing is waited for any more."""
        for watch in self._watches.values():
            watch.cancel()

    def _slow_down(self, request: Request) -> None:
        slot = self._slot(request)
        delay = self._delays.get(host_of(request))
        if slot and delay and slot.delay <= delay:
            slot.delay = delay
            slot.jitter = 0  # it would take half of the delay away

    def _hold(self, request: Request, host: str, wait: timedelta) -> None:
        """As if the host had been asked when the wait is over; a slot without a delay would not look at that."""
        self._stats.inc_value("archive/pace/retry_after")
        logger.info("%s asks us to wait %s: its requests wait", host, wait)
        until = monotonic() + wait.total_seconds()
        if (slot := self._slot(request)) and until > slot.lastseen:
            slot.delay = slot.delay or 0.001
            slot.lastseen = until
            if watch := self._watches.get(host):
                watch.cancel()
            self._watches[host] = asyncio.get_running_loop().create_task(self._watch(host, until))

    async def _watch(self, host: str, until: float) -> None:
        """A run that is told to stop does not wait for the host: what waits is left to the next one."""
        while monotonic() < until:
            await asyncio.sleep(_LOOK)
            if not (self._crawler.engine and self._crawler.engine.running):
                self._stops.stop(host, INTERRUPTED, "had asked us to wait when the run was told to stop")
                return

    def _slot(self, request: Request) -> Slot | None:
        assert self._crawler.engine
        return self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
