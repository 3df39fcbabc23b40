"""The text of a page's bytes. Sina's pages are GB18030 until about 2014 and UTF-8 since.

What a page declares is not trusted: on some the declared and the real charset disagree.
"""

import codecs
import re
from contextlib import suppress

# Not allowed in XML, so not in lxml. No byte of these is part of a longer character in either encoding.
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
# References that may be unfit: to controls, halves of characters, and numbers beyond all characters.
_REFERENCE = re.compile(
    rb"&#(0*(?:[0-9]|[12][0-9]|3[01]|127|5[5-7][0-9]{3}|6553[45]|[0-9]{7,9})"
    rb"|[xX]0*(?:1?[0-9a-fA-F]|7[fF]|[dD][0-9a-fA-F]{3}|[fF]{3}[eEfF]|[0-9a-fA-F]{6,8}))(?![0-9a-fA-F]);?"
)
_NONCHARACTERS = str.maketrans("", "", "\ufffe\uffff")


def decode(body: bytes) -> str:
    """UTF-8 where the bytes are that, else GB18030 (a superset of GB2312 and GBK).

    A damaged page is read as whichever of the two has fewer broken places; these become U+FFFD. One
    that is UTF-8 but for a character cut at its end is UTF-8. Characters that no document may hold are
    left out, also where the page writes them as references (``&#1;``).
    """
    return to_utf8(body).decode()


def to_utf8(body: bytes) -> bytes:
    """The text of a page's bytes, encoded as UTF-8, which most pages are already."""
    body = body.translate(None, _CONTROLS)
    try:
        text = body.decode("utf-8-sig")
        body = body.removeprefix(codecs.BOM_UTF8)
    except UnicodeDecodeError as error:
        text = _decode_other(body, error.start)
        body = text.encode()
    if "\ufffe" in text or "\uffff" in text:
        body = text.translate(_NONCHARACTERS).encode()
    return _REFERENCE.sub(_checked, body)


def _decode_other(body: bytes, broken_at: int) -> str:
    if broken_at >= len(body) - 3:
        return body[:broken_at].decode("utf-8-sig") + "\ufffd"
    with suppress(UnicodeDecodeError):
        return body.decode("gb18030")
    readings = [body.decode(encoding, errors="replace") for encoding in ("utf-8-sig", "gb18030")]
    return min(readings, key=lambda reading: reading.count("\ufffd"))


def _checked(reference: re.Match[bytes]) -> bytes:
    """The reference if it stands for a character that a document may hold, else nothing."""
    digits = reference[1]
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    is_fit = code in (0x09, 0x0A, 0x0D) or 0x20 <= code < 0x7F or 0x80 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return reference[0] if is_fit or 0x10000 <= code < 0x110000 else b""
