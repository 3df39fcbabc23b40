"""A download handler for saved sites that behaves as their ``behaviour.json`` says, and notes each request.

A plain replay knows pages and 404s; a server also has other statuses, redirections and ETags, and takes
its time: ``delay`` is in seconds, ``tick`` in seconds of the runner's clock. While a file ``hold`` is
there it answers nothing.
"""

import asyncio
import hashlib
import json
from pathlib import Path

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawler.replay.replay import NOT_SAVED, ReplayDownloadHandler
from tests.support import runner

HANDLERS = dict.fromkeys(("http", "https"), "tests.support.serving.Server")


class Server(ReplayDownloadHandler):
    """Answers from ARCHIVE_REPLAY_FROM; the URLs asked for are in its ``requests.log``, one a line."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        folder = Path(crawler.settings["ARCHIVE_REPLAY_FROM"])
        self._behaviour = json.loads((folder / "behaviour.json").read_text(encoding="utf-8"))
        self.folder = folder
        self._log = folder / "requests.log"
        self._hold = folder / "hold"

    async def download_request(self, request: Request) -> Response:
        """The saved response, changed as the site's behaviour wants it."""
        conditional = " conditional" if "If-None-Match" in request.headers else ""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{request.url}{conditional}\n")
        await asyncio.sleep(self._behaviour["delay"])
        while self._hold.exists():  # noqa: ASYNC110  # another process makes and removes it
            await asyncio.sleep(0.02)
        runner.clock.tick(self._behaviour["tick"])
        status = self._behaviour["status"].get(request.url)
        if isinstance(status, str):
            return Response(request.url, status=301, headers={"Location": status})
        if status is not None:
            return Response(request.url, status=status)
        response = await super().download_request(request)
        if NOT_SAVED in response.flags:  # here it is the server's word
            response = response.replace(flags=[])
        if not self._behaviour["etags"] or response.status != 200:
            return response
        etag = hashlib.sha256(response.body).hexdigest()[:16]
        if request.headers.get("If-None-Match") == etag.encode():
            return Response(request.url, status=304)
        return response.replace(headers=Headers({"ETag": etag}))
