"""A web archive's capture as a WARC record of ours: of its own address and time, and with the place it came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders

from crawler.times import iso
from crawler.warc.dedup import Payload
from crawler.warc.records import BUILDER, PHRASES, WholeBody
from crawler.webarchive.memento import Original


@dataclass(frozen=True, slots=True)
class MementoRecord:
    """The record of a proved capture; its request was another's, so that it has none."""

    original: Original

    @property
    def url(self) -> str:
        """The archived address, without a fragment."""
        return urldefrag(self.original.url).url

    @property
    def date(self) -> str:
        """When the web archive captured it."""
        return iso(self.original.at)

    @property
    def body(self) -> bytes:
        """The payload, in its content encodings."""
        return self.original.body

    def response_record(self) -> ArcWarcRecord:
        """The answer, with the digest of its payload."""
        body = self.original.body
        return BUILDER.create_warc_record(
            self.url, "response", WholeBody(body), len(body), http_headers=self._head(),
            warc_headers_dict=self._warc_headers(),
        )  # fmt: skip

    def revisit_record(self, earlier: Payload) -> ArcWarcRecord:
        """The answer without its payload, which the record of `earlier` holds."""
        return BUILDER.create_revisit_record(
            self.url, earlier.digest, earlier.url, earlier.date, self._head(), self._warc_headers()
        )

    def other_records(self, _first: ArcWarcRecord) -> Iterable[ArcWarcRecord]:
        """None."""
        return ()

    def _head(self) -> StatusAndHeaders:
        status = self.original.status
        line = f"{status} {PHRASES.get(status, '')}".rstrip()
        return StatusAndHeaders(line, list(self.original.headers), protocol="HTTP/1.1")

    def _warc_headers(self) -> dict[str, str]:
        return {"WARC-Date": self.date, "WARC-Source-URI": self.original.source_uri}
