"""Hosts that a run asks no more: they block us, or they want us to wait for longer than a run does."""

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import StatsCollector
from scrapy.utils.httpobj import urlparse_cached

from crawler.archive.one_of_a_crawl import one_of_a_crawl
from crawler.run.refusals import NotAsked

logger = logging.getLogger(__name__)
BLOCKED, ASKED_TO_WAIT, INTERRUPTED = "blocked", "asked_to_wait", "interrupted"
ROBOTS_FORBID = "robots_forbid"
host_stopped = object()  # a signal of Scrapy's kind, with ``host``


class HostStops:
    """Which hosts those are. Nobody is asked in a replay, so there no host is stopped."""

    def __init__(self, stats: StatsCollector, signals: SignalManager, is_replay: bool) -> None:
        self._stats = stats
        self._signals = signals
        self._is_replay = is_replay
        self._stops: dict[str, tuple[str, str]] = {}

    @classmethod
    @one_of_a_crawl
    def of(cls, crawler: Crawler) -> Self:
        """Those of a crawl: the same whoever asks."""
        assert crawler.stats
        return cls(crawler.stats, crawler.signals, is_replay=bool(crawler.settings.get("ARCHIVE_REPLAY_FROM")))

    def stop(self, host: str, reason: str, detail: str) -> None:
        """From now on no request goes to `host`; `reason` is one word, `detail` says what the host did."""
        if host in self._stops or self._is_replay:
            return
        self._stops[host] = (reason, detail)
        self._stats.inc_value(f"archive/{reason}/hosts")
        if not self._stats.get_value(f"archive/{reason}/host_example"):
            self._stats.set_value(f"archive/{reason}/host_example", f"{host} {detail}")
        logger.error("%s %s: not asked any more in this run (%s), what is left stays due", host, detail, reason)
        self._signals.send_catch_log(host_stopped, host=host)

    def reason(self, host: str) -> str:
        """Why `host` is not asked, in one word; empty if it is."""
        return self._stops.get(host, ("", ""))[0]

    def refuse(self, host: str) -> NotAsked:
        """The error of a request to a stopped host."""
        reason, detail = self._stops[host]
        return NotAsked(reason, f"{host} {detail}", is_for_now=True)


def host_of(message: Request | Response) -> str:
    """The name of the host that is asked or answers, in small letters and without a port."""
    return urlparse_cached(message).hostname or ""
