"""Which form of a body the digest of an index proves, and the headers that fit it.

An archive hashes what it stored: most often the body in its content encoding, at Common Crawl without. What comes to
us may have an encoding more (a proxy's, or the original's within it) or less. So each form is tried, from the
outermost; the one that fits is the original, and what is still round the text are its encodings.
"""

import hashlib
from base64 import b32encode

from crawler.webarchive.content_coding import MOST_BODY, TOO_LARGE, TRUNCATED, NotDecoded, decode, is_encoded
from crawler.webarchive.memento import NotTheMemento

Headers = tuple[tuple[str, str], ...]
_MOST_LAYERS = 4
_GZIP = b"\x1f\x8b\x08"
_KEPT = "X-Archive-Orig-"  # in front of a header that no longer fits its body, as crawler/warc/records.py has it


def digest_of(body: bytes) -> str:
    """The base32 SHA-1, as an index gives it."""
    return b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def proved(body: bytes, headers: Headers, digest: str, transport: str = "") -> tuple[Headers, bytes]:
    """The form of `body` whose digest is `digest`, with `headers` that fit it.

    `transport` is the Content-Encoding that it came in, beside that of `headers`. Raises NotTheMemento.
    """
    forms, fault = _forms(body, f"{_header(headers, 'Content-Encoding')},{transport}")
    for number, (form, _) in enumerate(forms):
        if digest_of(form) == digest:
            if fault:
                raise NotTheMemento(fault.reason, f"the capture itself is not whole: {fault}")
            encodings = [encoding for _, encoding in forms[number:] if encoding]
            return _fitting(headers, ", ".join(reversed(encodings)), len(form)), form
    raise _unproved(forms, headers, digest, fault)


def _forms(body: bytes, named: str) -> tuple[list[tuple[bytes, str]], NotDecoded | None]:
    """The body, and what it is without each encoding, outermost first; with each the encoding that it is in.

    gzip shows by its mark, so it is taken off though no header names it. A stream that has no end is a fault.
    """
    forms: list[tuple[bytes, str]] = []
    names = [name.strip().lower() for name in named.split(",")]
    for _ in range(_MOST_LAYERS):
        encoding, names = _outermost(body, names)
        try:
            inner = decode(body, encoding, MOST_BODY)[0] if encoding else body
        except NotDecoded as fault:
            is_sure = encoding == "gzip" and fault.reason in (TRUNCATED, TOO_LARGE)
            return [*forms, (body, "")], fault if is_sure else None
        forms.append((body, encoding))
        if not encoding:
            break
        body = inner
    return forms, None


def _outermost(body: bytes, names: list[str]) -> tuple[str, list[str]]:
    """The encoding that the body is in, and which of `names`, the outermost last, may be within it."""
    if body.startswith(_GZIP):
        return "gzip", names[: max((at for at, name in enumerate(names) if name == "gzip"), default=len(names))]
    for at, name in reversed(list(enumerate(names))):
        if name in ("br", "zstd", "deflate") and is_encoded(body, name):
            return name, names[:at]
    return "", []


def _unproved(forms: list[tuple[bytes, str]], headers: Headers, digest: str, fault: NotDecoded | None) -> NotTheMemento:
    length, encodings = _header(headers, "Content-Length"), _header(headers, "Content-Encoding")
    is_short = not encodings and length.isascii() and length.isdigit() and len(forms[-1][0]) < int(length[:15])
    if fault or is_short:
        reason = "cut" if not fault or fault.reason == TRUNCATED else fault.reason
        return NotTheMemento(reason, f"{len(forms[0][0])} bytes came, which are not all: {fault or length}")
    if encodings and len(forms) == 1:
        return NotTheMemento("recoded", f"the archive took {encodings} off, so that nothing proves the body")
    return NotTheMemento("wrong_digest", f"the index says {digest}, the body is {digest_of(forms[0][0])}")


def _fitting(headers: Headers, encodings: str, length: int) -> Headers:
    """What no longer fits the body keeps its value under another name."""
    fits = {"content-encoding": encodings, "content-length": str(length), "transfer-encoding": ""}
    kept = tuple(
        (f"{_KEPT}{name}" if fits.get(name.lower(), value) != value else name, value) for name, value in headers
    )
    is_named = _header(kept, "Content-Encoding") == encodings
    return kept if is_named else (*kept, ("Content-Encoding", encodings))


def _header(headers: Headers, name: str) -> str:
    return ", ".join(value for key, value in headers if key.lower() == name.lower())
