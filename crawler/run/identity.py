"""What a run is called, and when it began: its report, its captures and its manifest name it."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from crawler.times import now


@dataclass(frozen=True, slots=True)
class Identity:
    """``name``: start, host where others write into the same archive, and process: ``20240305T040000Z-4711``."""

    name: str
    started: datetime

    @property
    def report(self) -> str:
        """Where its report is in the archive."""
        return f"reports/{self.name}.json"

    @classmethod
    def of(cls, crawler: Crawler) -> "Identity":
        """That of a crawl: the same whoever asks."""
        if crawler not in _of_crawls:
            started = now()
            host = f"{socket.gethostname()}-" if crawler.settings.get("ARCHIVE_REDIS_URL") else ""
            _of_crawls[crawler] = cls(f"{started:%Y%m%dT%H%M%SZ}-{host}{os.getpid()}", started)
        return _of_crawls[crawler]


_of_crawls: "WeakKeyDictionary[Crawler, Identity]" = WeakKeyDictionary()
