"""A saved site over HTTP on loopback: what the crawl and bare Scrapy, both with Scrapy's own client, make of sockets.

    python -m bench.loopback FOLDER

serves it until its input ends, and says its port first. It is a process of its own, so that neither pays for it.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.replay.saved_site import SavedSite

_HANDLER = "tests.support.local_sina.ToLoopback"
# No pace, and as much at once as a replay has; robots.txt is asked for by neither, and nothing is answered twice.
_SETTINGS = {
    "DOWNLOAD_HANDLERS": json.dumps(dict.fromkeys(("http", "https"), _HANDLER)), "ROBOTSTXT_OBEY": 0,
    "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
}  # fmt: skip


@contextmanager
def served(folder: Path) -> Iterator[list[str]]:
    """While the block runs, the words of a ``scrapy`` command that asks the site's server, whatever the host."""
    command = [sys.executable, "-m", "bench.loopback", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        settings = {"LOCAL_SINA_PORT": int(server.stdout.readline())} | _SETTINGS
        yield [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        server.stdin.close()


def answer(site: SavedSite, head: bytes) -> bytes:
    """The bytes that answer a request; `head`: its own up to the empty line."""
    request, *lines = head.decode("latin-1").split("\r\n")
    host = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:"))
    body = site.read(f"http://{host}{request.split()[1]}")
    status = "404 Not Found" if body is None else "200 OK"
    body = body or b""
    return f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _serve(folder: Path) -> None:
    site = SavedSite(folder)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(answer(site, await reader.readuntil(b"\r\n\r\n")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
