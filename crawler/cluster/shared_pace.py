"""The pace at which a host is asked, over all workers together."""

import asyncio
from typing import Self
from urllib.parse import urlsplit

from redis import Redis
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy_redis.connection import from_settings

# The add-on sets them: DOWNLOAD_DELAY and CONCURRENT_REQUESTS_PER_DOMAIN as they were.
SHARED_DELAY, SHARED_CONNECTIONS = "ARCHIVE_SHARED_DELAY", "ARCHIVE_SHARED_CONNECTIONS"
_SLOWEST = 60  # seconds between two requests
# A host's next free moment is in Redis, by Redis' clock. Who comes then moves it on; who comes early
# hears how long it takes, and keeps no turn that it could be late for.
_TURN = """
local delay = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local free = tonumber(redis.call('HGET', KEYS[1], 'free') or 0)
if now < free then return string.format('%.6f', free - now) end
local spacing = math.max(delay, tonumber(redis.call('HGET', KEYS[1], 'spacing') or 0))
redis.call('HSET', KEYS[1], 'free', string.format('%.6f', now + spacing))
redis.call('EXPIRE', KEYS[1], 3600)
return '0'
"""
_ANSWERED = """
local delay, wanted, slowest, good = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local spacing = math.max(delay, tonumber(redis.call('HGET', KEYS[1], 'spacing') or 0))
local new = math.min(slowest, math.max(delay, (spacing + wanted) / 2))
if good or new > spacing then redis.call('HSET', KEYS[1], 'spacing', string.format('%.6f', new)) end
"""


class SharedPace:
    """The downloader middleware next to the network: holds a request until it is its turn.

    At most one request in DOWNLOAD_DELAY seconds goes to a host. As AutoThrottle does, it asks a slow
    host less often, so that no more than CONCURRENT_REQUESTS_PER_DOMAIN requests are under way.
    """

    def __init__(self, server: Redis, delay: float, connections: int) -> None:
        self._delay = delay
        self._connections = connections
        self._turn = server.register_script(_TURN)
        self._answered = server.register_script(_ANSWERED)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        delay, connections = settings.getfloat(SHARED_DELAY), settings.getint(SHARED_CONNECTIONS)
        if not delay:
            raise NotConfigured
        return cls(from_settings(settings), delay, connections)

    async def process_request(self, request: Request) -> None:
        """Returns when the host may be asked."""
        while wait := float(self._turn(keys=[_key(request)], args=[self._delay])):  # noqa: ASYNC110  # on other machines
            await asyncio.sleep(wait)

    def process_response(self, request: Request, response: Response) -> Response:
        """A slow answer slows all workers down; an error is no reason to become faster."""
        if latency := request.meta.get("download_latency"):
            good = int(response.status == 200)
            self._answered(keys=[_key(request)], args=[self._delay, latency / self._connections, _SLOWEST, good])
        return response


def _key(request: Request) -> str:
    return f"archive:pace:{urlsplit(request.url).hostname}"
