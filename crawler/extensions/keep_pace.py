"""The pace that a host asks for: Retry-After of its answers, and Crawl-delay of its robots.txt.

A wait that is longer than a run waits is remembered in the catalog for the next runs.
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
from sqlalchemy.exc import SQLAlchemyError

from crawler.archive.archive import Archive
from crawler.run import robots
from crawler.run.host_stops import ASKED_TO_WAIT, INTERRUPTED, HostStops, host_of
from crawler.run.retry_after import retry_after
from crawler.times import iso, now, parse_intervals

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
        self._held: dict[str, float] = {}  # hosts that said they are busy, and not how long: until when they are left
        self._watches: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if settings.get("ARCHIVE_REPLAY_FROM"):
            raise NotConfigured  # nobody is asked in a replay
        (longest,) = parse_intervals(settings["ARCHIVE_MAX_RETRY_AFTER"])
        extension = cls(crawler, longest, settings.getfloat("AUTOTHROTTLE_MAX_DELAY"), robots.agent_of(settings))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(extension.request_reached_downloader, signals.request_reached_downloader)
        # AutoThrottle is connected before it, and what it sets is raised again.
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """What a run before this one was asked for still holds."""
        for host, until, detail in Archive.of(self._crawler).waits.pending(now()):
            self._stops.stop(host, ASKED_TO_WAIT, f"{detail}, that is until {iso(until)}")

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
        until = self._held.get(host_of(request), 0)
        if (slot := self._slot(request)) and slot.lastseen < until:
            slot.delay, slot.lastseen = slot.delay or 0.001, until

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Before the host's next request is taken."""
        self._slow_down(request)
        host = host_of(request)
        is_busy = response.status in _BUSY and "Memento-Datetime" not in response.headers  # that is another's word
        if not is_busy and monotonic() >= self._held.get(host, 0):
            self._held.pop(host, None)
        if not is_busy:
            return
        if not (value := response.headers.get("Retry-After")):
            self._leave_alone(request, host, response.status)
            return
        wait = retry_after(value.decode("latin-1"), now())
        if wait is None:
            self._stats.inc_value("archive/pace/bad_retry_after")
            logger.warning("Retry-After is neither seconds nor a date: %r: %s", value, request.url)
        elif wait > self._longest:
            detail = f"answered {response.status} and asks us to wait {wait}"
            self._stops.stop(host, ASKED_TO_WAIT, detail)
            self._remember(host, wait, detail)
        else:
            self._hold(request, host, wait)

    def spider_closed(self) -> None:
        """Nothing is waited for any more."""
        for watch in self._watches.values():
            watch.cancel()

    def _remember(self, host: str, wait: timedelta, detail: str) -> None:
        try:
            Archive.of(self._crawler).waits.enter(host, now(), wait, detail)
        except SQLAlchemyError as error:
            self._stats.inc_value("archive/pace/wait_not_remembered")
            logger.error("the next run will ask %s too early, for the catalog refuses: %s", host, error)

    def _slow_down(self, request: Request) -> None:
        slot = self._slot(request)
        delay = self._delays.get(host_of(request))
        if slot and delay and slot.delay <= delay:
            slot.delay = delay
            slot.jitter = 0  # it would take half of the delay away

    def _leave_alone(self, request: Request, host: str, status: int) -> None:
        """It did not say for how long: the request does, if anyone; a second time in a row is enough."""
        wait: timedelta | None = request.meta.get("busy_wait")
        until = self._held.get(host)
        if (
            wait is None or status not in request.meta["busy"] or (until is not None and monotonic() < until)
        ):  # asked before the host had said it
            return
        if until is None:
            self._held[host] = monotonic() + wait.total_seconds()
            self._hold(request, host, wait)
        else:
            self._stops.stop(host, ASKED_TO_WAIT, f"answered {status} again, after it was left alone for {wait}")

    def _hold(self, request: Request, host: str, wait: timedelta) -> None:
        """As if the host had been asked when the wait is over; a slot without a delay would not look at that."""
        self._stats.inc_value("archive/pace/retry_after")
        logger.info("%s asks us to wait %s: its requests wait", host, wait)
        until = monotonic() + wait.total_seconds()
        slots = [slot for slot in self._slots(request, host) if until > slot.lastseen]
        for slot in slots:
            slot.delay = slot.delay or 0.001
            slot.lastseen = until
        if slots:
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

    def _slots(self, request: Request, host: str) -> list[Slot]:
        """The request's, and those in which others of its host are or wait."""
        assert self._crawler.engine
        slots = self._crawler.engine.downloader.slots.values()
        others = [slot for slot in slots if any(host_of(other) == host for other in _of(slot))]
        own = self._slot(request)
        return others if own is None or own in others else [own, *others]

    def _slot(self, request: Request) -> Slot | None:
        assert self._crawler.engine
        return self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))


def _of(slot: Slot) -> list[Request]:
    return [*slot.active, *(request for request, _ in slot.queue)]
