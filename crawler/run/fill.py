"""Fills gaps: Sina is asked first, and then the Internet Archive for what Sina no longer has."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.archive.archive import Archive
from crawler.items import INTERNET_ARCHIVE
from crawler.run.whole_crawl import whole_crawl
from crawler.times import EARLIEST

_DAY = timedelta(days=1)


class Fill:
    """Two runs in one process, the second when the first has ended, and only where it is of use."""

    def __init__(self, process: Any, archive: Archive, since: date | None, until: date | None) -> None:
        """`process`: the CrawlerProcess; `since` and `until` bound the days whose gaps are filled."""
        self._process = process
        self._archive = archive
        self._since = since
        self._until = until
        self._first: Crawler = process.create_crawler("sina_finance")

    def run(self, arguments: Mapping[str, str]) -> None:
        """Returns when all is done; `arguments` are those for Sina. Raises what keeps the first run from beginning."""
        self._first.signals.connect(self._first_ended, signals.engine_stopped)
        if error := whole_crawl(self._process, self._first, **arguments):
            raise error

    def _first_ended(self) -> None:
        """A run that was told to stop is followed by none."""
        assert self._first.stats
        until = self._until and self._until + _DAY
        is_lost = next(self._archive.ledger.lost(self._since, until), None) is not None
        if is_lost and self._first.stats.get_value("finish_reason") == "finished":
            self._process.crawl("sina_history", gaps="1", archives=INTERNET_ARCHIVE, **self._days())

    def _days(self) -> dict[str, str]:
        if not self._since and not self._until:
            return {}
        days = {"since": str(self._since or EARLIEST.date())}
        return days | ({"until": str(self._until)} if self._until else {})
