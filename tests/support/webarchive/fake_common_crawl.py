"""A Common Crawl on loopback: the list of crawls, an index for each, and their WARCs by ranges of bytes.

The index server is a pywb (github.com/commoncrawl/cc-index-server), which answers in JSON by line, counts pages with
showNumPages, and says "No Captures found" with a 404, unlike today's pywb; a page too far is a 400. Asked too fast it
answers 503, or nothing (issues of github.com/commoncrawl/cdx_toolkit). Bodies are stored without content encoding; the
records of CC-MAIN-2018-34 have an empty line too many (github.com/commoncrawl/nutch/issues/5).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.webarchive.holdings import Holding, in_order, key_prefix, record_of
from tests.support.webarchive.loopback import Asked, LoopbackServer, Reply

EXTRA_LINE = "CC-MAIN-2018-34"


@dataclass
class FakeCommonCrawl(LoopbackServer):
    """``crawls``: id -> what it holds. ``shown`` changes index lines by their URL, and ``extra_lines`` stand behind."""

    crawls: Mapping[str, Sequence[Holding]] = field(default_factory=dict)
    shown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extra_lines: Sequence[str] = ()
    page_size: int = 15_000

    def __post_init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._lines: dict[str, list[dict[str, str]]] = {}
        for crawl, holdings in self.crawls.items():
            name = f"crawl-data/{crawl}/segments/1.0/warc/{crawl}-00000.warc.gz"
            warc, lines = b"", []
            for holding in in_order(holdings):
                record = record_of(holding, b"\r\n" + holding.body if crawl == EXTRA_LINE else None)
                lines.append(_line(holding, name, len(warc), len(record)) | self.shown.get(holding.url, {}))
                warc += record
            self._files[name], self._lines[crawl] = warc, lines

    def answer(self, asked: Asked) -> Reply:
        """The list of crawls, an index, or a range of bytes."""
        path = asked.path.partition("?")[0].removeprefix("/")
        if path == "collinfo.json":
            return _json(200, [self._crawl(crawl) for crawl in sorted(self.crawls, reverse=True)])
        if path in self._files:
            return _range(self._files[path], asked.headers.get("range", ""))
        crawl = path.removesuffix("-index")
        return self._index(crawl, asked) if crawl in self.crawls else _json(404, {"message": "Not found"})

    def _index(self, crawl: str, asked: Asked) -> Reply:
        is_prefix = asked.value("matchType") == "prefix" or asked.value("url").endswith("*")
        assert is_prefix and asked.value("output", "json") == "json", "nothing else is asked for"
        prefix = key_prefix(asked.value("url"))
        wanted = [text.removeprefix("=").split(":") for text in asked.query.get("filter", [])]
        lines = [
            json.dumps(line)
            for line in self._lines[crawl]
            if line["urlkey"].startswith(prefix) and all(line.get(name) == value for name, value in wanted)
        ] + list(self.extra_lines)
        pages = -(-len(lines) // self.page_size)
        if not lines:
            return _json(404, {"message": f"No Captures found for: {asked.value('url')}*"})
        if asked.value("showNumPages") == "true":
            return _json(200, {"pages": pages, "pageSize": 5, "blocks": pages})
        page = int(asked.value("page", "0"))
        if page >= pages:
            last = f"Page {page} invalid: First Page is 0, Last Page is {pages - 1}"
            return _json(400, {"message": last})
        of_page = lines[page * self.page_size : (page + 1) * self.page_size]
        return Reply(200, "".join(f"{line}\n" for line in of_page).encode(), (("Content-Type", "text/x-ndjson"),))

    def _crawl(self, crawl: str) -> dict[str, str]:
        times = [holding.at for holding in self.crawls[crawl]]
        span = {"from": f"{min(times):%Y-%m-%dT%H:%M:%S}", "to": f"{max(times):%Y-%m-%dT%H:%M:%S}"} if times else {}
        addresses = {"timegate": f"{self.url}/{crawl}/", "cdx-api": f"{self.url}/{crawl}-index"}
        return {"id": crawl, "name": f"{crawl} Index"} | addresses | span


def _line(holding: Holding, name: str, offset: int, length: int) -> dict[str, str]:
    line = {"urlkey": holding.urlkey, "timestamp": holding.timestamp, "url": holding.url, "mime": holding.mime}
    line |= {"mime-detected": "text/html", "status": str(holding.status), "digest": holding.digest}
    line |= {"length": str(length), "offset": str(offset), "filename": name, "languages": "zho", "encoding": "UTF-8"}
    return line | ({"truncated": holding.truncated} if holding.truncated else {})


def _range(content: bytes, header: str) -> Reply:
    match = re.fullmatch(r"bytes=(\d+)-(\d+)", header)
    if not match:
        return Reply(200, content)
    first, last = int(match[1]), min(int(match[2]), len(content) - 1)
    if first > last:
        return Reply(416, headers=(("Content-Range", f"bytes */{len(content)}"),))
    return Reply(206, content[first : last + 1], (("Content-Range", f"bytes {first}-{last}/{len(content)}"),))


def _json(status: int, value: Any) -> Reply:
    return Reply(status, f"{json.dumps(value)}\n".encode(), (("Content-Type", "application/json"),))
