"""What a person sees: one live line in a terminal, and a short table of what happened at the end."""

import logging
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Self, TextIO

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.archive.paths import archive_place
from crawler.run.counts import Counts, by_reason

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

logger = logging.getLogger(__name__)


class Progress:
    """In a terminal the line is redrawn a few times a second; elsewhere only the end is logged."""

    def __init__(self, stats: StatsCollector, archive: str, terminal: bool) -> None:
        self._stats = stats
        self._archive = archive
        self._started = time.monotonic()
        self._live = self._live_line() if terminal else None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        extension = cls(crawler.stats, archive_place(crawler.settings), sys.stderr.isatty())
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Log lines go above the live line from now on."""
        if self._live:
            before = sys.stderr
            self._live.start()
            _redirect_log(before, sys.stderr)

    def spider_closed(self, reason: str) -> None:
        """The table, or its figures in one log line."""
        counts = self.counts()
        if self._live:
            before = sys.stderr
            self._live.stop()
            _redirect_log(before, sys.stderr)
            self._live.console.print(self._table(counts, reason))
        else:
            figures = ", ".join(f"{count} {name}" for name, count in counts.items())
            logger.info("%s: %s new (%s); posts are in %s/posts", reason, counts["archived"], figures, self._archive)
            for archive, held in Counts.of(self._stats.get_stats()).web_archives.items():
                logger.info("%s: captures %s", archive, by_reason(held))

    def counts(self) -> dict[str, int]:
        """Listed, fetched, archived, revised, skipped, refused and failed so far."""
        so_far = Counts.of(self._stats.get_stats())
        figures = {name: getattr(so_far, name) for name in ("listed", "fetched", "archived", "revised")}
        return figures | {name: sum(reasons.values()) for name, reasons in _reasons(so_far).items()}

    def _live_line(self) -> "Live":
        from rich.console import Console  # for a person only: a scheduled job loads none of it
        from rich.live import Live

        return Live(get_renderable=self._line, console=Console(stderr=True), refresh_per_second=4)

    def _line(self) -> str:
        counts = self.counts()
        so_far = Counts.of(self._stats.get_stats())
        rate = counts["fetched"] / max(time.monotonic() - self._started, 0.001)
        return "  ".join(f"{name} {count}" for name, count in counts.items()) + f"  {rate:.1f} pages/s{_held(so_far)}"

    def _table(self, counts: dict[str, int], reason: str) -> "Table":
        from crawler.run.terminal_table import terminal_table

        title = f"sina_finance: {reason}, {counts['archived']} new"
        caption = f"posts are in {self._archive}/posts"
        table = terminal_table(["", "articles", "why"], ["articles"], title, caption)
        reasons = _reasons(Counts.of(self._stats.get_stats()))
        for name, count in counts.items():
            table.add_row(name, str(count), by_reason(reasons.get(name, {})))
        for archive, held in Counts.of(self._stats.get_stats()).web_archives.items():
            table.add_row(archive, str(held.get("held", 0)), by_reason(held))
        return table


def _held(counts: Counts) -> str:
    return "".join(f"  {archive}: {by_reason(held)}" for archive, held in counts.web_archives.items())


def _reasons(counts: Counts) -> dict[str, dict[str, int]]:
    failed = dict(Counter(counts.failed) + Counter(counts.failed_listings))  # pages and lists may fail alike
    return {"skipped": counts.skipped, "refused": counts.refused, "failed": failed}


def _redirect_log(before: TextIO, after: TextIO) -> None:
    """rich puts something else in the place of stderr while its live line stands."""
    for handler in logging.root.handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is before:
            handler.setStream(after)
