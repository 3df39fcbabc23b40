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
_VERSION = b"WARC/"
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MOST_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """`offset` and `length` in the file in bytes, and the record's bytes, no longer compressed."""

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
    """What stands from `start` to `end`. The position of `file` is moved."""
    file.seek(start)
    is_gzip = file.read(len(_GZIP)) == _GZIP
    take, following = (_inflate, _next_gzip) if is_gzip else (_cut, _next_plain)
    offset = start
    while offset < end:
        try:
            member = take(file, offset, end)
        except _Unreadable as error:
            reason, detail = error.args
            yield Damage(offset, reason, detail)
            offset = following(file, offset + 1, end)
        else:
            if member.data:
                yield member
            offset += member.length


def scan_one(file: BinaryIO, offset: int, length: int) -> Member | Damage:
    """The one at a place that is known."""
    return next(scan(file, offset, offset + length), Damage(offset, "truncated", "nothing is there"))


def _inflate(file: BinaryIO, offset: int, end: int) -> Member:
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
        if size <= MOST_BYTES:
            parts.append(part)
    if size > MOST_BYTES:
        raise _Unreadable("too_large", f"{size} bytes")
    return Member(offset, at - len(inflater.unused_data) - offset, b"".join(parts))


def _next_gzip(file: BinaryIO, start: int, end: int) -> int:
    """Where the next gzip member begins that holds a record."""
    while (start := _search(file, _GZIP, start, end)) < end:
        file.seek(start)
        try:
            if zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(file.read(1024)).startswith(_VERSION):
                return start
        except zlib.error:
            pass
        start += 1
    return end


def _cut(file: BinaryIO, offset: int, end: int) -> Member:
    """A record that is not compressed, as long as it says; if no other follows there, up to the next one."""
    file.seek(offset)
    head = file.read(min(_MOST_HEAD, end - offset))
    blank = len(head) - len(head.lstrip(b"\r\n"))
    if blank:
        return Member(offset, blank, b"")  # the empty lines between records
    head_end, length = _HEAD_END.search(head), _LENGTH.search(head)
    if not head.startswith(_VERSION) or not head_end or not length or length.start() > head_end.start():
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
    after = file.read(min(len(_END + _VERSION), end - at))
    return (_END + _VERSION).startswith(after) or not after.strip(b"\r\n")


def _next_plain(file: BinaryIO, start: int, end: int) -> int:
    """Where the next record begins that is not compressed."""
    found = _search(file, b"\n" + _VERSION, max(start - 1, 0), end)
    return found + 1 if found < end else end


def _search(file: BinaryIO, wanted: bytes, start: int, end: int) -> int:
    """Where `wanted` stands next, or `end`."""
    while start < end:
        file.seek(start)
        block = file.read(min(_BLOCK, end - start))
        if (found := block.find(wanted)) >= 0:
            return start + found
        if len(block) < len(wanted):
            return end
        start += len(block) - len(wanted) + 1
    return end
