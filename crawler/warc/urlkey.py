"""Which URLs name the same page."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

# The roll API takes these only to get round caches; they select nothing.
CACHE_BUSTING = frozenset({"_", "r", "callback"})


def parameters(query: str) -> tuple[tuple[str, str], ...]:
    """What a query selects, in any order, without what only gets round caches."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return tuple(sorted(pair for pair in pairs if pair[0] not in CACHE_BUSTING))


def lookup_key(url: str) -> str:
    """A page's key for look-ups, whether http or https, in any order of the query, whatever gets round caches.

    Raises ValueError for what is no URL.
    """
    parts = urlsplit(url)
    query = "&".join(f"{name}={value}" for name, value in parameters(parts.query))
    return f"{_host_and_port(parts.hostname, parts.port)}{unquote(parts.path) or '/'}?{query}"


def urlkey(url: str) -> str:
    """The key by which a CDXJ is sorted: ``cn,com,sina,finance)/roll/1.shtml``, as pywb forms it."""
    parts = urlsplit(url.lower())
    host = re.sub(r"^www\d*\.", "", _host_and_port(parts.hostname, None))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    path = parts.path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&")))
    return f"{','.join(reversed(host.split('.')))}{port}){path}{'?' if query else ''}{query}".replace(" ", "%20")


def _host_and_port(name: str | None, port: int | None) -> str:
    return f"{(name or '').lower()}{f':{port}' if port not in (None, 80, 443) else ''}"
