"""Takes what was loaded before the first request out of the garbage collector's sight."""

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

_NEW_OBJECTS = 10_000  # until the youngest are looked through; Python's 700 are a tenth of a page


class SpareCollector:
    """Half a million objects of libraries live as long as the run: to look at them again finds nothing to free."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Everything that the run needs is there."""
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
