"""What a run is called, and when it began: its report, its captures and its manifest name it."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler

from crawler.archive.one_of_a_crawl import one_of_a_crawl
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
    @one_of_a_crawl
    def of(cls, crawler: Crawler) -> Self:
        """That of a crawl: the same whoever asks."""
        started = now()
        host = f"{socket.gethostname()}-" if crawler.settings.get("ARCHIVE_REDIS_URL") else ""
        return cls(f"{started:%Y%m%dT%H%M%SZ}-{host}{os.getpid()}", started)
