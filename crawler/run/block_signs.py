"""Signs that a host blocks us: it refuses many articles in a row, or leads them all to one place or one page."""

from collections import defaultdict
from hashlib import blake2b
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from crawler.archive.one_of_a_crawl import one_of_a_crawl
from crawler.run.host_stops import BLOCKED, HostStops
from crawler.sina.urls import doc_id_of

# 418 and 456 are what some of Sina's own servers answer to programs that ask too much.
_REFUSALS = (403, 418, 429, 456)
_NOT_MODIFIED = 304
_REDIRECTIONS = (301, 302, 303, 307, 308)
_ENOUGH = 5  # different addresses that show one sign, and no good answer between them


class BlockSigns:
    """Counts the signs of each host since its last good answer, and stops a host that shows enough of one.

    An address counts once a sign, however often it is asked for again.
    """

    def __init__(self, stops: HostStops) -> None:
        self._stops = stops
        self._signs: defaultdict[str, defaultdict[object, set[str]]] = defaultdict(lambda: defaultdict(set))

    @classmethod
    @one_of_a_crawl
    def of(cls, crawler: Crawler) -> Self:
        """Those of a crawl: the same whoever asks."""
        return cls(HostStops.of(crawler))

    def answered(self, host: str, url: str, status: int, location: str = "") -> None:
        """An article's address had this answer; `location` is the absolute address that it leads to, if any.

        A redirection to the address of another article is none of these signs.
        """
        if status == _NOT_MODIFIED:
            self._signs.pop(host, None)
        elif status in _REFUSALS:
            self._note(host, "refusal", url, f"answered {status} to")
        elif status in _REDIRECTIONS and location and not doc_id_of(location):
            place = urlsplit(location)._replace(query="", fragment="").geturl()  # the query may name where we came from
            self._note(host, ("place", place), url, f"led to {place}")

    def page_seen(self, host: str, url: str, body: bytes, is_article: bool) -> None:
        """A page came with 200. One that is no article, nor Sina's word that it is gone, may be a block's."""
        if is_article:
            self._signs.pop(host, None)
        else:
            self._note(host, ("page", blake2b(body).digest()), url, "gave one same page, no article, for")

    def _note(self, host: str, sign: object, url: str, what: str) -> None:
        urls = self._signs[host][sign]
        urls.add(url)
        if len(urls) >= _ENOUGH:
            self._stops.stop(host, BLOCKED, f"{what} {len(urls)} different articles in a row, the last was {url}")
