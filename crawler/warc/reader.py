"""WARC records, read one by one. What is damaged is named, and the rest is read."""

import base64
import binascii
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException
from warcio.timeutils import iso_date_to_datetime

from crawler.archive.files import open_regular
from crawler.warc.scan import Damage, Member, scan, scan_one
from crawler.warc.truncation import cut_in_transfer, is_chunked, unchunked

_RECORD_HEAD = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"])
_HTTP_HEAD = StatusAndHeadersParser([], verify=False)
_ZIP_LOCAL_HEADER = 30
_MOST_HEAD = 1 << 20  # bytes of the heads of a record
_MOST_DIGITS = 15
_FIRST_YEAR, _LAST_YEAR = 1990, 2999  # no page was captured before the web
_DIGESTS = {name for name in hashlib.algorithms_guaranteed if not name.startswith("shake")}  # these have any length


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record: `offset` and `length` are its place in the file, `http` is the head of a response, where it has one.

    ``payload`` is what stands behind that head, as it was stored.
    """

    offset: int
    length: int
    head: StatusAndHeaders = field(repr=False)
    http: StatusAndHeaders | None
    payload: bytes = field(repr=False)

    @property
    def type(self) -> str:
        """``response``, ``revisit``, ``resource``, …"""
        return str(self.head.get_header("WARC-Type", "")).lower()

    @property
    def url(self) -> str:
        """The target URI, without the brackets that some tools put around it."""
        return str(self.head.get_header("WARC-Target-URI", "")).strip("<>")

    @property
    def date(self) -> datetime:
        """When it was captured. Raises ValueError if that can't be read."""
        return _parse_date(self.head.get_header("WARC-Date", ""))

    @property
    def status(self) -> int:
        """The HTTP status; of a record without HTTP head 200, of an unreadable one 0."""
        code = self.http.get_statuscode() if self.http else "200"
        return int(code) if code.isascii() and code.isdigit() and len(code) == len("200") else 0

    @property
    def body(self) -> bytes:
        """The payload without transfer chunking; compressed as it came."""
        return unchunked(self.payload)[0] if is_chunked(self.http) else self.payload

    @property
    def truncated(self) -> str:
        """Why the response is not whole, in a word of WARC-Truncated; its content encoding is not looked into."""
        return cut_in_transfer(self.head, self.http, self.status, self.payload)

    def digest_fits(self) -> bool | None:
        """Whether the payload has the digest that the record says; None if it says none, or in an unknown way."""
        algorithm, _, stated = self.head.get_header("WARC-Payload-Digest", "").partition(":")
        algorithm = algorithm.lower().replace("-", "")
        if not stated or algorithm not in _DIGESTS or self.type == "revisit":
            return None
        stored = (self.payload, self.body) if is_chunked(self.http) else (self.payload,)
        return any(_is_digest(stated, hashlib.new(algorithm, data).digest()) for data in stored)


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC: a file, or the part of a .wacz that holds one. Keeps nothing open; fit for other processes.

    ``name`` is what captures call it: its path in the folder it was opened from.
    """

    path: Path
    name: str
    start: int = 0
    size: int | None = None

    def records(self, start: int = 0) -> Iterator[WarcRecord | Damage]:
        """All records from an offset on, in their order. A record with a wrong length comes after its damage."""
        with self._open() as (file, end):
            for member in scan(file, self.start + start, end):
                yield from self._parse(member)

    def record(self, offset: int, length: int) -> WarcRecord | Damage:
        """The record at a place, or what is wrong there."""
        with self._open() as (file, _):
            *_, record = self._parse(scan_one(file, self.start + offset, length))
            return record

    def stored(self, offset: int, length: int) -> bytes:
        """The bytes of a record at a place, compressed as they stand there."""
        with self._open() as (file, _):
            file.seek(self.start + offset)
            return file.read(length)

    def _parse(self, member: Member | Damage) -> Iterator[WarcRecord | Damage]:
        offset = member.offset - self.start
        if isinstance(member, Damage):
            yield Damage(offset, member.reason, member.detail)
            return
        yield from parse_record(Member(offset, member.length, member.data))

    @contextmanager
    def _open(self) -> Iterator[tuple[BinaryIO, int]]:
        with self._open_current() as file:
            end = file.seek(0, 2)
            yield file, end if self.size is None else min(self.start + self.size, end)

    def _open_current(self) -> BinaryIO:
        """Tried again where a run has begun to go on in it, or has closed it, since its place was looked at."""
        for _ in range(2):
            with suppress(FileNotFoundError):
                return open_regular(self.current_path())
        return open_regular(self.current_path())

    def current_path(self) -> Path:
        """Where the file is now: one that a run writes ends in ``.open`` until the run ends."""
        still_open = self.path.with_name(f"{self.path.name}.open")
        return still_open if not self.path.exists() and still_open.exists() else self.path


def warcs_of(wacz: Path, name: str) -> list[WarcFile]:
    """The WARCs in a .wacz; one that is compressed once more can't be read in place and is left out.

    Raises OSError or zipfile.BadZipFile.
    """
    warcs = []
    with open_regular(wacz) as file, zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.endswith((".warc", ".warc.gz")) and member.compress_type == zipfile.ZIP_STORED:
                file.seek(member.header_offset)
                head = file.read(_ZIP_LOCAL_HEADER)
                lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
                start = member.header_offset + _ZIP_LOCAL_HEADER + lengths
                warcs.append(WarcFile(wacz, f"{name}/{member.filename}", start, member.file_size))
    return warcs


def parse_record(member: Member) -> Iterator[WarcRecord | Damage]:
    """The record of a member, after a damage if it isn't as long as it says; a damage alone if it can't be read."""
    stream = BytesIO(member.data)
    if not _has_sane_head(member.data):
        yield Damage(member.offset, "absurd_head", f"more than {_MOST_HEAD} bytes: {member.data[:40]!r}")
        return
    try:
        head = _RECORD_HEAD.parse(stream)
    except (StatusAndHeadersParserException, EOFError):
        yield Damage(member.offset, "no_record", repr(member.data[:40]))
        return
    content, stated = member.data[stream.tell() :], head.get_header("Content-Length", "")
    length = int(stated) if stated.isascii() and stated.isdigit() and len(stated) <= _MOST_DIGITS else -1
    if 0 <= length <= len(content) and not content[length:].strip(b"\r\n"):
        content = content[:length]
    elif 0 <= length < len(content) and content[length:].lstrip(b"\r\n").startswith(b"WARC/"):
        yield Damage(member.offset, "not_by_record", "one gzip member holds many records: warcio recompress mends it")
        return
    else:
        content = content.removesuffix(b"\r\n\r\n")
        yield Damage(member.offset, "wrong_length", f"says {stated or 'nothing'}, has {len(content)} bytes")
    http, payload = None, content
    if content[:5].lower() == b"http/" and head.get_header("WARC-Type", "").lower() in ("response", "revisit"):
        if not _has_sane_head(content):
            yield Damage(member.offset, "absurd_head", f"more than {_MOST_HEAD} bytes in the head of the response")
            return
        stream = BytesIO(content)
        http = _HTTP_HEAD.parse(stream)
        payload = content[stream.tell() :]
    yield WarcRecord(member.offset, member.length, head, http, payload)


def _has_sane_head(data: bytes) -> bool:
    """Whether what stands before the first empty line is short enough to be read."""
    head = data[:_MOST_HEAD]
    return len(data) < _MOST_HEAD or b"\r\n\r\n" in head or b"\n\n" in head


def _parse_date(text: str) -> datetime:
    try:
        moment = iso_date_to_datetime(text)
    except TypeError as error:  # too few numbers
        raise ValueError(f"no date: {text!r}") from error
    assert isinstance(moment, datetime)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"no time of a capture: {text!r}")
    return moment.replace(tzinfo=UTC)


def _is_digest(stated: str, digest: bytes) -> bool:
    """Whether a header states a digest: in base32, as is the custom, or in hex."""
    return stated.rstrip("=").upper() == base64.b32encode(digest).decode().rstrip("=") or (
        stated.lower() == binascii.hexlify(digest).decode()
    )
