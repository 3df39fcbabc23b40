"""Whether a captured response is whole, as far as its record shows it."""

from http import HTTPStatus
from io import BytesIO

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders

from crawler.webarchive.content_coding import MOST_BODY, is_cut_off

# The words of WARC-Truncated (WARC 1.1, 5.13) that we use; ``time`` and what others write is read as it stands.
LENGTH, DISCONNECT, UNSPECIFIED = "length", "disconnect", "unspecified"
_MOST_DIGITS = 15
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


def unchunked(payload: bytes) -> tuple[bytes, bool]:
    """A payload without transfer chunking, and whether its last chunk is there.

    One that was stored without, as many tools do, is itself, and whole.
    """
    try:
        return bytes(ChunkedDataReader(BytesIO(payload), raise_exceptions=True).read()), True
    except ChunkedDataException:
        body = bytes(ChunkedDataReader(BytesIO(payload)).read())
        return body, body == payload


def is_chunked(http: StatusAndHeaders | None) -> bool:
    """Whether a head announces transfer chunking."""
    return http is not None and "chunked" in (http.get_header("Transfer-Encoding") or "").lower()


def cut_in_transfer(head: StatusAndHeaders, http: StatusAndHeaders | None, status: int, payload: bytes) -> str:
    """Why a response is not whole, in a word of WARC-Truncated; empty if nothing says so.

    `head` is the record's, `http` the response's. Content encodings are not looked into.
    """
    if stated := (head.get_header("WARC-Truncated") or "").strip().lower():
        return str(stated)
    if http is None or status in _WITHOUT_BODY or str(head.get_header("WARC-Type")).lower() != "response":
        return ""
    if is_chunked(http):
        return "" if unchunked(payload)[1] else DISCONNECT
    length = (http.get_header("Content-Length") or "").strip()
    is_number = length.isascii() and length.isdigit() and len(length) <= _MOST_DIGITS
    if is_number and not http.get_header("Content-Encoding") and len(payload) < int(length):
        return DISCONNECT
    return ""


def cut_in_encoding(http: StatusAndHeaders | None, body: bytes) -> str:
    """UNSPECIFIED for a body whose content encoding has no end, else empty."""
    encodings = (http and http.get_header("Content-Encoding")) or ""
    return UNSPECIFIED if encodings and is_cut_off(body, encodings, MOST_BODY) else ""
