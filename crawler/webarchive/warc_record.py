"""A range of bytes of Common Crawl's: proved to be the record of the capture, or refused.

Bodies are stored without chunking and content encoding, while before 2018 the headers still name them. The records of
CC-MAIN-2018-34 have an empty line too many before the body, which their digest does not count. The first crawls, up to
2012, are ARC files. Bodies were cut without a word until 2019: one that has just the length of the limit is cut.
"""

import re
from datetime import UTC, datetime
from io import BytesIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawler.webarchive.address import is_same_address
from crawler.webarchive.content_coding import MOST_BODY, TRUNCATED, NotDecoded, decode
from crawler.webarchive.memento import Memento, NotTheMemento, Original
from crawler.webarchive.payload import digest_of, proved

_MOST_HEAD = 1_000_000  # bytes that the heads of a record may have beside the body
_EXTRA = b"\r\n"
_LIMITS = (500 << 10, 1 << 20, 5 << 20)  # bytes of a body: until 2012, until March 2025, since


def read_record(memento: Memento, url: str, content: bytes) -> Original:
    """The capture in the bytes that `url` gave for its range.

    Proof is the address, the time, the status and the digest of the index. Raises NotTheMemento.
    """
    if memento.truncated:
        raise NotTheMemento("truncated", f"{memento.url} was cut by its crawl ({memento.truncated})")
    record, body = _record(memento, url, _inflated(memento, url, content))
    at = _time_of(record, url)
    address = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    if not is_same_address(address, memento.url):
        raise NotTheMemento("other_url", f"{url} has {address or 'no address'} at {memento.offset}", at)
    if at != memento.at:
        raise NotTheMemento("other_time", f"{url} has the capture of {at:%Y-%m-%d %H:%M:%S} at {memento.offset}", at)
    if body.startswith(_EXTRA) and digest_of(body) != memento.digest:
        body = body.removeprefix(_EXTRA)
    cut = record.rec_headers.get_header("WARC-Truncated") or (f"{len(body)} bytes" if len(body) in _LIMITS else "")
    if cut:
        raise NotTheMemento("truncated", f"{memento.url} was cut by its crawl ({cut})", at)
    status = int(record.http_headers.get_statuscode())
    if memento.status not in (None, status):
        raise NotTheMemento("other_status", f"{memento.url} is {status}, the index says {memento.status}", at)
    try:
        headers, payload = proved(body, tuple(record.http_headers.headers), memento.digest)
    except NotTheMemento as error:
        raise NotTheMemento(error.reason, f"{memento.url} in {url} at {memento.offset}: {error}", at) from error
    return Original(address, at, status, headers, payload, url)


def _inflated(memento: Memento, url: str, content: bytes) -> bytes:
    if memento.length is not None and len(content) != memento.length:
        reason = "cut" if len(content) < memento.length else "other_range"
        raise NotTheMemento(reason, f"{url} gave {len(content)} bytes of a record of {memento.length}")
    try:
        return decode(content, "gzip", MOST_BODY + _MOST_HEAD)[0]
    except NotDecoded as error:
        reason = {TRUNCATED: "cut", "bad_encoding": "not_a_record"}.get(error.reason, error.reason)
        raise NotTheMemento(reason, f"{url} at {memento.offset}: {error}") from error


def _record(memento: Memento, url: str, content: bytes) -> tuple[ArcWarcRecord, bytes]:
    """The first record, and its payload."""
    try:
        record = next(ArchiveIterator(BytesIO(content), arc2warc=True), None)
        body = record.raw_stream.read() if record else b""
    except (ArchiveLoadFailed, ValueError, AttributeError) as error:  # the last for a record without an address
        raise NotTheMemento("not_a_record", f"{url} at {memento.offset}: {error}") from error
    if not record or record.rec_type != "response" or not _is_http(record):
        raise NotTheMemento("not_a_record", f"{url} has no response at {memento.offset}")
    if len(body) < record.payload_length:
        raise NotTheMemento("cut", f"{url} at {memento.offset}: {len(body)} bytes of {record.payload_length}")
    return record, body


def _is_http(record: ArcWarcRecord) -> bool:
    http = record.http_headers
    return http is not None and bool(re.fullmatch("[1-5][0-9]{2}", http.get_statuscode()))


def _time_of(record: ArcWarcRecord, url: str) -> datetime:
    try:
        at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError as error:
        raise NotTheMemento("not_a_record", f"{url}: a record without a time") from error
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
