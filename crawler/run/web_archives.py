"""Where the web archives are, and how each is asked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings

from crawler.items import COMMON_CRAWL, INTERNET_ARCHIVE
from crawler.times import parse_intervals
from crawler.webarchive import common_crawl, internet_archive
from crawler.webarchive.memento import Memento
from crawler.webarchive.wacz_address import SCHEME, wacz_address

# A host's slots of Scrapy's downloader. The Internet Archive allows 30 queries and 600 captures a minute, and wants
# less; Common Crawl wants one query at a time, a second apart, and half a second between records.
SLOTS = {
    f"{INTERNET_ARCHIVE}_index": {"concurrency": 1, "delay": 2.5, "jitter": 0},
    INTERNET_ARCHIVE: {"concurrency": 4, "delay": 0.25, "jitter": 0},
    f"{COMMON_CRAWL}_index": {"concurrency": 1, "delay": 1.5, "jitter": 0},
    COMMON_CRAWL: {"concurrency": 2, "delay": 0.5, "jitter": 0},
    SCHEME: {"concurrency": 8, "delay": 0, "jitter": 0},  # a file
}

# The answers to one who asks too fast. A 503 of the Internet Archive's may be that of one capture alone.
_BUSY = {INTERNET_ARCHIVE: (429,), COMMON_CRAWL: (429, 503)}


@dataclass(frozen=True, slots=True)
class WebArchives:
    """Their addresses, and ``busy_wait``: for how long one is left alone that says 429, and nothing of a time.

    What is asked for are interfaces that the archives document for programs: their robots.txt, which is for those
    that follow links, is not asked.
    """

    internet_archive: str
    common_crawl_index: str
    common_crawl_data: str
    busy_wait: timedelta

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """As the settings say."""
        (busy_wait,) = parse_intervals(settings["ARCHIVE_BUSY_WAIT"])
        return cls(
            settings["ARCHIVE_INTERNET_ARCHIVE_URL"],
            settings["ARCHIVE_COMMON_CRAWL_INDEX_URL"],
            settings["ARCHIVE_COMMON_CRAWL_DATA_URL"],
            busy_wait,
        )

    @property
    def hosts(self) -> list[str]:
        """The only ones that are asked."""
        addresses = (self.internet_archive, self.common_crawl_index, self.common_crawl_data)
        return sorted({urlsplit(address).hostname or "" for address in addresses})

    def host(self, archive: str) -> str:
        """That gives the captures of an archive; the name of one whose captures come from a file is none's."""
        data = {INTERNET_ARCHIVE: self.internet_archive, COMMON_CRAWL: self.common_crawl_data}
        return (urlsplit(data[archive]).hostname or "") if archive in data else archive

    def index_request(self, archive: str, url: str) -> Request:
        """Asks an index."""
        return Request(url, NO_CALLBACK, meta=self._meta(f"{archive}_index"), dont_filter=True)

    def memento_request(self, memento: Memento) -> Request:
        """Asks for a capture."""
        if memento.archive not in _BUSY:
            meta = {"download_slot": SCHEME, "memento": memento, "dont_obey_robotstxt": True}
            return Request(wacz_address(memento), meta=meta, dont_filter=True)
        meta = self._meta(memento.archive) | {"memento": memento}
        if memento.archive == INTERNET_ARCHIVE:
            return Request(internet_archive.memento_url(self.internet_archive, memento), meta=meta, dont_filter=True)
        url, wanted = common_crawl.record_request(self.common_crawl_data, memento)
        meta["download_maxsize"] = memento.length  # a server that knows no ranges would send a gigabyte
        return Request(url, headers={"Range": wanted, "Accept-Encoding": "identity"}, meta=meta, dont_filter=True)

    def _meta(self, slot: str) -> dict[str, Any]:
        busy = _BUSY[INTERNET_ARCHIVE if slot.startswith(INTERNET_ARCHIVE) else COMMON_CRAWL]
        return {"download_slot": slot, "busy": busy, "busy_wait": self.busy_wait, "dont_obey_robotstxt": True}
