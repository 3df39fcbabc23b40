"""Whose page a capture may be in an archive of Sina's."""

from urllib.parse import urlsplit

from crawler.sina.images import is_sinas
from crawler.sina.urls import is_sina


def is_of_sina(url: str) -> bool:
    """True for pages, lists and robots.txt of Sina's, and for its images."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return is_sina(host) or is_sinas(url)
