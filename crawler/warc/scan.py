"""The pieces that a WARC file is made of, each with its place: gzip members, or records as they are.

A damaged piece is named, and reading goes on at the next one that begins a record.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

MOST_BYTES = 256_000_000  # of one record; a larger one is not read into memory
_BLOCK = 1 << 16
_GZIP = b"\x1f\x8b\x08"
_RECORD_START = b"WARC/"
_RECORD_END = b"\r\n\r\n"
_CONTENT_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MOST_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A gzip member, or a record that is not compressed: its place in the file, and its bytes, no longer compressed."""

    offset: int
    length: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong at a place: `reason` is one word."""

    offset: int
    reason: str
    detail: str = ""


class _Unreadable(Exception):
    pass


def scan(file: BinaryIO, start: int, end: int) -> Iterator[Member | Damage]:
    """The members from `start` to `end`. The position of `file` is moved."""
    file.seek(start)
    is_gzip = file.read(len(_GZIP)) == _GZIP
    read_member, next_start = (_read_gzip, _next_gzip) if is_gzip else (_read_plain, _next_plain)
    offset = start
    while offset < end:
        try:
            member = read_member(file, offset, end)
        except _Unreadable as error:
            reason, detail = error.args
            yield Damage(offset, reason, detail)
            offset = next_start(file, offset + 1, end)
        else:
            if member.data:
                yield member
            offset += member.length


def scan_one(file: BinaryIO, offset: int, length: int) -> Member | Damage:
    """The member at a place, or what is wrong there."""
    return next(scan(file, offset, offset + length), Damage(offset, "truncated", "nothing is there"))


def _read_gzip(file: BinaryIO, offset: int, end: int) -> Member:
    inflater = zlib.decompressobj(zlib.MAX_WBITS + 16)
    parts: list[bytes] = []
    size, at = 0, offset
    file.seek(offset)
    while not inflater.eof:
        block = file.read(min(_BLOCK, end - at))
        if not block:
            raise _Unreadable("truncated", f"the gzip member ends after {at - offset} bytes")
        try:
            part = inflater.decompress(block)
        except zlib.error as error:
            raise _Unreadable("bad_gzip", str(error)) from error
        at += len(block)
        size += len(part)
        if size > MOST_BYTES:  # its end is not looked for: what inflates to a terabyte would take an hour
            raise _Unreadable("too_large", f"more than {MOST_BYTES} bytes")
        parts.append(part)
    return Member(offset, at - len(inflater.unused_data) - offset, b"".join(parts))


def _next_gzip(file: BinaryIO, start: int, end: int) -> int:
    """Where the next gzip member begins that holds a record."""
    while (start := _search(file, _GZIP, start, end)) < end:
        file.seek(start)
        try:
            if zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(file.read(1024)).startswith(_RECORD_START):
                return start
        except zlib.error:
            pass
        start += 1
    return end


def _read_plain(file: BinaryIO, offset: int, end: int) -> Member:
    """A record that is not compressed, as long as it says; if nothing begins where it ends, up to the next record."""
    file.seek(offset)
    head = file.read(min(_MOST_HEAD, end - offset))
    blank = len(head) - len(head.lstrip(b"\r\n"))
    if blank:
        return Member(offset, blank, b"")  # the empty lines between records
    head_end, length = _HEAD_END.search(head), _CONTENT_LENGTH.search(head)
    if not head.startswith(_RECORD_START) or not head_end or not length or length.start() > head_end.start():
        raise _Unreadable("no_record", repr(head[:40]))
    stop = offset + head_end.end() + int(length[1])
    if not _ends_record(file, stop, end):
        stop = _next_plain(file, offset + 1, end)
        if stop == end and offset + head_end.end() + int(length[1]) > end:
            raise _Unreadable("truncated", f"{length[1].decode()} bytes are announced, the file ends before")
    if stop - offset > MOST_BYTES:
        raise _Unreadable("too_large", f"{stop - offset} bytes")
    file.seek(offset)
    return Member(offset, stop - offset, file.read(stop - offset))


def _ends_record(file: BinaryIO, at: int, end: int) -> bool:
    if at >= end:
        return at == end
    file.seek(at)
    after = file.read(min(len(_RECORD_END + _RECORD_START), end - at))
    return (_RECORD_END + _RECORD_START).startswith(after) or not after.strip(b"\r\n")


def _next_plain(file: BinaryIO, start: int, end: int) -> int:
    """Where the next record begins that is not compressed."""
    line_end = _search(file, b"\n" + _RECORD_START, max(start - 1, 0), end)
    return line_end + 1 if line_end < end else end


def _search(file: BinaryIO, pattern: bytes, start: int, end: int) -> int:
    """Where `pattern` stands next, or `end`."""
    while start < end:
        file.seek(start)
        block = file.read(min(_BLOCK, end - start))
        if (at := block.find(pattern)) >= 0:
            return start + at
        if len(block) < len(pattern):
            return end
        start += len(block) - len(pattern) + 1
    return end
