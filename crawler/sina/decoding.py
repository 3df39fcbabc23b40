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
    rb"&#(0*(?:[0-9]|[12][0-9]|3[01]|12[7-9]|1[345][0-9]|5[5-7][0-9]{3}|6553[45]|[0-9]{7,9})"
    rb"|[xX]0*(?:1?[0-9a-fA-F]|7[fF]|[89][0-9a-fA-F]|[dD][0-9a-fA-F]{3}|[fF]{3}[eEfF]|[0-9a-fA-F]{6,8}))(?![0-9a-fA-F]);?"
)
# Bytes that are no GB18030 and that Windows, with which Sina's pages were written, shows: code page 936.
_VENDOR_BYTES = {0x80: "€"}
# Where GB18030 of 2000, which Python has, says private use, and its later editions and browsers a character.
_SINCE_STANDARD = str.maketrans(
    dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True))
    | {
        0xE5E5: "\u3000",
        0xE7C7: "ḿ",
        0xE81E: "龴",
        0xE826: "龵",
        0xE82B: "龶",
        0xE82C: "龷",
        0xE832: "龸",
        0xE843: "龹",
    }
    | {0xE854: "龺", 0xE864: "龻", 0xE816: "𠂇", 0xE817: "𠂉", 0xE818: "𠃌", 0xE831: "𡗗", 0xE83B: "𢦏", 0xE855: "𤇾"}
)
_PRIVATE_USE = b"\xee"  # in UTF-8 the first byte of all those, and of nothing else
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
        return _as_since(body.decode("gb18030"))
    readings = [body.decode("utf-8-sig", errors="replace"), body.decode("gb18030", errors=_VENDOR)]
    readings[1] = _as_since(readings[1])
    return min(readings, key=lambda reading: reading.count("\ufffd"))


def _as_since(text: str) -> str:
    """Private use as later editions read it. Most texts have none, and to go through one takes long."""
    return text.translate(_SINCE_STANDARD) if _PRIVATE_USE in text.encode() else text


def _vendor_byte(error: UnicodeError) -> tuple[str, int]:
    """The character of a byte that only code page 936 has; U+FFFD for any other."""
    assert isinstance(error, UnicodeDecodeError)
    if character := _VENDOR_BYTES.get(error.object[error.start]):
        return character, error.start + 1
    return "\ufffd", error.end


_VENDOR = "crawler-vendor-bytes"
codecs.register_error(_VENDOR, _vendor_byte)


def _checked(reference: re.Match[bytes]) -> bytes:
    """The reference if it stands for a character that a document may hold, else nothing.

    One from 128 to 159 means a byte of Windows (``&#128;`` is €), as in any browser.
    """
    digits = reference[1]
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    if 0x80 <= code < 0xA0:
        return bytes([code]).decode("cp1252", errors="ignore").encode()
    is_fit = code in (0x09, 0x0A, 0x0D) or 0x20 <= code < 0x7F or 0x80 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return reference[0] if is_fit or 0x10000 <= code < 0x110000 else b""
