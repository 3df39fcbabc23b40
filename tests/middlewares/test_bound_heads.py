"""A download is bounded in time and memory, whatever the server does; the other pages are archived."""

import contextlib
import socket
import time
from pathlib import Path

from tests.support.archives import Archive
from tests.support.raw_server import Reply, head, raw_server, whole
from tests.support.sites import Site, story

STATUS = b"HTTP/1.1 200 OK\r\n"


def endless(start: bytes, piece: bytes, pause: float = 0.001) -> Reply:
    """Sends `piece` again and again until the client hangs up; `pause`: seconds between them.

    Without one a busy machine has a second's gigabytes in its buffers before anyone can look.
    """

    def reply(connection: socket.socket) -> None:
        connection.sendall(start)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(piece)
                time.sleep(pause)

    return reply


ABSURD = {
    "endless headers": (endless(STATUS, b"X-A: 1\r\n" * 1000), "absurd_head"),
    "an endless continuation": (endless(STATUS + b"X-A: 1\r\n", b" and so on\r\n" * 1000), "absurd_head"),
    "endless answers before the answer": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), "absurd_head"),
    "an endless header": (endless(STATUS + b"X-A: ", b"a" * 10_000), "absurd_head"),
    "an endless status line": (endless(b"HTTP/1.1 200 ", b"O" * 10_000), "absurd_head"),
    "a length that is none": (head("Content-Length: banana") + b"<html></html>", "DownloadFailedError"),
    "no HTTP": (b"\0\1\2\r\n\r\n", "DownloadFailedError"),
    "a trickle of a body": (endless(head("Content-Length: 5000000"), b"x", 0.2), "DownloadTimeoutError"),
    "a trickle of chunks": (endless(head("Transfer-Encoding: chunked"), b"1\r\nx\r\n", 0.2), "DownloadTimeoutError"),
    "a trickle of headers": (endless(STATUS, b"X-A: 1\r\n", 0.2), "DownloadTimeoutError"),
    "silence": (endless(b"", b"", 0.2), "DownloadTimeoutError"),
}


def test_each_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    stories = {name: story(number) for number, name in enumerate(ABSURD, start=1)}
    good, many = story(99), story(98)
    archive = Archive(Site(tmp_path / "site").add(*stories.values(), good, many), tmp_path / "archive")
    bounds = {"DOWNLOAD_TIMEOUT": 15, "RETRY_TIMES": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 16}
    with raw_server(archive.site) as server:
        for name, (reply, _) in ABSURD.items():
            server.put(stories[name].url, reply)
        long = f"X-Long: {'a' * 30_000}"
        server.put(many.url, whole(many.page().encode(), long, *(f"X-{number}: {number}" for number in range(1000))))
        run = archive.crawl(**server.settings | bounds)
    reasons = dict(archive.rows("select doc_id, reason from entries where state = 'failed'"))
    assert {name: reasons.get(of.doc_id) for name, of in stories.items()} == {
        name: reason for name, (_, reason) in ABSURD.items()
    }
    assert archive.posts().keys() == {good.doc_id, many.doc_id}, "40 kB of headers are no reason to refuse a page"
    # Linux counts the memory of the process that started the crawl as the crawl's own.
    start, most = (memory(run.log, name) for name in ("startup", "max"))
    assert most - start < 300_000_000, "of answers that send some 10 MB a second each until they are given up"


def memory(log: list[str], name: str) -> int:
    """A figure of Scrapy's memory usage, in bytes."""
    (figure,) = [int(line.split()[1].rstrip(",}")) for line in log if f"'memusage/{name}'" in line]
    return figure
