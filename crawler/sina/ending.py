"""Whether the text of a page or list shows by itself that it was received to its end."""

import json

NO_HTML_END = "no_html_end"
_HTML_END = b"</html"


def has_html_end(body: bytes) -> bool:
    """True where ``</html>`` stands; Sina puts scripts and remarks behind it.

    All 23 article pages that were saved of Sina, of five layouts, have it.
    """
    return _HTML_END in body.lower()


def shows_its_end(body: bytes) -> bool:
    """True for a page of HTML with its end, and for a whole JSON."""
    if body.lstrip()[:1] not in (b"{", b"["):
        return has_html_end(body)
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
