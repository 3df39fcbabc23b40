"""A server on a free port of loopback that runs in a thread, remembers what it was asked, and can refuse."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

T = TypeVar("T", bound="LoopbackServer")


@dataclass(frozen=True)
class Reply:
    """What is sent; the length is added. ``sent`` bytes of the body go out before the connection is closed."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    sent: int | None = None


@dataclass(frozen=True)
class Asked:
    """A request: `path` as it came, with its query; ``query`` decoded once; the headers' names in small letters."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]

    def value(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [default])[0]


@dataclass
class LoopbackServer:
    """Who answers is what a kind of it says in `answer`."""

    asked: list[Asked] = field(default_factory=list, init=False)
    refusals: list[Reply] = field(default_factory=list, init=False)  # for the next requests, before any answer
    url: str = field(default="", init=False)

    def answer(self, asked: Asked) -> Reply:
        """What a request is answered with."""
        raise NotImplementedError

    def refuse(self, times: int, status: int = 429, **headers: str) -> None:
        """The next requests get this status; `headers` with _ for -."""
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.refusals += [Reply(status, b"Too many requests", named)] * times


@contextmanager
def served(server: T) -> Iterator[T]:
    """While it serves, its ``url`` says where."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(
                self.path,
                parse_qs(urlsplit(self.path).query, keep_blank_values=True),
                {name.lower(): value for name, value in self.headers.items()},
            )
            server.asked.append(asked)
            reply = server.refusals.pop(0) if server.refusals else server.answer(asked)
            self.send_response_only(reply.status)
            for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: reply.sent])
            self.close_connection = reply.sent is not None

        def log_message(self, *arguments: Any) -> None:
            """Nothing: ``asked`` has it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def ask(url: str, **headers: str) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and body as they come: no redirect is followed, no encoding taken off; `headers` with _ for -."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", parts._replace(scheme="", netloc="").geturl(), headers=named)
        response = connection.getresponse()
        try:
            body = response.read()
        except IncompleteRead as error:
            body = error.partial
        return response.status, tuple(response.getheaders()), body
    finally:
        connection.close()
