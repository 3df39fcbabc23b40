"""Sina on loopback: Scrapy's own client asks for Sina's addresses and reads the bytes from a socket of ours.

The download handler ToLoopback leads every request, whatever its host, to the server of LOCAL_SINA_PORT;
the host that was meant is in the Host header.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.middlewares.bound_heads import BoundHeads
from tests.support.archives import Archive, Run
from tests.support.forked_scrapy import scrapy
from tests.support.sites import Site

PLAIN = "User-agent: *\nDisallow:\n"


class ToLoopback(BoundHeads):
    """The handler of a live run, for addresses that lead nowhere here."""

    async def download_request(self, request: Request) -> Response:
        """The answer, as if the request's own host had given it; a server that is here already answers itself."""
        url = urlsplit(request.url)
        if url.hostname == "127.0.0.1":
            return await super().download_request(request)
        port = self.crawler.settings.getint("LOCAL_SINA_PORT")
        local = request.replace(url=url._replace(scheme="http", netloc=f"127.0.0.1:{port}").geturl())
        local.headers["Host"] = url.netloc
        response = await super().download_request(local)
        request.meta["download_latency"] = local.meta["download_latency"]
        return response.replace(url=request.url)


@dataclass(frozen=True)
class Asked:
    """A request that came: the host and path it is for, and when, by a clock that only runs on."""

    url: str
    at: float


def reply(status: int = 200, body: str | bytes = b"", **headers: str) -> bytes:
    """The bytes of an answer; a header is named with underscores: ``Retry_After``."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass
class LocalSina:
    """The server of a site's pages and lists. ``answers`` has others, or a function of the times asked before.

    An answer of no bytes closes the connection.
    """

    site: Site
    port: int = 0
    answers: dict[str, bytes | Callable[[int], bytes]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def times(self, url: str) -> int:
        """How often it was asked for."""
        return sum(asked.url == url for asked in self.asked)

    @property
    def articles(self) -> list[str]:
        """The URLs of articles that were asked for, in order."""
        return [asked.url for asked in self.asked if "/doc-i" in asked.url]

    def answer(self, url: str) -> bytes:
        """What is sent for `url`, without its scheme."""
        before = self.times(url)
        self.asked.append(Asked(url, time.monotonic()))
        answer = self.answers.get(url)
        if answer is not None:
            return answer(before) if callable(answer) else answer
        page = self._pages().get(url)
        return reply(404) if page is None else reply(200, page, Content_Type="text/html; charset=utf-8")

    def _pages(self) -> dict[str, str]:
        pages = {story.url: story.page() for story in self.site.stories.values()}
        for channel in self.site.channels:
            pages |= self.site.lists(channel)
        return {url.partition("://")[2]: page for url, page in pages.items()}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of one connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            host = next(line.partition(":")[2].strip() for line in head if line.lower().startswith("host:"))
            writer.write(self.answer(host + head[0].split()[1]))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@contextmanager
def local_sina(site: Site) -> Iterator[LocalSina]:
    """Serves while the block runs, in a thread."""
    sina = LocalSina(site)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(sina.serve, "127.0.0.1", 0), loop).result()
    sina.port = server.sockets[0].getsockname()[1]
    try:
        yield sina
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def settings_of(sina: LocalSina, folder: Path, **settings: Any) -> list[str]:
    """Words that let a command ask this Sina, with robots.txt and without a pace, into `folder`."""
    ours = {
        "ARCHIVE_DIR": str(folder),
        "LOCAL_SINA_PORT": sina.port,
        "DOWNLOAD_HANDLERS": json.dumps(dict.fromkeys(("http", "https"), f"{__name__}.{ToLoopback.__name__}")),
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": 0,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "RETRY_TIMES": 0,
        "ARCHIVE_EXTRACT_WORKERS": 1,
    }
    return [word for name, value in (ours | settings).items() for word in ("-s", f"{name}={value}")]


def crawl(sina: LocalSina, folder: Path, *arguments: str, **settings: Any) -> Run:
    """``scrapy crawl sina_finance`` with them, to its end."""
    done = scrapy("crawl", "sina_finance", *settings_of(sina, folder, **settings), *arguments)
    return Archive(sina.site, folder).after(done.returncode, done.stderr + done.stdout)
