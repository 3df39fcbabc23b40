"""robots.txt is obeyed as RFC 9309 says, however many requests wait for it.

Scrapy's own middleware (2.19) lets out all but the first of the requests that wait for a host's
robots.txt, and all requests to a host whose robots.txt cannot be had.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.statscollectors import StatsCollector
from scrapy.utils.httpobj import urlparse_cached

from crawler.run import robots
from crawler.run.host_stops import ROBOTS_FORBID
from crawler.run.refusals import UNCONNECTED, NotAsked, reason_of
from crawler.times import now

logger = logging.getLogger(__name__)
_PRIORITY = 1000
_MOST_REDIRECTIONS = 5  # 2.3.1.2
_MOST_BYTES = 500 * 1024  # 2.5
_GOOD_FOR = timedelta(hours=24)  # 2.4
_TRY_AGAIN_AFTER = timedelta(minutes=10)  # where it could not be had


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt lets us do until ``until``. ``unknown`` says why it could not be had, and forbids all.

    ``is_unconnected``: the host was not reached at all.
    """

    until: datetime
    parser: RobotParser | None = None
    unknown: str = ""
    is_unconnected: bool = False


class ObeyRobots:
    """A downloader middleware in the place of Scrapy's own: raises NotAsked for what is forbidden."""

    def __init__(self, crawler: Crawler, agent: str) -> None:
        assert crawler.stats
        self._crawler = crawler
        self._stats: StatsCollector = crawler.stats
        self._agent = agent
        self._rules: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler, robots.agent_of(settings))

    async def process_request(self, request: Request) -> None:
        """Returns when the rules are known and allow the request. Of several that wait all hear of them."""
        url = urlparse_cached(request)
        if request.meta.get("dont_obey_robotstxt") or url.scheme not in ("http", "https"):
            return
        rules = await self._rules_of(f"{url.scheme}://{url.netloc.lower()}", request)
        if rules.unknown and rules.is_unconnected:
            detail = ""
        elif rules.unknown:
            detail = f"{rules.unknown}, and so nothing may be asked for now (RFC 9309)"
        elif rules.parser and not rules.parser.allowed(request.url, self._agent):
            detail = request.url
        else:
            return
        message = f"robots.txt of {url.hostname} forbids us: {detail}" if detail else rules.unknown
        self._stats.inc_value("archive/robots/forbidden")
        if not self._stats.get_value("archive/robots/forbidden_example"):
            self._stats.set_value("archive/robots/forbidden_example", message)
        raise NotAsked(ROBOTS_FORBID, message, is_for_now=bool(rules.unknown))

    async def _rules_of(self, site: str, request: Request) -> Rules:
        task = self._rules.get(site)
        if task is None or (task.done() and (task.exception() or task.result().until <= now())):
            task = self._rules[site] = asyncio.get_running_loop().create_task(self._ask(site, request))
        return await asyncio.shield(task)  # a request that is cancelled leaves it to the others

    async def _ask(self, site: str, request: Request) -> Rules:
        """Raises NotAsked where the host is not asked at all."""
        self._stats.inc_value("archive/robots/asked")
        try:
            response = await self._fetch(f"{site}/robots.txt")
        except NotAsked:
            raise
        except UNCONNECTED as error:
            return self._unknown(site, f"no connection to {site.partition('://')[2]}: {error}", is_unconnected=True)
        except Exception as error:
            return self._unknown(site, f"it could not be had ({reason_of(error)})")
        status = response.status
        if robots.is_unreachable(status):
            return self._unknown(site, f"it answered {status}")
        until = now() + _GOOD_FOR
        if not robots.is_there(status):
            return Rules(until)
        body = response.body
        if len(body) > _MOST_BYTES:
            body = body[:_MOST_BYTES].rpartition(b"\n")[0]
        parser = await asyncio.to_thread(ProtegoRobotParser, body, None)
        await self._crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=parser, request=request)
        return Rules(until, parser)

    async def _fetch(self, url: str) -> Response:
        """The answer; of more redirections than five the last one."""
        meta = {"dont_obey_robotstxt": True, "dont_redirect": True}
        assert self._crawler.engine
        for _ in range(_MOST_REDIRECTIONS + 1):
            request = Request(url, NO_CALLBACK, priority=_PRIORITY, meta=dict(meta))
            response = await self._crawler.engine.download_async(request)
            location = response.headers.get("Location")
            if not 300 <= response.status < 400 or not location:
                break
            url = response.urljoin(location.decode("latin-1"))
        return response

    def _unknown(self, site: str, why: str, *, is_unconnected: bool = False) -> Rules:
        self._stats.inc_value("archive/robots/unknown")
        logger.error("robots.txt: %s: %s/robots.txt; nothing is asked there for now", why, site)
        return Rules(now() + _TRY_AGAIN_AFTER, unknown=why, is_unconnected=is_unconnected)
