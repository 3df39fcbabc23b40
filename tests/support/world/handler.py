"""A download handler that asks the world's server, from memory."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Headers, HtmlResponse, Response, TextResponse

from tests.support.world.disk import Disk, Killed
from tests.support.world.server import Server

MOST = 400  # requests; no run in a world as small as these needs so many
_TIMEOUT = 60  # seconds, as DOWNLOAD_TIMEOUT


@dataclass
class Line:
    """What is between a run and the server.

    ``sent``: URL and second of each request of this run; ``endless`` says why it was ended, if it asks and asks.
    """

    server: Server
    disk: Disk
    now: Callable[[], datetime]
    chance: random.Random
    sent: list[tuple[str, float]]
    endless: str = ""


class Handler(BaseDownloadHandler):
    """Of one run at a time."""

    line: ClassVar[Line]

    async def download_request(self, request: Request) -> Response:
        """Takes its time, by the world's clock."""
        line = self.line
        line.disk.step("request", request.url)
        line.sent.append((request.url, line.now().timestamp()))
        if len(line.sent) > MOST:
            line.endless = f"more than {MOST} requests; the last one is {request.url}"
            line.disk.is_killed = True
            raise Killed
        latency = line.chance.choice((0.05, 0.2, 0.9))
        await asyncio.sleep(latency)
        etag = (request.headers.get("If-None-Match") or b"").decode()
        reply = line.server.ask(request.url, line.now(), etag)
        request.meta["download_latency"] = latency
        if reply.status == 0:
            await asyncio.sleep(_TIMEOUT if reply.body == "timeout" else 0)
            raise (DownloadTimeoutError if reply.body == "timeout" else DownloadFailedError)(request.url)
        body, flags = reply.body.encode(), []
        if reply.cut and line.chance.random() < 0.5:  # Scrapy tells, for the length says more; else a proxy cut it
            body, flags = body[: line.chance.randrange(len(body) + 1)], ["dataloss"]
        headers = Headers(dict(reply.headers))
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Content-Length"] = str(len(body) * 2 if reply.cut else len(body))
        kind = HtmlResponse if body.startswith(b"<") else TextResponse
        return kind(request.url, status=reply.status, headers=headers, body=body, flags=flags)
