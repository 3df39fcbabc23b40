"""What the web archives of the tests hold: captures, of which each archive makes its own index and records."""

import gzip
import hashlib
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.warc.urlkey import urlkey
from tests.support.warcs import record

HTML = (("Server", "nginx"), ("Content-Type", "text/html; charset=utf-8"))


@dataclass(frozen=True)
class Holding:
    """An answer of a server, and when somebody captured it; `body` as it went over the wire, but for chunking."""

    url: str
    at: datetime
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = HTML
    truncated: str = ""

    @property
    def urlkey(self) -> str:
        """By which an index is sorted."""
        return urlkey(self.url)

    @property
    def timestamp(self) -> str:
        """14 digits, UTC."""
        return f"{self.at.astimezone(UTC):%Y%m%d%H%M%S}"

    @property
    def digest(self) -> str:
        """As an index has it."""
        return b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def mime(self) -> str:
        """As an index has it."""
        named = {name.lower(): value for name, value in self.headers}
        return named.get("content-type", "unk").partition(";")[0]


def in_order(holdings: Iterable[Holding]) -> list[Holding]:
    """As an index sorts them."""
    return sorted(holdings, key=lambda holding: (holding.urlkey, holding.timestamp))


def record_of(holding: Holding, payload: bytes | None = None) -> bytes:
    """Its WARC record, a gzip member; `payload` stands in the record in the place of its body."""
    lines = [f"HTTP/1.1 {holding.status} OK", *(f"{name}: {value}" for name, value in holding.headers), "", ""]
    block = "\r\n".join(lines).encode("latin-1") + (holding.body if payload is None else payload)
    named = {"WARC_Payload_Digest": f"sha1:{holding.digest}", "WARC_Truncated": holding.truncated or None}
    return gzip.compress(record(block, holding.url, f"{holding.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", **named))


def key_prefix(prefix: str) -> str:
    """With what the keys of addresses begin that begin with `prefix`, which may end with a star."""
    prefix = prefix.removesuffix("*")
    key = urlkey(f"http://{prefix}")
    return f"{key.removesuffix('/')}/" if prefix.endswith("/") else key
