"""The text of a page's bytes. Sina's pages are GB18030 until about 2014 and UTF-8 since.

What a page declares is not trusted: on some the declared and the real charset disagree.
"""

import re

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # not allowed in XML, so not in lxml


def decode(body: bytes) -> str:
    """UTF-8 where the bytes are that, else GB18030 (a superset of GB2312 and GBK).

    A damaged page is read as whichever of the two has fewer broken places; these become U+FFFD.
    Characters that no document may hold are left out.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        readings = [body.decode(encoding, errors="replace") for encoding in ("gb18030", "utf-8-sig")]
        text = min(readings, key=lambda reading: reading.count("\ufffd"))
    return _UNFIT.sub("", text)
