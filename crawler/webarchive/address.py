"""When two addresses name the same page for a web archive."""

import re
from urllib.parse import unquote

_FRONT = re.compile(r"^https?://(?:www\d*\.)?([^/:?#]+)(?::\d+)?")


def is_same_address(one_url: str, other_url: str) -> bool:
    """True for two that an index has under one key: scheme, ``www.``, port, capitals and a last slash don't count."""
    return _key(one_url) == _key(other_url)


def _key(url: str) -> str:
    return unquote(_FRONT.sub(r"\1", url.strip().lower()).partition("#")[0]).rstrip("/")
