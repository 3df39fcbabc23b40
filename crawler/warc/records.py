"""A request and its response as WARC records.

Scrapy has taken the transfer chunking off, and written the headers' names in its own capitals, before
we see a response. So a record holds the payload without chunking, and a Transfer-Encoding header
would stand there as ``X-Archive-Orig-Transfer-Encoding``. Content encodings stay on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Protocol
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders

from crawler.warc.dedup import Payload
from crawler.warc.received import truncation_of

BUILDER = RecordBuilder(warc_version="1.1")
_CREDENTIALS = {"authorization", "cookie", "proxy-authorization"}
PHRASES = {status.value: status.phrase for status in HTTPStatus}


class WholeBody(BytesIO):
    """Read in one piece: with each block that is hashed another thread takes over, and warcio asks for small blocks."""

    def read(self, _size: int | None = -1) -> bytes:
        return super().read()


class Exchange(Protocol):
    """What is kept of an answer: ``url`` and ``date`` of its record, and how it is written."""

    @property
    def url(self) -> str:
        """Of the record."""

    @property
    def date(self) -> str:
        """As in WARC-Date."""

    @property
    def body(self) -> bytes:
        """The payload."""

    def response_record(self) -> ArcWarcRecord:
        """The whole answer."""

    def revisit_record(self, earlier: Payload) -> ArcWarcRecord:
        """The answer without its payload, which the record of `earlier` holds."""

    def other_records(self, first: ArcWarcRecord) -> Iterable[ArcWarcRecord]:
        """What stands behind the first record, be it a response or a revisit."""


@dataclass(frozen=True, slots=True)
class RecordPair:
    """A request and its response; ``date`` is the time of the response, as in WARC-Date."""

    request: Request
    response: Response
    date: str

    @property
    def url(self) -> str:
        """The response's URL, without a fragment."""
        return urldefrag(self.response.url).url

    @property
    def body(self) -> bytes:
        """The payload, in its content encodings."""
        return self.response.body

    def response_record(self) -> ArcWarcRecord:
        """The response, with the digest of its payload."""
        body = self.response.body
        return BUILDER.create_warc_record(
            self.url, "response", WholeBody(body), len(body), http_headers=_response_head(self.response),
            warc_headers_dict=self._warc_headers(),
        )  # fmt: skip

    def revisit_record(self, earlier: Payload) -> ArcWarcRecord:
        """The response without its payload, which the record of `earlier` holds."""
        head, headers = _response_head(self.response), self._warc_headers()
        return BUILDER.create_revisit_record(self.url, earlier.digest, earlier.url, earlier.date, head, headers)

    def other_records(self, first: ArcWarcRecord) -> list[ArcWarcRecord]:
        """The request; it names the record of its response, or the revisit's."""
        body = self.request.body
        headers = {"WARC-Date": self.date, "WARC-Concurrent-To": first.rec_headers.get_header("WARC-Record-ID")}
        record = BUILDER.create_warc_record(
            self.url, "request", BytesIO(body), len(body), http_headers=_request_head(self.request),
            warc_headers_dict=headers,
        )  # fmt: skip
        return [record]

    def _warc_headers(self) -> dict[str, str]:
        address = self.response.ip_address
        truncated = truncation_of(self.response)
        headers = {"WARC-Date": self.date, "WARC-IP-Address": str(address or ""), "WARC-Truncated": truncated}
        return {name: value for name, value in headers.items() if value}


def _response_head(response: Response) -> StatusAndHeaders:
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() == "transfer-encoding" else name, value)
        for name, value in _headers(response.headers)
    ]
    return StatusAndHeaders(
        f"{response.status} {PHRASES.get(response.status, '')}".rstrip(), headers, protocol="HTTP/1.1"
    )


def _request_head(request: Request) -> StatusAndHeaders:
    """The head of a request as it is sent, but for credentials."""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    host = [] if b"Host" in request.headers else [("Host", parts.netloc.rpartition("@")[2])]
    headers = host + [(name, value) for name, value in _headers(request.headers) if name.lower() not in _CREDENTIALS]
    return StatusAndHeaders(f"{target} HTTP/1.1", headers, protocol=request.method)


def _headers(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in headers
        for value in headers.getlist(name)
    ]  # fmt: skip
