"""Names of characters (``&hellip;``) as browsers read them: those of HTML 5, and the old ones without a semicolon.

libxml2 knows those of HTML 4, and shows the others as they are written.
"""

import re
from html.entities import entitydefs, html5

# Names that a browser reads without their semicolon, too; the longest first, since one may begin another.
_OLD = sorted((name for name in html5 if not name.endswith(";")), key=len, reverse=True)
_NAME = rb"&([a-zA-Z][a-zA-Z0-9]{1,31};|(?:" + "|".join(_OLD).encode() + rb")(?![=;]))"
_NAMES = re.compile(_NAME)
_STRETCH = re.compile(rb"&[a-zA-Z][a-zA-Z0-9]*[=;]?")  # all that tells whether a name is in it
# In a tag they stand in addresses (``?a=1&copy=2``) and are parameters.
_TAG_OR_NAME = re.compile(rb"<[!/a-zA-Z][^<>&]*&[^<>]*>|" + _NAME)
_KNOWN = frozenset(f"{name};".encode() for name in entitydefs)
_FOREIGN = frozenset(name.encode() for name in html5) - _KNOWN
_MARKUP = frozenset('<>&"')


def known_entities(text: bytes) -> bytes:
    """The text, in UTF-8, with no names but such as libxml2 knows. What would be markup stays a reference."""
    stretches = b" ".join(set(_STRETCH.findall(text)))  # a page repeats a few
    return text if _FOREIGN.isdisjoint(_NAMES.findall(stretches)) else _TAG_OR_NAME.sub(_known, text)


def _known(match: re.Match[bytes]) -> bytes:
    if match[1] not in _FOREIGN:
        return match[0]
    return "".join(f"&#{ord(char)};" if char in _MARKUP else char for char in html5[match[1].decode()]).encode()
