"""A server that sends exact bytes over a socket, as servers really do, and the way of a crawl to it.

The project's own client reads the bytes: ToRawServer only says where a host is. Use it with
``Archive.crawl``, whose process has the reactor of a live crawl.
"""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.middlewares.bound_heads import BoundHeads
from crawler.replay.saved_site import SavedSite
from tests.support.sites import Site

# What is sent; or what is done with the connection, which is closed after it.
Reply = bytes | Callable[[socket.socket], None]


def head(*lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """Status line and header lines, up to the body."""
    return "\r\n".join([status, *lines, "", ""]).encode("latin-1")


def whole(body: bytes, *lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """A response with its length."""
    return head(f"Content-Length: {len(body)}", *lines, status=status) + body


def then_reset(sent: bytes) -> Reply:
    """Sends, and resets the connection instead of closing it."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(sent)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return reply


class RawServer(socketserver.ThreadingTCPServer):
    """Answers for every host: a URL with the replies put for it, any other with the site's page or a 404."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.requests: list[str] = []  # the URLs, in their order
        self.heads: list[bytes] = []  # of these requests, as they came
        self._site = site
        self._replies: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()

    @property
    def settings(self) -> dict[str, Any]:
        """Of a crawl that asks this server, and does not wait between requests."""
        handlers = dict.fromkeys(("http", "https"), f"{__name__}.{ToRawServer.__name__}")
        pace = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0}
        return {"ARCHIVE_REPLAY_FROM": "", "RAW_SERVER": self.server_address[1], "DOWNLOAD_HANDLERS": handlers} | pace

    def put(self, url: str, *replies: Reply) -> None:
        """The first request for `url` gets the first reply, and so on; the last one is sent again and again."""
        self._replies[url] = list(replies)

    def reply(self, url: str, request: bytes) -> Reply:
        """What is answered now."""
        with self._lock:
            self.requests.append(url)
            self.heads.append(request)
            with (self._site.folder / "requests.log").open("a", encoding="utf-8") as log:
                log.write(f"{url}\n")
            replies = self._replies.get(url)
            if replies:
                return replies.pop(0) if len(replies) > 1 else replies[0]
        body = SavedSite(self._site.folder).read(url)
        return whole(b"", status="HTTP/1.1 404 Not Found") if body is None else whole(body)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error."""


class _Connection(socketserver.StreamRequestHandler):
    """One connection, which serves one request."""

    server: RawServer

    def handle(self) -> None:
        lines = [self.rfile.readline(65536)]
        while lines[-1].strip():
            lines.append(self.rfile.readline(65536))
        if not lines[0]:
            return
        host = next((line.split(b":", 1)[1].strip() for line in lines if line.lower().startswith(b"host:")), b"")
        scheme = next(
            (line.split(b":", 1)[1].strip() for line in lines if line.lower().startswith(b"x-scheme:")), b"http"
        )
        url = f"{scheme.decode()}://{host.decode()}{lines[0].split()[1].decode('latin-1')}"
        reply = self.server.reply(url, b"".join(lines))
        if isinstance(reply, bytes):
            self.connection.sendall(reply)
        else:
            reply(self.connection)


@contextmanager
def raw_server(site: Site) -> Iterator[RawServer]:
    """A server of `site`, which is saved, on a free port of loopback."""
    site.save()
    with RawServer(site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class ToRawServer(BoundHeads):
    """The project's own client; every host, by http or https, is at the port RAW_SERVER of loopback, without TLS."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._port = crawler.settings.getint("RAW_SERVER")

    async def download_request(self, request: Request) -> Response:
        """What the server sends, as if it came from the request's own host."""
        parts = urlsplit(request.url)
        address = parts._replace(scheme="http", netloc=f"127.0.0.1:{self._port}").geturl()
        sent = request.replace(url=address)
        sent.meta.update(request.meta)
        sent.headers.update({"Host": parts.netloc, "X-Scheme": parts.scheme, "Connection": "close"})
        response = await super().download_request(sent)
        request.meta["download_latency"] = sent.meta.get("download_latency", 0.0)
        return response.replace(url=request.url)
