"""What the Internet Archive, or a pywb, gives for a memento's address: proved to be the capture, or refused."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from crawler.webarchive.address import is_same_address
from crawler.webarchive.memento import Memento, NotTheMemento, Original
from crawler.webarchive.payload import Headers, proved

_PREFIX = "x-archive-orig-"
_REPLAYED = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:.+)")
_ORIGINAL = re.compile(r'<([^<>]+)>\s*;[^<]*\brel="?original\b')
# What the archive puts into a page that it shows: its frame, its script, its addresses.
_FRAME = re.compile(rb"WAYBACK TOOLBAR INSERT|wombat\.js|/_static/|web\.archive\.org/web/\d|FILE ARCHIVED ON")


def read_memento(memento: Memento, url: str, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Original:
    """The capture that an answer from `url` is; `body` as it came, in all its content encodings.

    Proof is the time (Memento-Datetime), the address, the status and the digest of the index. Raises NotTheMemento.
    """
    headers = tuple(headers)
    at = _time_of(headers)
    if at is None:
        raise _refusal(memento, url, status, headers, body)
    if at != memento.at:
        raise NotTheMemento("other_time", f"{url} is a capture of {at:%Y-%m-%d %H:%M:%S}", at)
    captured = _ORIGINAL.search(_header(headers, "link"))
    address = captured[1] if captured else memento.url
    if not is_same_address(address, memento.url):
        raise NotTheMemento("other_url", f"{url} is a capture of {address}", at)
    if memento.status not in (None, status):
        raise NotTheMemento("other_status", f"{url} is {status}, the index says {memento.status}", at)
    try:
        kept, payload = proved(
            body, _original_headers(headers, url), memento.digest, _header(headers, "content-encoding")
        )
    except NotTheMemento as error:
        reason = "rewritten" if error.reason == "wrong_digest" and _FRAME.search(body) else error.reason
        raise NotTheMemento(reason, f"{url}: {error}", at) from error
    return Original(address, at, status, kept, payload, url)


def _refusal(memento: Memento, url: str, status: int, headers: Headers, body: bytes) -> NotTheMemento:
    """Of an answer that is the archive's own: a redirection to another time, a block, an error."""
    location = _REPLAYED.search(_header(headers, "location"))
    if location and (at := _of_digits(location[1])) and at != memento.at:
        return NotTheMemento("other_time", f"{url} leads to the capture of {at:%Y-%m-%d %H:%M:%S}", at)
    message = _header(headers, "x-archive-wayback-runtime-error")
    if "AccessControlException" in message or b"URL has been excluded" in body:
        return NotTheMemento("blocked", f"{url} is excluded from the archive: {message}")
    if message:
        return NotTheMemento("unplayable", f"{url}: {message[:300]}")
    return NotTheMemento("no_memento", f"{url} is no memento, but an answer of the archive's own ({status})")


def _original_headers(headers: Headers, url: str) -> Headers:
    """The archived server's: those named so, and the type and the target of a redirect, which are not."""
    original = tuple((name[len(_PREFIX) :], value) for name, value in headers if name.lower().startswith(_PREFIX))
    unnamed = {"content-type", "location"} - {name.lower() for name, _ in original}
    plain = [(name.title(), value) for name, value in headers if name.lower() in unnamed]
    return (*original, *((name, _target(value, url) if name == "Location" else value) for name, value in plain))


def _target(location: str, url: str) -> str:
    """Where the archived redirect leads: the archive's own address of it names it."""
    match = _REPLAYED.search(urljoin(url, location))
    return match[2] if match else location


def _time_of(headers: Headers) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(headers, "memento-datetime")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _of_digits(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _header(headers: Headers, name: str) -> str:
    return ", ".join(value for key, value in headers if key.lower() == name)
