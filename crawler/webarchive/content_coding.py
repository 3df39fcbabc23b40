"""Content encodings taken off a body, within a bound, and only where each stream has its end.

Scrapy's HttpCompression and browsers take what there is of a stream that was cut off; an archive must not.
gzip ends with a checksum and a length (RFC 1952), zlib with a checksum (RFC 1950); raw deflate (RFC 1951),
brotli (RFC 7932) and zstd (RFC 8878) mark their last block.
"""

import sys
import zlib
from collections.abc import Callable, Generator, Iterator

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_BODY = 20_000_000  # bytes, as DOWNLOAD_MAXSIZE has it where nobody sets it
TRUNCATED, BAD_ENCODING, TOO_LARGE = "truncated", "bad_encoding", "too_large"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_GZIP_WBITS, _RAW_WBITS = zlib.MAX_WBITS + 16, -zlib.MAX_WBITS
_BLOCK = 1 << 16  # bytes that are put in, and taken out, at once


class NotDecoded(ValueError):
    """A body without its content encodings can't be had; ``reason`` is TRUNCATED, BAD_ENCODING or TOO_LARGE."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def decode(body: bytes, encodings: str, most: int) -> tuple[bytes, str]:
    """The body without `encodings` (a Content-Encoding header), and those of them that nobody knows how to take off.

    `most`: bytes that the body may have, in any stage; 0: any number. An empty body is whole. Raises NotDecoded.
    """
    left = [name.strip().lower() for name in encodings.split(",") if name.strip()]
    _check(len(body), most)
    while left and left[-1] in _DECODERS and body:
        body = _joined(left.pop(), body, most)
    return body, ", ".join(left if body else [])


def is_encoded(body: bytes, encodings: str) -> bool:
    """Whether a body is in its outermost encoding: some tools store it decoded, and leave the header."""
    name = encodings.rpartition(",")[2].strip().lower()
    if name in ("gzip", "x-gzip"):
        return body.startswith(_GZIP[: len(body)])
    if name == "zstd":
        return body.startswith(_ZSTD[: len(body)])
    if name == "br":  # it begins with no mark, but hardly any text is a stream of it
        try:
            next(_brotli(body[:_BLOCK]), b"")
        except brotli.error:
            return False
        except EOFError:
            pass
    return True


def is_cut_off(body: bytes, encodings: str, most: int) -> bool:
    """Whether a body ends before its encoding does, as far as `most` bytes of it show."""
    try:
        if is_encoded(body, encodings):
            decode(body, encodings, most)
    except NotDecoded as error:
        return error.reason == TRUNCATED
    return False


def _joined(name: str, body: bytes, most: int) -> bytes:
    pieces, size = [], 0
    try:
        for piece in _DECODERS[name](body):
            size += len(piece)
            _check(size, most)
            pieces.append(piece)
    except EOFError as error:
        raise NotDecoded(TRUNCATED, f"{name} without its end, after {len(body)} bytes") from error
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise NotDecoded(BAD_ENCODING, f"{name}: {error}") from error
    return b"".join(pieces)


def _check(size: int, most: int) -> None:
    if most and size > most:
        raise NotDecoded(TOO_LARGE, f"more than {most} bytes")


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members; what follows them and is none is no part of it."""
    at = yield from _inflated(body, 0, _GZIP_WBITS)
    while body[at : at + 1] and _GZIP.startswith(body[at : at + 2]):
        at = yield from _inflated(body, at, _GZIP_WBITS)


def _deflate(body: bytes) -> Iterator[bytes]:
    """In the wrapper of zlib, as HTTP wants it, or without, as some servers send it."""
    is_wrapped = body[0] & 15 == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(body, 0, zlib.MAX_WBITS if is_wrapped else _RAW_WBITS)


def _inflated(body: bytes, at: int, wbits: int) -> Generator[bytes, None, int]:
    """The stream at `at`; returns where it ends. Raises EOFError if it doesn't."""
    inflater = zlib.decompressobj(wbits)
    while not inflater.eof:
        fresh = b"" if inflater.unconsumed_tail else body[at : at + _BLOCK]
        at += len(fresh)
        piece = inflater.decompress(inflater.unconsumed_tail or fresh, _BLOCK)
        if not (piece or fresh or inflater.unconsumed_tail or inflater.eof):
            raise EOFError
        yield piece
    return at - len(inflater.unused_data)


def _brotli(body: bytes) -> Iterator[bytes]:
    decompressor, at = brotli.Decompressor(), 0
    while not decompressor.is_finished():
        fresh = body[at : at + _BLOCK] if decompressor.can_accept_more_data() else b""
        at += len(fresh)
        piece = decompressor.process(fresh, output_buffer_limit=_BLOCK)
        if not (piece or fresh or decompressor.is_finished()):
            raise EOFError
        yield piece


def _zstd(body: bytes) -> Iterator[bytes]:
    """All frames."""
    at = 0
    while at < len(body):
        decompressor = zstd.ZstdDecompressor()
        while not decompressor.eof:
            fresh = body[at : at + _BLOCK] if decompressor.needs_input else b""
            at += len(fresh)
            piece = decompressor.decompress(fresh, _BLOCK)
            if not (piece or fresh or decompressor.eof):
                raise EOFError
            yield piece
        at -= len(decompressor.unused_data)


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
