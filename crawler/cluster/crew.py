"""The workers that share one crawl, and what each of them holds, in Redis.

Keys, all below ``archive:<crawl>:``, of the workers that were started with the same arguments and run
the same code:

- ``requests``: those that wait, by priority;
- ``workers``: each with the time of its last sign of life;
- ``held:<worker>``: what it has taken and not finished;
- ``start``: who feeds the crawl its first requests, or ``done``; it is there as long as the crawl is;
- ``seen``: the duplicate filter's.
"""

import hashlib
import json
import os
import socket
import uuid
from collections.abc import Collection

from redis import Redis
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy_redis.connection import from_settings

from crawler.archive.code_version import code_version

WORKER = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
_FORGOTTEN_AFTER = 30 * 24 * 3600  # seconds; a crawl that was given up leaves nothing for ever

# Redis runs a script alone, so what a worker holds is never nowhere, and never with two live workers.
_COMMON = """
local key, me, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
local now = tonumber(redis.call('TIME')[1])
"""
_TURN = (
    _COMMON
    + """
redis.call('ZADD', key .. 'workers', now, me)
for i = 4, #ARGV do redis.call('ZREM', key .. 'held:' .. me, ARGV[i]) end
local returned = 0
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', key .. 'workers', '-inf', '(' .. now - lease)) do
    local held = key .. 'held:' .. dead
    returned = returned + redis.call('ZCARD', held)
    redis.call('ZUNIONSTORE', key .. 'requests', 2, key .. 'requests', held, 'AGGREGATE', 'MIN')
    redis.call('DEL', held)
    redis.call('ZREM', key .. 'workers', dead)
end
if ARGV[3] == '0' then return {returned, false} end
local first = redis.call('ZPOPMIN', key .. 'requests')
if not first[1] then return {returned, false} end
redis.call('ZADD', key .. 'held:' .. me, first[2], first[1])
return {returned, first[1]}
"""
)
# What is known and waits nowhere would never be asked for: a worker that dies leaves both or neither.
_ADD = (
    _COMMON
    + """
if ARGV[5] ~= '' and redis.call('SADD', key .. 'seen', ARGV[5]) == 0 then return 0 end
redis.call('ZADD', key .. 'requests', ARGV[4], ARGV[3])
return 1
"""
)
_LEFT = (
    _COMMON
    + """
local left = redis.call('ZCARD', key .. 'requests')
for _, other in ipairs(redis.call('ZRANGE', key .. 'workers', 0, -1)) do
    if other ~= me then left = left + redis.call('ZCARD', key .. 'held:' .. other) end
end
return {left, redis.call('EXISTS', key .. 'start')}
"""
)
_LEAD = (
    _COMMON
    + """
local leader = redis.call('GET', key .. 'start')
if leader == 'done' or leader == me then return leader end
if leader and tonumber(redis.call('ZSCORE', key .. 'workers', leader) or 0) >= now - lease then return leader end
redis.call('ZADD', key .. 'workers', now, me)
redis.call('SET', key .. 'start', me)
return me
"""
)
_STARTED = (
    _COMMON
    + """
if redis.call('GET', key .. 'start') ~= me then return 0 end
redis.call('SET', key .. 'start', 'done')
return 1
"""
)
_LEAVE = (
    _COMMON
    + """
local held = key .. 'held:' .. me
redis.call('ZUNIONSTORE', key .. 'requests', 2, key .. 'requests', held, 'AGGREGATE', 'MIN')
redis.call('DEL', held)
redis.call('ZREM', key .. 'workers', me)
if redis.call('GET', key .. 'start') == me then redis.call('SET', key .. 'start', 'nobody') end
if redis.call('ZCARD', key .. 'workers') + redis.call('ZCARD', key .. 'requests') == 0 then
    redis.call('DEL', key .. 'start', key .. 'seen')
end
"""
)


class Crew:
    """The workers of a crawl, as one of them sees it. Raises redis.RedisError where Redis can't be reached."""

    def __init__(self, server: Redis, key: str, lease: float, worker: str = WORKER) -> None:
        """`lease`: a worker without a sign of life for so many seconds is dead, and its work the others'."""
        self.worker = worker
        self.lease = lease
        self.is_lost = False  # Redis has lost the crawl, or could not take a request: the catalog knows what is left
        self.has_begun = False  # this worker has seen something of it
        self._server = server
        self._key = key
        self._turn, self._left, self._leave = map(server.register_script, (_TURN, _LEFT, _LEAVE))
        self._add, self._lead, self._started = map(server.register_script, (_ADD, _LEAD, _STARTED))

    @classmethod
    def of(cls, crawler: Crawler, spider: Spider) -> "Crew":
        """The crew of a spider."""
        return cls(from_settings(crawler.settings), crawl_key(spider), crawler.settings.getfloat("ARCHIVE_LEASE"))

    def add(self, request: bytes, score: int, fingerprint: str) -> bool:
        """A request to be done by any of them, the lowest score first; False for one whose fingerprint is known."""
        is_new = self._add(keys=[self._key], args=[self.worker, self.lease, request, score, fingerprint])
        self.has_begun = True
        return bool(is_new)

    def take(self, finished: Collection[bytes] = ()) -> tuple[bytes | None, int]:
        """The next request, or None, and how many were given back by workers that died."""
        returned, request = self._turn(keys=[self._key], args=[self.worker, self.lease, 1, *finished])
        self.has_begun = self.has_begun or request is not None
        return request, returned

    def beat(self, finished: Collection[bytes] = ()) -> int:
        """A sign of life; how many requests were given back by workers that died."""
        returned, _ = self._turn(keys=[self._key], args=[self.worker, self.lease, 0, *finished])
        self.left()
        for name in ("requests", "seen", "start", "workers"):
            self._server.expire(f"{self._key}{name}", _FORGOTTEN_AFTER)
        return int(returned)

    def left(self) -> int:
        """How many requests wait, or are held by other workers, who may bring more, or die."""
        left, is_there = self._left(keys=[self._key], args=[self.worker, self.lease])
        self.is_lost = self.is_lost or (self.has_begun and not is_there)
        self.has_begun = self.has_begun or bool(is_there)
        return int(left)

    def leads(self) -> bool | None:
        """True if this worker feeds the crawl its first requests, False if another does, None if that is done."""
        leader = self._lead(keys=[self._key], args=[self.worker, self.lease]).decode()
        return None if leader == "done" else bool(leader == self.worker)

    def started(self) -> bool:
        """The first requests are all there; False if this worker leads no more: Redis has lost the crawl."""
        return bool(self._started(keys=[self._key], args=[self.worker, self.lease]))

    def leave(self) -> None:
        """Gives back what this worker holds; the last one forgets a crawl of which nothing is left."""
        self._leave(keys=[self._key], args=[self.worker, self.lease])


def crawl_key(spider: Spider) -> str:
    """What the names of all keys of a crawl begin with."""
    arguments = json.dumps(getattr(spider, "arguments", {}), sort_keys=True)
    crawl = hashlib.sha256(f"{spider.name} {code_version()} {arguments}".encode()).hexdigest()[:12]
    return f"archive:{crawl}:"
