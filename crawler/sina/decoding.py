"""The text of a page's bytes. Sina's pages are GB18030 until about 2014 and UTF-8 since.

What a page declares is not trusted: on some the declared and the real charset disagree.
"""

# Not allowed in XML, so not in lxml. No byte of these is part of a longer character in either encoding.
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_NONCHARACTERS = str.maketrans("", "", "\ufffe\uffff")


def decode(body: bytes) -> str:
    """UTF-8 where the bytes are that, else GB18030 (a superset of GB2312 and GBK).

    A damaged page is read as whichever of the two has fewer broken places; these become U+FFFD.
    Characters that no document may hold are left out.
    """
    body = body.translate(None, _CONTROLS)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        readings = [body.decode(encoding, errors="replace") for encoding in ("gb18030", "utf-8-sig")]
        text = min(readings, key=lambda reading: reading.count("\ufffd"))
    return text.translate(_NONCHARACTERS) if "\ufffe" in text or "\uffff" in text else text
