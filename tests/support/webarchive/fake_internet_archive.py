"""An Internet Archive on loopback, where it differs from a pywb.

From the CDX server's README and source (github.com/internetarchive/wayback, wayback-cdx-server): the JSON of rows below
their header, filters by full match, ``limit``, and the resume key behind an empty row, which is decoded twice. From the
client `wayback` (github.com/edgi-govdata-archiving/wayback): a memento has a Memento-Datetime, and the original's
headers as X-Archive-Orig-*, but for Content-Type and Location; the archive leads to the nearest time where it lacks the
asked one; a block is a 403 with X-Archive-Wayback-Runtime-Error; 429, with or without Retry-After. From issues of its
users: Content-Encoding is replayed as the original had it, and may be doubled; the same line may come twice.
"""

import gzip
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import quote_plus, unquote_plus

from crawler.warc.urlkey import urlkey
from tests.support.webarchive.holdings import Holding, in_order, key_prefix
from tests.support.webarchive.loopback import Asked, LoopbackServer, Reply

NAMES = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_PLAIN = {"content-type", "location"}  # which have no X-Archive-Orig-


@dataclass
class FakeInternetArchive(LoopbackServer):
    """``revisits`` are holdings whose index line is a revisit's; ``quirks`` change how a URL's mementos are answered.

    ``extra_lines`` are shown at the end of each page of the index, as they stand.
    """

    holdings: Sequence[Holding] = ()
    revisits: Sequence[Holding] = ()
    quirks: dict[str, Callable[["FakeInternetArchive", Holding], Reply]] = field(default_factory=dict)
    extra_lines: Sequence[Sequence[str]] = ()
    most_rows: int = 150_000

    def answer(self, asked: Asked) -> Reply:
        """The index, a memento, or the archive's own page."""
        if asked.path.startswith("/cdx/search/cdx?"):
            return self._index(asked)
        match = re.fullmatch(r"/web/(\d{14})id_/(.+)", asked.path)
        return self._memento(match[1], match[2]) if match else not_held(self, None)

    def _index(self, asked: Asked) -> Reply:
        prefix, limit = key_prefix(asked.value("url")), int(asked.value("limit", str(self.most_rows)))
        fields = asked.value("fl", ",".join(NAMES)).split(",")
        after = unquote_plus(asked.value("resumeKey"))
        rows = [row for row in self._rows() if row["urlkey"].startswith(prefix) and _fits(row, asked)]
        rest = [row for row in rows if not after or f"{row['urlkey']} {row['timestamp']}!" > after]
        shown, more = rest[: min(limit, self.most_rows)], rest[min(limit, self.most_rows) :]
        lines = [[row[name] for name in fields] for row in shown] + [list(line) for line in self.extra_lines]
        key = quote_plus(f"{shown[-1]['urlkey']} {shown[-1]['timestamp']}!") if more else ""
        key_lines = [[], [key]] if key and asked.value("showResumeKey") == "true" else []
        if asked.value("output") != "json":
            return Reply(200, "".join(f"{' '.join(line)}\n" for line in [*lines, *key_lines]).encode())
        table = [fields, *lines, *key_lines] if lines else []
        text = ",\n ".join(json.dumps(line) for line in table)
        return Reply(200, f"[{text}]\n".encode())

    def _rows(self) -> list[dict[str, str]]:
        return [
            dict(zip(NAMES, (
                holding.urlkey, holding.timestamp, holding.url,
                "warc/revisit" if holding in self.revisits else holding.mime,
                "-" if holding in self.revisits else str(holding.status), holding.digest, str(len(holding.body)),
            ), strict=True))
            for holding in in_order(self.holdings)
        ]  # fmt: skip

    def _memento(self, timestamp: str, url: str) -> Reply:
        of_url = [holding for holding in in_order(self.holdings) if holding.urlkey == urlkey(url)]
        exact = next((holding for holding in of_url if holding.timestamp == timestamp), None)
        if exact:
            return self.quirks.get(exact.url, memento)(self, exact)
        if not of_url:
            return not_held(self, None)
        nearest = min(of_url, key=lambda holding: abs(int(holding.timestamp) - int(timestamp)))
        return Reply(302, headers=(("Location", f"/web/{nearest.timestamp}id_/{nearest.url}"),))


def _fits(row: dict[str, str], asked: Asked) -> bool:
    bounds = asked.value("from").ljust(14, "0"), asked.value("to", "9").ljust(14, "9")
    if not bounds[0] <= row["timestamp"] <= bounds[1]:
        return False
    for text in asked.query.get("filter", []):
        name, _, regex = text.removeprefix("!").partition(":")
        if bool(re.fullmatch(regex, row[name])) is text.startswith("!"):
            return False
    return True


def memento(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """As the archive gives one."""
    return Reply(holding.status, holding.body, _headers(archive, holding))


def doubled(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """In gzip on top of what it is in."""
    headers = (*_headers(archive, holding), ("Content-Encoding", "gzip"))
    return Reply(holding.status, gzip.compress(holding.body, mtime=0), headers)


def recoded(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """Without the gzip that it was stored in, so that the index's digest proves nothing."""
    headers = tuple(pair for pair in _headers(archive, holding) if pair[0] != "Content-Encoding")
    return Reply(holding.status, gzip.decompress(holding.body), headers)


def other_time(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """The page's oldest capture in the place of it, as itself."""
    return memento(archive, next(other for other in in_order(archive.holdings) if other.urlkey == holding.urlkey))


def framed(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """As it is shown to readers, with the archive's frame and links."""
    links = re.sub(rb'href="(http)', rb'href="https://web.archive.org/web/20100101000000/\1', holding.body)
    body = links.replace(b"<body>", b"<body><!-- BEGIN WAYBACK TOOLBAR INSERT -->")
    return Reply(holding.status, body, _headers(archive, holding))


def blocked(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """Excluded from the archive."""
    message = "AdministrativeAccessControlException: Blocked Site Error"
    return Reply(
        403, b"<html>This URL has been excluded</html>", (*_HTML, ("X-Archive-Wayback-Runtime-Error", message))
    )


def own_page(archive: FakeInternetArchive, holding: Holding | None) -> Reply:
    """A page of the archive's own, with the status of a good one."""
    return Reply(200, b"<html><title>Wayback Machine</title>Log in</html>", _HTML)


def not_held(archive: FakeInternetArchive, holding: Holding | None) -> Reply:
    """That the archive has no such page."""
    return Reply(404, b"<html><title>Wayback Machine</title>has not archived that URL</html>", _HTML)


def cut(archive: FakeInternetArchive, holding: Holding) -> Reply:
    """The connection ends in the middle of the body."""
    return Reply(holding.status, holding.body, _headers(archive, holding), sent=len(holding.body) // 2)


def _headers(archive: FakeInternetArchive, holding: Holding) -> tuple[tuple[str, str], ...]:
    original = tuple(
        (name if name.lower() in _PLAIN else f"X-Archive-Orig-{name}", _target(holding, name, value))
        for name, value in holding.headers
    )
    encoding = tuple(pair for pair in holding.headers if pair[0] == "Content-Encoding")
    link = f'<{holding.url}>; rel="original", <{archive.url}/web/timemap/link/{holding.url}>; rel="timemap"'
    at = format_datetime(holding.at.astimezone(UTC), usegmt=True)
    return (*original, *encoding, ("Memento-Datetime", at), ("Link", link), ("X-Archive-Src", "test.warc.gz"))


def _target(holding: Holding, name: str, value: str) -> str:
    return f"/web/{holding.timestamp}id_/{value}" if name.lower() == "location" else value
