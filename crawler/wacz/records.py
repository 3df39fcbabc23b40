"""The records of a selection as WARCs, with an index: each as it stands in its file, once it is seen to be whole."""

import gzip
import hashlib
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import chain, count

from warcio.warcwriter import WARCWriter

from crawler.wacz.selection import Selection
from crawler.warc.captures import Captures
from crawler.warc.cdxj import IndexedCapture
from crawler.warc.reader import parse_record
from crawler.warc.records import BUILDER
from crawler.warc.scan import Damage, scan_one

_GZIP = b"\x1f\x8b"
_END = b"\r\n\r\n"
_ENOUGH = 1_000_000_000  # bytes; then the next WARC is begun
_NAMES = uuid.UUID("1f6a4f2e-7c1b-5b0e-9f0c-6b0f5f3f6f0a")  # of the warcinfo's WARC-Record-ID


class Records:
    """When its WARCs were read once, ``lines`` has their index, and ``damaged`` what was left out."""

    def __init__(self, captures: Captures, selection: Selection, info: Mapping[str, str], date: str) -> None:
        """`info` is that of each WARC, as of `date`."""
        self._captures = captures
        self._selection = selection
        self._info = info
        self._date = date
        self._index = sqlite3.connect("", isolation_level=None)
        self._index.execute("CREATE TABLE lines (line TEXT)")
        self.damaged: list[str] = []

    def close(self) -> None:
        """The index is gone."""
        self._index.close()

    def warcs(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The name of each WARC, and its gzip members, to be read before the next one. Raises OSError."""
        captures = self._selection.in_time()
        for number in count():
            first = next(captures, None)
            if first is None:
                return
            name = f"data-{number:05}.warc.gz"
            yield name, self._members(name, chain([first], captures))

    def _members(self, name: str, captures: Iterator[IndexedCapture]) -> Iterator[bytes]:
        head = self._warcinfo(name)
        yield head
        offset = len(head)
        self._index.execute("BEGIN")
        for capture in captures:
            if member := self._member(capture):
                placed = replace(capture, offset=offset, length=len(member))
                digest = f"sha256:{hashlib.sha256(member).hexdigest()}"
                self._index.execute("INSERT INTO lines VALUES (?)", (placed.line(name, recordDigest=digest),))
                yield member
                offset += len(member)
            if offset >= _ENOUGH:
                break
        self._index.execute("COMMIT")

    def _member(self, capture: IndexedCapture) -> bytes | None:
        """The record, compressed; None if it is damaged."""
        stored = self._captures.warcs[capture.file].stored(capture.offset, capture.length)
        if fault := _fault(stored, capture):
            self.damaged.append(f"{capture.file} at {capture.offset}: {fault}")
            return None
        return stored if stored.startswith(_GZIP) else gzip.compress(stored.rstrip(b"\r\n") + _END, mtime=0)

    def lines(self) -> Iterator[str]:
        """The index, sorted."""
        return (line for (line,) in self._index.execute("SELECT line FROM lines ORDER BY line"))

    def _warcinfo(self, name: str) -> bytes:
        record = BUILDER.create_warcinfo_record(name, self._info)
        record_id = uuid.uuid5(_NAMES, f"{name} {self._date} {sorted(self._info.items())}")
        record.rec_headers.replace_header("WARC-Record-ID", f"<urn:uuid:{record_id}>")
        record.rec_headers.replace_header("WARC-Date", self._date)
        plain = BytesIO()
        WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
        return gzip.compress(plain.getbuffer(), mtime=0)


def _fault(stored: bytes, capture: IndexedCapture) -> str:
    """Why the bytes are not the record of the capture, in one word; empty if they are."""
    member = scan_one(BytesIO(stored), 0, len(stored))
    if isinstance(member, Damage):
        return member.reason
    *_, record = parse_record(member)
    if isinstance(record, Damage):
        return record.reason
    is_other = record.url != capture.url or member.length != capture.length
    return "other_record" if is_other else "bad_digest" if record.digest_fits() is False else ""
